"""Decisions and what came of them. Facts are shown; what is sealed stays sealed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.base import LargeTableAdmin, person_of, uuid_of
from governance.admin.show import demo_mark, listing, page_link, pretty_json, row_link
from governance.policies import Disposition
from models_registry.models import AISystem
from reviews.models import Decision, Evaluation, GroundTruth, Withdrawal
from reviews.selectors.blindness import cases_hidden_from
from reviews.selectors.standing import PREFETCHED, RELATED, standing_of

_STANDS_ON = (*RELATED, "permit_use__permit")


class DispositionFilter(admin.SimpleListFilter):
    """Django's own would look for the values that occur, and read the whole table for it."""

    title = _("disposition")
    parameter_name = "disposition"
    column = "evaluation__disposition"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(disposition.value, disposition.value) for disposition in Disposition]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class OwnDispositionFilter(DispositionFilter):
    column = "disposition"


@admin.register(Decision)
class DecisionAdmin(LargeTableAdmin):
    """Who rules does not find here what they are to judge blind first."""

    list_display = [
        "received_at", "demo", "external_id", "decision_type", "outcome", "confidence",
        "disposition", "standing",
    ]  # fmt: skip
    list_select_related = _STANDS_ON
    list_filter = ["system", "decision_type", DispositionFilter]
    search_fields = ["external_id"]
    search_help_text = _("Our id, or the caller's exact id")
    fields = [
        "page", "system", "decision_type", "model_version", "external_id", "occurred_at",
        "received_at", "outcome", "confidence", "impact", "facts_shown", "standing",
        "disposition", "evaluation_row", "case_rows", "permit_rows", "subject_id", "payload_id",
        "submitted_by", "request_id", "demo",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        person = person_of(request)
        rows: QuerySet[Any] = Decision.objects.readable_by(person).order_by(*self.ordering)
        return rows.exclude(cases__in=cases_hidden_from(person)).prefetch_related(*PREFETCHED)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term:
            return queryset, False
        key = uuid_of(search_term)
        found = queryset.filter(pk=key) if key else queryset.none()
        # The index begins with the system, so all systems are named.
        systems = list(AISystem.objects.values_list("pk", flat=True))
        named = queryset.filter(system__in=systems, external_id=search_term)
        return found | named if key else named, False

    @admin.display(description=_("standing"))
    def standing(self, row: Decision) -> str:
        return standing_of(row, timezone.now()).standing.replace("_", " ")

    @admin.display(description=_("disposition"))
    def disposition(self, row: Decision) -> str:
        return row.evaluation.disposition

    @admin.display(description=_("facts"))
    def facts_shown(self, row: Decision) -> str:
        return pretty_json(row.facts)

    @admin.display(description=_("page of the decision"))
    def page(self, row: Decision) -> str:
        return page_link("reviews:decision", row.pk, gettext("Open the decision"))

    @admin.display(description=_("evaluation"))
    def evaluation_row(self, row: Decision) -> str:
        return row_link(row.evaluation)

    @admin.display(description=_("cases"))
    def case_rows(self, row: Decision) -> str:
        return listing(row_link(case) for case in row.cases.all())

    @admin.display(description=_("permits"))
    def permit_rows(self, row: Decision) -> str:
        return listing(row_link(permit) for permit in row.permits.all())

    @admin.display(description=_("pseudonym of the person affected"))
    def subject_id(self, row: Decision) -> str:
        return str(row.subject_id)

    @admin.display(description=_("sealed payload"))
    def payload_id(self, row: Decision) -> str:
        return str(row.payload_id)

    @admin.display(description=_("mark"))
    def demo(self, row: Decision) -> str:
        return demo_mark(row.system.is_demo)


class OfDecisionAdmin(LargeTableAdmin):
    """A row about one decision. Found by its own id or the decision's."""

    list_select_related: ClassVar[tuple[str, ...]] = ("decision",)
    uuid_search = ("id", "decision_id")
    search_fields = ("id",)
    search_help_text = _("The id of the row or of the decision")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.exclude(decision__cases__in=cases_hidden_from(person_of(request)))

    @admin.display(description=_("decision"))
    def decision_row(self, row: Any) -> str:
        return row_link(row.decision)


@admin.register(Evaluation)
class EvaluationAdmin(OfDecisionAdmin):
    list_display = ["evaluated_at", "decision_row", "disposition", "rule", "policy_version"]
    list_select_related = ("decision", "policy_version__policy")
    list_filter = [OwnDispositionFilter]
    fields = [
        "decision_row", "policy_version", "disposition", "rule", "evaluated_at", "inputs_shown",
        "result_shown",
    ]  # fmt: skip

    @admin.display(description=_("facts and context as the policy saw them"))
    def inputs_shown(self, row: Evaluation) -> str:
        return pretty_json(row.inputs)

    @admin.display(description=_("result with its reasons"))
    def result_shown(self, row: Evaluation) -> str:
        return pretty_json(row.result)


@admin.register(Withdrawal)
class WithdrawalAdmin(OfDecisionAdmin):
    list_display = ["withdrawn_at", "decision_row", "withdrawn_by"]
    list_select_related = ("decision", "withdrawn_by")
    fields = ["decision_row", "reason", "withdrawn_at", "withdrawn_by"]


@admin.register(GroundTruth)
class GroundTruthAdmin(OfDecisionAdmin):
    list_display = ["recorded_at", "decision_row", "outcome", "source", "recorded_by"]
    list_select_related = ("decision", "recorded_by")
    fields = ["decision_row", "outcome", "source", "observed_at", "recorded_at", "recorded_by"]
