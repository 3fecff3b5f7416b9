"""The forms that ask for evidence bundles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.pages.period_form import PeriodForm
from governance.reports.sources import GovernedSystem
from governance.services.held_checkpoints import LONGEST_HELD


class BundleForm(forms.Form):
    """What can be said of a bundle about any one thing."""

    held = forms.CharField(
        label=_("Checkpoint that the auditor keeps"),
        help_text=_("The whole text; the bundle then shows that the ledger only grew since."),
        required=False,
        strip=False,
        max_length=LONGEST_HELD,
        widget=forms.Textarea({"rows": 5, "spellcheck": "false", "class": "mono"}),
    )

    def clean_held(self) -> str:
        """As it was published: browsers send line ends of their own, and the last one is easily
        lost when a text is copied."""
        text = self.cleaned_data["held"].replace("\r\n", "\n").strip()
        return f"{text}\n" if text else ""


class SystemBundleForm(BundleForm, PeriodForm):
    """An AI system and a period."""

    system = forms.ChoiceField(label=_("AI system"))
    field_order = ("system", "span", "first_day", "last_day", "held")

    def __init__(self, *args: Any, systems: Sequence[GovernedSystem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"].choices = [  # type: ignore[attr-defined]
            (str(system.id), system.name) for system in systems
        ]
