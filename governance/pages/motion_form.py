"""The forms of the motions' pages. The verbs judge what they read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.errors import FieldError
from governance.models import Motion, MotionBallot
from governance.motions.registry import known_acts, title_of
from governance.services.motions import LONGEST_REASON


class BallotForm(forms.Form):
    """One vote. `digest`: of the content that the page showed."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    choice = forms.ChoiceField(
        label=_("Your vote"),
        choices=MotionBallot.Choice.choices,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON, required=False)

    def show_faults(self, faults: Sequence[FieldError]) -> None:
        for fault in faults:
            name = fault.pointer.lstrip("/")
            self.add_error(name if name in self.fields else None, fault.detail)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_("For the second person; without personal data."),
    )


class MotionFilter(forms.Form):
    """What the list is narrowed to; empty: all."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *Motion.State.choices]
    )
    act = forms.ChoiceField(label=_("Act"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [  # type: ignore[attr-defined]
            ("", _("all")),
            *((act.name, title_of(act.name)) for act in known_acts()),
        ]

    def wanted(self) -> dict[str, str]:
        """Field to value, of those that were chosen; nothing for what is no choice of ours."""
        if not self.is_valid():
            return {}
        return {name: value for name, value in self.cleaned_data.items() if value}
