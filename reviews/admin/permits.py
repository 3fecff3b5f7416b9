"""Permits and executions. A permit's token is a key to act, so it is shown nowhere."""

from __future__ import annotations

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.show import words
from reviews.admin.decisions import OfDecisionAdmin
from reviews.models import Execution, Permit


@admin.register(Permit)
class PermitAdmin(OfDecisionAdmin):
    list_display = ["issued_at", "decision_row", "outcome", "expires_at", "state"]
    list_select_related = ("decision", "use", "void")
    fields = [
        "id", "decision_row", "outcome", "digest", "verdicts", "issued_at", "expires_at", "state",
    ]  # fmt: skip

    @admin.display(description=_("state"))
    def state(self, row: Permit) -> str:
        if hasattr(row, "void"):
            return gettext("void: %s") % row.void.get_reason_display()
        if hasattr(row, "use"):
            return gettext("used")
        return gettext("outstanding") if row.expires_at > timezone.now() else gettext("expired")

    @admin.display(description=_("verdicts"))
    def verdicts(self, row: Permit) -> str:
        return words(row.verdict_ids)


@admin.register(Execution)
class ExecutionAdmin(OfDecisionAdmin):
    list_display = ["recorded_at", "decision_row", "kind", "outcome", "reference", "recorded_by"]
    list_select_related = ("decision", "recorded_by")
    list_filter = ["kind"]
    fields = [
        "decision_row", "kind", "outcome", "reference", "executed_at", "recorded_at",
        "recorded_by",
    ]  # fmt: skip
