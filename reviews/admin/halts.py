"""Halts. Here, because placing one makes permits void."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done, waits
from governance.admin.base import RecordedAdmin
from governance.models import Actor, User
from governance.services.motions import move
from models_registry.models import Halt
from reviews import motions
from reviews.services.halting import SCOPE, place_halt


class _HaltToPlace(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        system, decision_type = cleaned.get("system"), cleaned.get("decision_type")
        version = cleaned.get("model_version")
        if decision_type is not None and version is not None:
            self.add_error("model_version", _("Stop a decision type or a version, not both."))
        elif (narrower := decision_type or version) is not None and system is None:
            cleaned["system"] = self.instance.system = narrower.system
        elif decision_type is not None and decision_type.system != system:
            self.add_error("decision_type", _("This is not a type of that system."))
        elif version is not None and version.system != system:
            self.add_error("model_version", _("This is not a version of that system."))
        return cleaned


class _WhyLift(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("without personal data")
    )


class LiftHalt(Act):
    name = "lift"
    label = _("Move to lift the halt")
    explanation = _(
        "It is lifted when a second person approves. Decisions in scope are taken in again then; "
        "permits that the halt made void stay void."
    )
    permission = "models_registry.lift_halt"
    form_class = _WhyLift
    is_grave = True

    def fits(self, row: Halt) -> bool:
        return row.lifted_at is None

    def carry_out(self, row: Halt, form: Any, *, person: User, now: datetime) -> Done:
        motion = move(
            act=motions.NAME,
            content=motions.content_of(row),
            reason=form.cleaned_data["reason"],
            mover=person,
            now=now,
        )
        return waits(motion)


@admin.register(Halt)
class HaltAdmin(RecordedAdmin):
    """Placing one stops at once: there is no second question."""

    list_display = ["scope", "reason", "is_drill", "placed_at", "placed_by", "lifted_at"]
    list_select_related = [*SCOPE, "placed_by"]
    list_filter = [("lifted_at", admin.EmptyFieldListFilter), "is_drill", "system"]
    ordering = ["-placed_at"]
    add_fields = ["system", "decision_type", "model_version", "reason", "is_drill"]
    shown_fields = [
        "scope", "reason", "is_drill", "placed_at", "placed_by", "placed_by_label",
        "stopped_within_ms", "lifted_at", "lifted_by", "lift_reason", "lift_motion",
    ]  # fmt: skip
    add_form = _HaltToPlace
    add_perm = "models_registry.place_halt"
    acts = [LiftHalt()]

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> Halt:
        return place_halt(**form.cleaned_data, placed_by=person, actor=Actor.of(person), now=now)

    @admin.display(description=_("what is stopped"))
    def scope(self, row: Halt) -> str:
        return str(row.stopped or gettext("everything"))
