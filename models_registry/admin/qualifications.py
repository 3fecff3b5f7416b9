"""Proofs of competence. Here, because they are for systems of the registry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.admin.base import RecordedAdmin
from governance.admin.fields import future_instant
from governance.admin.show import simulated_mark
from governance.models import Actor, Qualification, User
from governance.services.accounts import record_qualification
from models_registry.admin.choices import system_field


@admin.register(Qualification)
class QualificationAdmin(RecordedAdmin):
    list_display = [
        "person",
        "kind",
        "system",
        "model_version",
        "valid_until",
        "valid",
        "simulated",
    ]
    list_select_related = ["person"]
    list_filter = ["kind", "system"]
    search_fields = ["person__username", "person__display_name", "system"]
    search_help_text = _("Person or system")
    ordering = ["-valid_from"]
    add_fields = ["person", "kind", "system", "model_version", "proof", "valid_until"]
    # What was proved stays as it was recorded; only its end can be set.
    change_fields = ["valid_until"]
    shown_fields = ["person", "kind", "system", "model_version", "proof", "valid_from", "valid"]
    field_forms = {
        "system": system_field,
        "valid_until": lambda: future_instant(_("Valid until"), required=False),
    }

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> Qualification:
        given = dict(form.cleaned_data)
        kind = Qualification.Kind(given.pop("kind"))
        return record_qualification(**given, kind=kind, actor=Actor.of(person), now=now)

    @admin.display(description=_("valid now"), boolean=True)
    def valid(self, row: Qualification) -> bool:
        now = timezone.now()
        return row.valid_from <= now and (row.valid_until is None or row.valid_until > now)

    @admin.display(description=_("mark"))
    def simulated(self, row: Qualification) -> str:
        return simulated_mark(row.person.is_simulated)
