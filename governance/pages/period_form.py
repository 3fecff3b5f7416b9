"""The part of a form that asks for a period, in whole days of UTC."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

OWN_DATES = "dates"
PRESETS = [
    ("7", _("the last 7 days")),
    ("30", _("the last 30 days")),
    ("90", _("the last 90 days")),
    (OWN_DATES, _("from day to day")),
]


class PeriodForm(forms.Form):
    """A span that ends now, or from one day to another."""

    span = forms.ChoiceField(label=_("Period"), choices=PRESETS, initial="30")
    first_day = forms.DateField(
        label=_("First day"),
        help_text=_("for “from day to day”"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        help_text=_("for “from day to day”"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("span") == OWN_DATES:
            for name in ("first_day", "last_day"):
                if given.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Name the day."))
        return given

    def period(self, now: datetime) -> tuple[datetime, datetime]:
        """The instants of a valid form, the end not after `now` (aware, UTC)."""
        given = self.cleaned_data
        if given["span"] != OWN_DATES:
            end = now.replace(second=0, microsecond=0)
            return end - timedelta(days=int(given["span"])), end
        start = datetime.combine(given["first_day"], time.min, UTC)
        end = datetime.combine(given["last_day"], time.min, UTC) + timedelta(days=1)
        return start, min(end, now)
