"""Reading what is to be stopped, and why. The verb judges it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from models_registry.models import AISystem, DecisionType, ModelVersion
from reviews.services.halt_scope import Scope
from reviews.services.halting import LONGEST_REASON

EVERYTHING = "everything"


class HaltForm(forms.Form):
    """`scopes`: what this person may choose from."""

    scope = forms.ChoiceField(
        label=gettext_lazy("What is stopped"),
        error_messages={"invalid_choice": gettext_lazy("Choose one.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput({"autofocus": True}),
        help_text=gettext_lazy("Kept for ever and shown to everybody; without personal data."),
    )
    is_drill = forms.BooleanField(
        label=gettext_lazy("This is a drill. It stops all the same, and is marked and measured."),
        required=False,
    )

    def __init__(self, *args: Any, types: Iterable[DecisionType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._scopes = _scopes(list(types))
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (name, label) for name, (label, _scope) in self._scopes.items()
        ]

    @property
    def chosen(self) -> Scope:
        """The scope of a valid form."""
        return self._scopes[self.cleaned_data["scope"]][1]


def scope_asked(query: QueryDict) -> str:
    """The choice that an address such as `?type=loan-approval` stands for."""
    for kind in ("version", "type", "system"):
        if kind in query:
            return f"{kind}:{query[kind]}"
    return EVERYTHING


def _scopes(types: list[DecisionType]) -> dict[str, tuple[str, Scope]]:
    systems = {kind.system_id: kind.system for kind in types}
    versions = (
        ModelVersion.objects.filter(system__in=systems, status__in=[ModelVersion.Status.IN_SERVICE])
        .select_related("system")
        .order_by("system__name", "-id")
    )
    return {
        EVERYTHING: (_("Everything: every AI system"), Scope()),
        **{f"system:{one.slug}": (_of_system(one), Scope(one)) for one in systems.values()},
        **{
            f"type:{kind.slug}": (
                _("Decision type: %(system)s, %(name)s")
                % {"system": kind.system.name, "name": kind.name},
                Scope(kind.system, kind),
            )
            for kind in types
        },
        **{
            f"version:{one.pk}": (
                _("Model version: %(version)s") % {"version": str(one)},
                Scope(one.system, None, one),
            )
            for one in versions
        },
    }


def _of_system(system: AISystem) -> str:
    return _("AI system: %(name)s") % {"name": system.name}
