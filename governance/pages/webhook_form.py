"""The forms of the pages of webhooks. The verbs judge what they read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.errors import FieldError
from governance.models import Delivery, WebhookEndpoint
from governance.outbox_events import EVENTS, EVERY_EVENT
from governance.pages.period_form import PeriodForm
from governance.reports.sources import governed_systems
from governance.services.webhook_choices import MOST_DESCRIPTION, MOST_URL, Chosen


class EndpointForm(forms.Form):
    """What is chosen for an endpoint."""

    description = forms.CharField(label=_("What it is"), max_length=MOST_DESCRIPTION)
    url = forms.CharField(
        label=_("Address"),
        max_length=MOST_URL,
        help_text=_("https:// only, of a public address"),
        widget=forms.TextInput({"inputmode": "url", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=[(EVERY_EVENT, _("every event")), *((name, name) for name in EVENTS)],
        widget=forms.SelectMultiple({"size": 8}),
    )
    systems = forms.MultipleChoiceField(
        label=_("AI systems"),
        help_text=_("none: all"),
        required=False,
        widget=forms.SelectMultiple({"size": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["systems"].choices = [  # type: ignore[attr-defined]
            (system.slug, system.name) for system in governed_systems()
        ]

    @classmethod
    def of(cls, endpoint: WebhookEndpoint, data: Any) -> EndpointForm:
        """The form of an endpoint that is there."""
        names = ("description", "url", "events", "systems")
        return cls(data, initial={name: getattr(endpoint, name) for name in names})

    def chosen(self) -> Chosen:
        return Chosen(**self.cleaned_data)

    def show_faults(self, faults: Sequence[FieldError]) -> None:
        for fault in faults:
            name = fault.pointer.strip("/").split("/")[0]
            self.add_error(name if name in self.fields else None, fault.detail)


class ReplayForm(PeriodForm):
    """The period whose messages are sent again."""


class DeliveryFilter(forms.Form):
    """What the deliveries are narrowed to; empty: all."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *Delivery.State.choices]
    )

    def wanted(self) -> dict[str, str]:
        """Field to value; nothing for what is no choice of ours."""
        if not self.is_valid():
            return {}
        return {name: value for name, value in self.cleaned_data.items() if value}
