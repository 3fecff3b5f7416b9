"""AI systems: registering them, describing them, and moving them through their life."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done
from governance.admin.base import RecordedAdmin
from governance.admin.fields import SeveralField
from governance.admin.show import NOTHING, demo_mark
from governance.models import Actor, User
from models_registry.admin.classifying import ClassifyPages
from models_registry.admin.stopping import stop_link
from models_registry.classification import RiskClass
from models_registry.models import AISystem
from models_registry.services.registering import change_status, register_system


class ChangeStatus(Act):
    name = "change-status"
    label = _("Change the status")
    explanation = _(
        "Draft, registered, in service, suspended, retired: one step at a time. Into service only "
        "what is classified and not prohibited; what is retired stays retired."
    )
    permission = "models_registry.manage_aisystem"

    def fits(self, row: AISystem) -> bool:
        return row.status != AISystem.Status.RETIRED

    def form(self, row: AISystem, data: Any) -> forms.Form:
        form = forms.Form(data)
        others = [choice for choice in AISystem.Status.choices if choice[0] != row.status]
        form.fields["status"] = forms.ChoiceField(label=_("New status"), choices=others)
        return form

    def carry_out(self, row: AISystem, form: Any, *, person: User, now: datetime) -> Done:
        status = AISystem.Status(form.cleaned_data["status"])
        moved = change_status(system=row, status=status, actor=Actor.of(person), now=now)
        return Done(gettext("The status is now: %s.") % moved.get_status_display())


@admin.register(AISystem)
class AISystemAdmin(ClassifyPages, RecordedAdmin):
    list_display = ["name", "demo", "slug", "status", "risk", "organisation", "owner"]
    list_select_related = ["owner"]
    list_filter = ["status", "risk_class", "is_demo"]
    search_fields = ["name", "slug", "registration_id"]
    search_help_text = _("Name, slug or registration id")
    ordering = ["name"]
    add_fields = ["slug", "name", "intended_purpose", "organisation", "roles", "owner", "sector"]
    change_fields = [
        "name", "intended_purpose", "organisation", "roles", "owner", "sector", "registration_id",
    ]  # fmt: skip
    shown_fields = ["slug", "status", "risk", "demo"]
    add_perm = change_perm = "models_registry.manage_aisystem"
    field_forms = {
        "roles": lambda: SeveralField(
            label=_("Roles of the organisation"),
            choices=AISystem.Role.choices,
            help_text=_("for this system, Art. 3(3) to (7)"),
        )
    }
    acts = [ChangeStatus()]
    links = [stop_link("system", lambda row: row.slug if row.decision_types.exists() else None)]

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> AISystem:
        given = dict(form.cleaned_data)
        roles = [AISystem.Role(role) for role in given.pop("roles")]
        return register_system(**given, roles=roles, actor=Actor.of(person), now=now)

    @admin.display(description=_("risk class"), ordering="risk_class")
    def risk(self, row: AISystem) -> str:
        return RiskClass(row.risk_class).label if row.risk_class else NOTHING

    @admin.display(description=_("mark"))
    def demo(self, row: AISystem) -> str:
        return demo_mark(row.is_demo)
