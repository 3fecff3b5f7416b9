"""Reading what a case waits for. The verb judges it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import Pause
from reviews.pages.away_forms import Faults, instant


class PauseForm(Faults):
    prefix = "pause"
    reason = forms.ChoiceField(
        label=_("What it waits for"),
        choices=[("", _("Choose a reason")), *Pause.Reason.choices],
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    until = instant(_("Until, at the latest"), _("UTC; at most 30 days"), required=True)
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Kept sealed, with the data of the person concerned."),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 2}),
    )
