"""Reading why a person steps aside. The verb judges it."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.errors import FieldError
from reviews.models import Recusal


class RecusalForm(forms.Form):
    recusal_reason = forms.ChoiceField(
        label=_("Why"),
        choices=[("", _("Choose a reason")), *Recusal.Reason.choices],
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Kept sealed, with the data of the person concerned."),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
    )
    sure = forms.BooleanField(
        label=_("I have a conflict of interest and step aside for good."),
        error_messages={"required": _("Confirm it: it cannot be taken back.")},
    )

    def show_faults(self, faults: Sequence[FieldError]) -> None:
        for fault in faults:
            name = fault.pointer.lstrip("/")
            self.add_error(name if name in self.fields else None, fault.detail)
