"""What people ruled, and what they ordered undone. Reasons in free text stay sealed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.admin.base import LargeTableAdmin, person_of
from governance.admin.show import row_link, simulated_mark, words
from reviews.admin.decisions import OfDecisionAdmin
from reviews.models import Reversal, Verdict
from reviews.selectors.ballots import verdicts_open_to
from reviews.selectors.lenders import LENDERS, lenders_named


@admin.register(Verdict)
class VerdictAdmin(LargeTableAdmin):
    """Ballots are sealed: nobody finds another's here before they are open to them."""

    list_display = [
        "ruled_at", "case_row", "ruled_by", "lenders", "kind", "outcome", "reason_code",
        "simulated",
    ]  # fmt: skip
    list_select_related = ["case", "ruled_by", *LENDERS]
    list_filter = ["kind"]
    search_fields = ["id"]
    uuid_search = ["id", "case_id", "case__decision_id"]
    search_help_text = _("The id of the verdict, its case or its decision")
    fields = [
        "case_row", "ruled_by", "lenders", "kind", "outcome", "reason_code", "claimed_at",
        "ruled_at", "right_row", "qualification_row", "delegation_row", "simulated",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(verdicts_open_to(person_of(request), timezone.now()))

    @admin.display(description=_("case"))
    def case_row(self, row: Verdict) -> str:
        return row_link(row.case)

    @admin.display(description=_("right it rests on"))
    def right_row(self, row: Verdict) -> str:
        return row_link(row.right)

    @admin.display(description=_("for"))
    def lenders(self, row: Verdict) -> str:
        return words(lenders_named(row.delegation))

    @admin.display(description=_("delegation"))
    def delegation_row(self, row: Verdict) -> str:
        return row_link(row.delegation)

    @admin.display(description=_("proof of competence"))
    def qualification_row(self, row: Verdict) -> str:
        return row_link(row.qualification)

    @admin.display(description=_("mark"))
    def simulated(self, row: Verdict) -> str:
        return simulated_mark(row.ruled_by.is_simulated)


@admin.register(Reversal)
class ReversalAdmin(OfDecisionAdmin):
    list_display = ["ordered_at", "decision_row", "outcome"]
    fields = ["decision_row", "verdict_row", "outcome", "ordered_at"]

    @admin.display(description=_("verdict"))
    def verdict_row(self, row: Reversal) -> str:
        return row_link(row.verdict)
