"""The forms of the policy lab."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.models import Policy
from governance.pages.period_form import PeriodForm
from reviews.services.shadowing import LONGEST

_LONGEST_TEXT = 256_000


class SimulationForm(PeriodForm):
    """A draft, and the past on which it is to be tried."""

    policy = forms.ModelChoiceField(
        label=_("Policy"), queryset=Policy.objects.none(), to_field_name="slug", empty_label=None
    )
    text = forms.CharField(
        label=_("Draft"),
        help_text=_("The whole text. Left empty, the version in force is tried on its own past."),
        required=False,
        strip=False,
        max_length=_LONGEST_TEXT,
        widget=forms.Textarea({"rows": 14, "spellcheck": "false", "class": "mono"}),
    )
    groups = forms.CharField(
        label=_("Facts that mark a group of people"),
        help_text=_(
            "Names of facts, with commas between: their groups are compared. Left empty, those "
            "that the registry marks as protected."
        ),
        required=False,
        max_length=400,
    )
    field_order = ("policy", "span", "first_day", "last_day", "groups", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["policy"].queryset = _ruling()  # type: ignore[attr-defined]

    def clean_groups(self) -> list[str] | None:
        names = [name.strip() for name in self.cleaned_data["groups"].split(",")]
        return [name for name in names if name] or None

    def clean_text(self) -> str:
        text = _with_our_line_ends(self.cleaned_data["text"])
        return text if text.strip() else ""


class ShadowForm(forms.Form):
    """A draft that is to run beside the live version."""

    policy = forms.ModelChoiceField(
        label=_("Policy"), queryset=Policy.objects.none(), to_field_name="slug", empty_label=None
    )
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=LONGEST.days, initial=14)
    text = forms.CharField(
        label=_("Draft"),
        strip=False,
        max_length=_LONGEST_TEXT,
        widget=forms.Textarea({"rows": 14, "spellcheck": "false", "class": "mono"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["policy"].queryset = _ruling()  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        return _with_our_line_ends(self.cleaned_data["text"])


def _ruling() -> QuerySet[Policy]:
    """The policies that rule something."""
    return Policy.objects.filter(decision_types__isnull=False).distinct().order_by("name")


def _with_our_line_ends(text: str) -> str:
    """Browsers send their own, and a text is known by its bytes."""
    return text.replace("\r\n", "\n")
