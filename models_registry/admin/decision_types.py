"""Decision types: what decisions of a kind look like, and the policy that rules them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from governance.admin.base import RecordedAdmin
from governance.admin.fields import LinesField
from governance.admin.show import demo_mark, pretty_json
from governance.models import Actor, User
from governance.policies import Effect, FactType
from models_registry.models import DecisionType, FactSpec, OutcomeSpec
from models_registry.services.decision_types import define_decision_type

EFFECTS: Mapping[str, StrOrPromise] = {
    Effect.NONE: _("none"),
    Effect.SIMILAR: _("similarly significant"),
    Effect.LEGAL: _("legal"),
}


class OutcomesField(LinesField):
    """`key | label` or `key | label | adverse`, one outcome to a line."""

    def clean(self, value: Any) -> list[OutcomeSpec]:
        return [_outcome(line) for line in super().clean(value)]


class FactsField(LinesField):
    """`name | type | label`, then a unit and the word personal where they apply."""

    def clean(self, value: Any) -> dict[str, FactSpec]:
        return dict(_fact(line) for line in super().clean(value))


def _outcome(line: str) -> OutcomeSpec:
    key, label, *rest = _parts(line, least=2, most=3)
    if rest not in ([], ["adverse"]):
        raise ValidationError(
            _("The third part of “%(line)s” can only be: adverse"), params={"line": line}
        )
    return {"key": key, "label": label, "adverse": bool(rest)}


def _fact(line: str) -> tuple[str, FactSpec]:
    name, kind, label, *rest = _parts(line, least=3, most=5)
    spec: FactSpec = {"type": kind, "label": label}
    if rest[-1:] == ["personal"]:
        spec["personal"] = True
        rest = rest[:-1]
    if len(rest) > 1:
        raise ValidationError(
            _("The last part of “%(line)s” can only be: personal"), params={"line": line}
        )
    if rest and rest[0]:
        spec["unit"] = rest[0]
    return name, spec


def _parts(line: str, *, least: int, most: int) -> list[str]:
    parts = [part.strip() for part in line.split("|")]
    if not least <= len(parts) <= most or not all(parts[:least]):
        raise ValidationError(
            _("“%(line)s” needs %(least)s to %(most)s parts, with | between them"),
            params={"line": line, "least": least, "most": most},
        )
    return parts


@admin.register(DecisionType)
class DecisionTypeAdmin(RecordedAdmin):
    list_display = ["name", "demo", "slug", "system", "policy", "effect_on_persons", "level"]
    list_select_related = ["system", "policy"]
    list_filter = ["system", "effect", "level"]
    search_fields = ["name", "slug"]
    search_help_text = _("Name or slug")
    ordering = ["name"]
    add_fields = [
        "system", "slug", "name", "question", "outcomes", "fact_schema", "effect", "reversible",
        "critical", "confidence_required", "impact_unit", "policy",
    ]  # fmt: skip
    change_fields = ["name", "question", "policy"]
    shown_fields = [
        "system", "slug", "level", "outcomes_shown", "facts_shown", "effect", "reversible",
        "critical", "confidence_required", "impact_unit", "demo",
    ]  # fmt: skip
    add_perm = change_perm = "models_registry.manage_decisiontype"
    field_forms = {
        "outcomes": lambda: OutcomesField(
            label=_("Outcomes"),
            help_text=_("One to a line: key | label, and | adverse where it is, such as: "
            "refuse | Refuse | adverse"),
        ),
        "fact_schema": lambda: FactsField(
            label=_("Facts"),
            required=False,
            help_text=_(
                "One to a line: name | type | label | unit | personal, the last two where they "
                "apply. Types: %s"
            ) % ", ".join(kind.value for kind in FactType),
        ),
        "effect": lambda: forms.ChoiceField(
            label=_("Effect on persons"),
            choices=list(EFFECTS.items()),
            help_text=_("GDPR Art. 22(1)"),
        ),
    }  # fmt: skip

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> DecisionType:
        given = dict(form.cleaned_data)
        effect = Effect(given.pop("effect"))
        return define_decision_type(**given, effect=effect, actor=Actor.of(person), now=now)

    @admin.display(description=_("effect on persons"), ordering="effect")
    def effect_on_persons(self, row: DecisionType) -> StrOrPromise:
        return EFFECTS[row.effect]

    @admin.display(description=_("outcomes"))
    def outcomes_shown(self, row: DecisionType) -> str:
        return pretty_json(row.outcomes)

    @admin.display(description=_("facts"))
    def facts_shown(self, row: DecisionType) -> str:
        return pretty_json(row.fact_schema)

    @admin.display(description=_("mark"))
    def demo(self, row: DecisionType) -> str:
        return demo_mark(row.system.is_demo)
