"""Cases: the queues' work as a list, and taking a case or giving it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done
from governance.admin.base import LargeTableAdmin, person_of
from governance.admin.show import NOTHING, demo_mark, listing, page_link, row_link, words
from governance.models import User
from reviews.models import Case, Escalation
from reviews.services.claiming import claim_case, release_case


class ClaimCase(Act):
    name = "claim"
    label = _("Claim")
    explanation = _("You alone hold the case, for as long as the lease of its queue.")
    permission = "reviews.claim_case"

    def fits(self, row: Case) -> bool:
        return row.state == Case.State.OPEN

    def carry_out(self, row: Case, form: Any, *, person: User, now: datetime) -> Done:
        case = claim_case(case_id=row.pk, reviewer=person, now=now)
        return Done(
            gettext("You hold the %(case)s until %(until)s UTC.")
            % {"case": case, "until": f"{case.lease_expires_at:%H:%M}"}
        )


class ReleaseCase(Act):
    name = "release"
    label = _("Give back")
    explanation = _("The case waits in its queue again. Only who holds it can give it back.")
    permission = "reviews.claim_case"

    def fits(self, row: Case) -> bool:
        return row.state == Case.State.CLAIMED

    def carry_out(self, row: Case, form: Any, *, person: User, now: datetime) -> Done:
        case = release_case(case_id=row.pk, reviewer=person, now=now)
        return Done(gettext("The %s was given back.") % case)


class OverdueFilter(admin.SimpleListFilter):
    title = _("deadline")
    parameter_name = "deadline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "overdue":
            return queryset
        overdue: QuerySet[Any] = queryset.overdue(timezone.now())  # type: ignore[attr-defined]
        return overdue


@admin.register(Case)
class CaseAdmin(LargeTableAdmin):
    """Edits nothing: a case moves by the verbs alone."""

    list_display = [
        "name", "demo", "queue", "state", "kind", "urgency", "due_at", "overdue", "rung",
        "claimed_by",
    ]  # fmt: skip
    list_select_related = ["queue", "claimed_by", "decision__system"]
    list_filter = ["state", "queue", "kind", OverdueFilter]
    search_fields = ["id"]
    uuid_search = ["id", "decision_id"]
    search_help_text = _("The id of the case or of its decision")
    fields = [
        "page", "decision_row", "kind", "queue", "state", "urgency", "opened_at", "due_at",
        "overdue", "rung", "ladder", "for_role", "for_person", "asks", "adjudication",
        "vetoed_at", "blind_first", "fail_safe", "claimed_by", "claimed_at", "lease_expires_at",
        "closed_at", "final_outcome", "demo",
    ]  # fmt: skip
    acts = [ClaimCase(), ReleaseCase()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Case.objects.readable_by(person_of(request)).order_by(*self.ordering)

    @admin.display(description=_("case"))
    def name(self, row: Case) -> str:
        return str(row)

    @admin.display(description=_("page of the case"))
    def page(self, row: Case) -> str:
        return page_link("reviews:case", row.pk, gettext("Open the case"))

    @admin.display(description=_("decision"))
    def decision_row(self, row: Case) -> str:
        return row_link(row.decision)

    @admin.display(description=_("priority"), ordering="priority")
    def urgency(self, row: Case) -> str:
        return f"{row.priority:.0f}"

    @admin.display(description=_("who must rule"))
    def asks(self, row: Case) -> str:
        """The rule alone: how far it is stands on the case's page."""
        return listing(
            gettext("%(stage)s: %(required)s of %(panel)s people %(roles)s")
            % {
                "stage": stage.name,
                "required": stage.required,
                "panel": stage.panel,
                "roles": words(stage.roles) if stage.roles else "",
            }
            for stage in row.quorum_rule.stages
        )

    @admin.display(description=_("overdue"))
    def overdue(self, row: Case) -> str:
        is_late = row.state in Case.LIVE and row.due_at <= timezone.now()
        return gettext("overdue") if is_late else NOTHING

    @admin.display(description=_("mark"))
    def demo(self, row: Case) -> str:
        return demo_mark(row.decision.system.is_demo)


@admin.register(Escalation)
class EscalationAdmin(LargeTableAdmin):
    list_display = ["escalated_at", "case_row", "rung", "reason", "from_queue", "to_queue"]
    list_select_related = ["case", "from_queue", "to_queue"]
    list_filter = ["reason", "to_queue"]
    search_fields = ["id"]
    uuid_search = ["id", "case_id"]
    search_help_text = _("The id of the escalation or of its case")
    fields = [
        "case_row", "rung", "reason", "from_queue", "to_queue", "actor", "escalated_at", "cause",
        "done",
    ]  # fmt: skip

    @admin.display(description=_("case"))
    def case_row(self, row: Escalation) -> str:
        return row_link(row.case)
