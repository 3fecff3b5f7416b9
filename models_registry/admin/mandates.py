"""Mandates of people in command: put forward by a form, revoked by an act, never edited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done
from governance.admin.base import RecordedAdmin
from governance.admin.fields import LinesField, future_instant
from governance.models import Actor, Motion, User
from governance.services.motions import LONGEST_REASON, move
from models_registry.models import Mandate
from models_registry.motions import mandates
from models_registry.selectors.mandate_use import used_up
from models_registry.services.mandates import revoke_mandate


class RevokeMandate(Act):
    name = "revoke"
    label = _("Revoke the mandate")
    explanation = _("From now on decisions of the type are blocked, until a mandate is issued.")
    permission = "models_registry.issue_mandate"
    is_grave = True

    def fits(self, row: Mandate) -> bool:
        return row.revoked_at is None

    def carry_out(self, row: Mandate, form: Any, *, person: User, now: datetime) -> Done:
        revoke_mandate(mandate=row, actor=Actor.of(person), now=now)
        return Done(gettext("The mandate was revoked."))


@admin.register(Mandate)
class MandateAdmin(RecordedAdmin):
    list_display = ["decision_type", "issued_by", "valid_from", "valid_until", "in_force"]
    list_select_related = ["decision_type", "issued_by"]
    list_filter = ["decision_type"]
    ordering = ["-valid_from"]
    add_fields = [
        "decision_type", "objective", "max_decisions", "max_impact", "max_total_impact", "period",
        "max_decisions_per_period", "max_impact_per_period", "allowed_outcomes", "segments",
        "valid_until",
    ]  # fmt: skip
    shown_fields = [
        "decision_type", "objective", "max_decisions", "used", "max_impact", "max_total_impact",
        "period", "max_decisions_per_period", "max_impact_per_period", "allowed_outcomes",
        "segments", "valid_from", "valid_until", "issued_by", "motion", "revoked_at", "in_force",
    ]  # fmt: skip
    add_perm = "models_registry.issue_mandate"
    field_forms = {
        "valid_until": lambda: future_instant(_("Valid until"), required=True),
        "allowed_outcomes": lambda: LinesField(
            label=_("Allowed outcomes"), required=False, help_text=_("One to a line; empty: all")
        ),
    }
    acts = [RevokeMandate()]

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> Motion:
        content = mandates.content_of(**form.cleaned_data)
        reason = form.cleaned_data["objective"][:LONGEST_REASON]
        return move(act=mandates.NAME, content=content, reason=reason, mover=person, now=now)

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, row: Mandate) -> bool:
        return row.revoked_at is None and row.valid_from <= timezone.now() < row.valid_until

    @admin.display(description=_("decisions counted"))
    def used(self, row: Mandate) -> int:
        return used_up(row, timezone.now()).decisions
