"""Decision types: what decisions of a kind look like, and the policy that rules them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from governance.admin.base import RecordedAdmin, person_of
from governance.admin.fields import LinesField
from governance.admin.show import demo_mark, pretty_json
from governance.models import Actor, User
from governance.policies import Effect, FactType
from models_registry.admin.stopping import stop_link
from models_registry.models import DecisionType, FactSpec, OutcomeSpec, ProtectedSpec
from models_registry.models.decision_type import PROTECTED_LAW
from models_registry.services.decision_types import define_decision_type
from models_registry.services.protected_facts import mark_protected_facts

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


class ProtectedField(LinesField):
    """`fact | attribute` or `fact | proxy`, then what allows its use; one to a line."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return super().prepare_value(value)
        lines = ((name, mark["kind"], mark["basis"]) for name, mark in value.items())
        return super().prepare_value([" | ".join(filter(None, parts)) for parts in lines])

    def clean(self, value: Any) -> dict[str, ProtectedSpec] | None:
        marks = dict(_mark(line) for line in super().clean(value))
        return marks or None


def _mark(line: str) -> tuple[str, ProtectedSpec]:
    name, kind, *rest = _parts(line, least=2, most=3)
    return name, {"kind": kind, "basis": rest[0] if rest else ""}


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
        "critical", "confidence_required", "impact_unit", "protected", "policy",
    ]  # fmt: skip
    change_fields = ["name", "question", "policy", "protected"]
    shown_fields = [
        "system", "slug", "level", "outcomes_shown", "facts_shown", "effect", "reversible",
        "critical", "confidence_required", "impact_unit", "demo",
    ]  # fmt: skip
    links = [stop_link("type", lambda row: row.slug)]
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
        "protected": lambda: ProtectedField(
            label=_("Protected facts"),
            required=False,
            help_text=_(
                "One to a line: fact | attribute or proxy | what allows its use. Their groups are "
                "compared by the lab and by monitors of disagreement. %s"
            ) % PROTECTED_LAW,
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

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The marks are kept by their verb, which looks at them; the rest as everywhere."""
        if change and "protected" in form.changed_data:
            mark_protected_facts(
                decision_type=obj,
                marks=form.cleaned_data["protected"] or {},
                actor=Actor.of(person_of(request)),
                now=timezone.now(),
            )
            form.changed_data.remove("protected")
        super().save_model(request, obj, form, change)

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
