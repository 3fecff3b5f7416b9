"""Fields that choose from what is registered, where the floor below only knows slugs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from governance.admin.fields import SeveralField
from models_registry.models import AISystem, DecisionType


def system_choices() -> list[tuple[str, str]]:
    return [
        (slug, f"{name} ({slug})")
        for slug, name in AISystem.objects.order_by("name").values_list("slug", "name")
    ]


def type_choices() -> list[tuple[str, str]]:
    return [
        (slug, f"{name} ({slug})")
        for slug, name in DecisionType.objects.order_by("name").values_list("slug", "name")
    ]


def systems_field() -> forms.Field:
    return SeveralField(
        label=_("AI systems"),
        choices=system_choices,
        required=False,
        help_text=_("those it may speak for; none: it can do nothing"),
    )


def system_field(*, empty: StrOrPromise = "") -> forms.Field:
    """One system by slug. `empty`: what no system means; without it one must be chosen."""

    def choices() -> list[tuple[str, StrOrPromise]]:
        return [("", empty or "---------"), *system_choices()]

    return forms.ChoiceField(label=_("AI system"), choices=choices, required=not empty)


def type_field(*, empty: StrOrPromise) -> forms.Field:
    """One decision type by slug. `empty`: what no type means."""

    def choices() -> list[tuple[str, StrOrPromise]]:
        return [("", empty), *type_choices()]

    return forms.ChoiceField(label=_("Decision type"), choices=choices, required=False)
