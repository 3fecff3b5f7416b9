"""Decision rights. Here, because they name kinds of verdict and what is registered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.admin.base import RecordedAdmin
from governance.admin.fields import LinesField, SeveralField, future_instant
from governance.admin.show import words
from governance.models import Actor, DecisionRight, User
from governance.services.accounts import grant_right
from models_registry.admin.choices import system_field, type_field
from reviews.models import VerdictKind


@admin.register(DecisionRight)
class DecisionRightAdmin(RecordedAdmin):
    """Granted as a whole. Verdicts rest on it, so only its end can be set afterwards."""

    list_display = ["role", "system", "decision_type", "max_impact", "kinds", "in_force"]
    list_select_related = ["role"]
    list_filter = ["role", "system"]
    search_fields = ["role__name", "system", "decision_type"]
    search_help_text = _("Role, system or decision type")
    ordering = ["role__name", "-valid_from"]
    add_fields = [
        "role", "system", "decision_type", "max_impact", "verdicts", "outcomes", "valid_until",
    ]  # fmt: skip
    change_fields = ["valid_until"]
    shown_fields = [
        "role", "system", "decision_type", "max_impact", "kinds", "outcomes", "valid_from",
        "in_force",
    ]  # fmt: skip
    field_forms = {
        "system": lambda: system_field(empty=_("every system")),
        "decision_type": lambda: type_field(empty=_("every type")),
        "verdicts": lambda: SeveralField(label=_("Verdicts"), choices=VerdictKind.choices),
        "outcomes": lambda: LinesField(
            label=_("Outcomes that may be chosen"),
            required=False,
            help_text=_("One to a line; empty: all of the type"),
        ),
        "valid_until": lambda: future_instant(_("Valid until"), required=False),
    }

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> DecisionRight:
        return grant_right(**form.cleaned_data, actor=Actor.of(person), now=now)

    @admin.display(description=_("verdicts"))
    def kinds(self, row: DecisionRight) -> str:
        return words(VerdictKind(kind).label for kind in row.verdicts)

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, row: DecisionRight) -> bool:
        now = timezone.now()
        return row.valid_from <= now and (row.valid_until is None or row.valid_until > now)
