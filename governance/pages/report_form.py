"""The form that asks for a report, and the filter of the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.models import ReportKind, ReportRun
from governance.pages.period_form import PeriodForm
from governance.reports.sources import GovernedSystem


class ReportForm(PeriodForm):
    """Kind, system and period. Days are whole days in UTC, as in the report."""

    kind = forms.ChoiceField(label=_("Report"), choices=ReportKind.choices)
    system = forms.ChoiceField(label=_("AI system"))
    field_order = ("kind", "system")

    def __init__(self, *args: Any, systems: Sequence[GovernedSystem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"].choices = [  # type: ignore[attr-defined]
            (system.slug, system.name) for system in systems
        ]


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
