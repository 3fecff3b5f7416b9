"""The form that asks for a report, and the filter of the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.models import ReportKind, ReportRun
from governance.reports.sources import GovernedSystem

OWN_DATES = "dates"
PRESETS = [
    ("7", _("the last 7 days")),
    ("30", _("the last 30 days")),
    ("90", _("the last 90 days")),
    (OWN_DATES, _("from day to day")),
]


class ReportForm(forms.Form):
    """Kind, system and period. Days are whole days in UTC, as in the report."""

    kind = forms.ChoiceField(label=_("Report"), choices=ReportKind.choices)
    system = forms.ChoiceField(label=_("AI system"))
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

    def __init__(self, *args: Any, systems: Sequence[GovernedSystem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"].choices = [  # type: ignore[attr-defined]
            (system.slug, system.name) for system in systems
        ]

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


class ReportFilter(forms.Form):
    """What the list is narrowed to; empty: all."""

    kind = forms.ChoiceField(
        label=_("Report"), required=False, choices=[("", _("all")), *ReportKind.choices]
    )
    system = forms.ChoiceField(label=_("AI system"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *ReportRun.State.choices]
    )

    def __init__(self, *args: Any, systems: Sequence[GovernedSystem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"].choices = [  # type: ignore[attr-defined]
            ("", _("all")),
            *((system.slug, system.name) for system in systems),
        ]

    def wanted(self) -> dict[str, str]:
        """Field to value, of those that were chosen; nothing for what is no choice of ours."""
        if not self.is_valid():
            return {}
        return {name: value for name, value in self.cleaned_data.items() if value}
