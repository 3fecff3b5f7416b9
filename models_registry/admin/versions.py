"""Model versions: entered as candidates, then moved through their life."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done
from governance.admin.base import RecordedAdmin
from governance.admin.fields import LinesField
from governance.admin.show import demo_mark, pretty_json
from governance.models import Actor, User
from models_registry.admin.stopping import stop_link
from models_registry.models import ModelVersion
from models_registry.services.versions import add_version, change_version_status

_METRIC = RegexValidator(r"^[^=]*[^=\s][^=]*=.*\S", _("Write it as: name = value"))


class ChangeVersionStatus(Act):
    name = "change-status"
    label = _("Change the status")
    explanation = _("Candidate, approved, in service, withdrawn: one step at a time.")
    permission = "models_registry.manage_aisystem"

    def fits(self, row: ModelVersion) -> bool:
        return row.status != ModelVersion.Status.WITHDRAWN

    def form(self, row: ModelVersion, data: Any) -> forms.Form:
        form = forms.Form(data)
        others = [choice for choice in ModelVersion.Status.choices if choice[0] != row.status]
        form.fields["status"] = forms.ChoiceField(label=_("New status"), choices=others)
        return form

    def carry_out(self, row: ModelVersion, form: Any, *, person: User, now: datetime) -> Done:
        status = ModelVersion.Status(form.cleaned_data["status"])
        moved = change_version_status(version=row, status=status, actor=Actor.of(person), now=now)
        return Done(gettext("The status is now: %s.") % moved.get_status_display())


@admin.register(ModelVersion)
class ModelVersionAdmin(RecordedAdmin):
    list_display = ["version", "system", "status", "instructions_version", "demo"]
    list_select_related = ["system"]
    list_filter = ["status", "system"]
    search_fields = ["version", "artefact_sha256"]
    search_help_text = _("Version or the digest of the artefact")
    ordering = ["system__name", "-id"]
    add_fields = [
        "system", "version", "artefact_sha256", "declared_metrics", "limits",
        "instructions_version", "author",
    ]  # fmt: skip
    change_fields = ["limits"]
    shown_fields = [
        "system", "version", "status", "artefact_sha256", "metrics", "instructions_version",
        "author", "demo",
    ]  # fmt: skip
    add_perm = change_perm = "models_registry.manage_aisystem"
    field_forms = {
        "artefact_sha256": lambda: forms.RegexField(
            "^[0-9a-f]{64}$", label=_("Artefact SHA-256"), help_text=_("64 hexadecimal digits")
        ),
        "declared_metrics": lambda: LinesField(
            label=_("Declared metrics"),
            required=False,
            validators=[_METRIC],
            help_text=_("One to a line, such as: accuracy = 0.91"),
        ),
    }
    acts = [ChangeVersionStatus()]
    links = [
        stop_link(
            "version",
            lambda row: str(row.pk) if row.status == ModelVersion.Status.IN_SERVICE else None,
        )
    ]

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> ModelVersion:
        given = dict(form.cleaned_data)
        lines = [line.split("=", 1) for line in given.pop("declared_metrics")]
        metrics = {name.strip(): value.strip() for name, value in lines}
        return add_version(**given, declared_metrics=metrics, actor=Actor.of(person), now=now)

    @admin.display(description=_("declared metrics"))
    def metrics(self, row: ModelVersion) -> str:
        return pretty_json(row.declared_metrics)

    @admin.display(description=_("mark"))
    def demo(self, row: ModelVersion) -> str:
        return demo_mark(row.system.is_demo)
