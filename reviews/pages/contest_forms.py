"""The forms around contestations. The verbs judge what is entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.errors import FieldError
from models_registry.models import DecisionType
from reviews.models import Contestation
from reviews.services.contesting import LONGEST_REASON, LONGEST_STATEMENT
from reviews.services.letters import (
    LONGEST_CLOSING,
    LONGEST_CONTACT,
    LONGEST_SALUTATION,
    Channel,
    Words,
)


class UtcField(forms.DateTimeField):
    """A moment in UTC, to the minute."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        at = super().to_python(value)
        return None if at is None else at.replace(tzinfo=UTC)


class VerbForm(forms.Form):
    """A form whose faults a verb names."""

    def show_faults(self, faults: Sequence[FieldError]) -> None:
        for fault in faults:
            name = fault.pointer.lstrip("/")
            self.add_error(name if name in self.fields else None, fault.detail)


class ContestForm(VerbForm):
    statement = forms.CharField(
        label=_("What the person says"),
        help_text=_("In their own words. Kept sealed; whoever looks again reads it first."),
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea({"rows": 10}),
    )
    received_at = UtcField(
        label=_("Received (UTC)"),
        help_text=_("When it arrived, not when it is entered: the month to answer runs from then."),
    )


class ExtensionForm(VerbForm):
    reason = forms.CharField(
        label=_("Reason, as the person was told"),
        help_text=_("Without personal data."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
    )
    notified_at = UtcField(label=_("The person was told (UTC)"))


class LetterForm(VerbForm):
    salutation = forms.CharField(label=_("Salutation"), max_length=LONGEST_SALUTATION)
    closing = forms.CharField(
        label=_("Closing"), max_length=LONGEST_CLOSING, widget=forms.Textarea({"rows": 4})
    )
    contact = forms.CharField(
        label=_("Contact"),
        help_text=_("Whom the person can reach, a line each."),
        max_length=LONGEST_CONTACT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def words(self) -> Words:
        return Words(**self.cleaned_data)


class SentForm(VerbForm):
    sent_at = UtcField(label=_("Sent (UTC)"))
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices)


STATES = [
    ("waiting", _("awaiting an answer")),
    ("late", _("late")),
    ("undoing", _("undoing not confirmed")),
    ("open", _("open")),
    ("decided", _("decided")),
    ("withdrawn", _("withdrawn")),
    ("all", _("all")),
]


class ContestationFilter(forms.Form):
    """Every field may be left out. A value that makes no sense is shown as faulty and not used."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    decision_type = forms.ChoiceField(label=_("Decision type"), required=False)
    result = forms.ChoiceField(
        label=_("Result"), choices=[("", _("any")), *Contestation.Result.choices], required=False
    )
    external_id = forms.CharField(label=_("External id"), required=False, max_length=200)

    def __init__(self, data: Mapping[str, Any], *, types: Sequence[DecisionType]) -> None:
        super().__init__(data, auto_id="filter-%s")
        choices = self.fields["decision_type"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [("", _("any")), *((kind.slug, kind.name) for kind in types)]
        self.is_valid()

    @property
    def state_shown(self) -> str:
        return self.cleaned_data.get("state") or "waiting"

    @property
    def has_filters(self) -> bool:
        return any(value for name, value in self.data.items() if name != "after")

    @property
    def order(self) -> Sequence[str]:
        """What is due first; what is over, newest first."""
        return ("due_at", "id") if self.state_shown in ("waiting", "late", "open") else ("-id",)

    def of(self, rows: QuerySet[Contestation], now: datetime) -> QuerySet[Contestation]:
        wanted = self.cleaned_data
        found: Any = rows
        match self.state_shown:
            case "waiting":
                found = found.unanswered()
            case "late":
                found = found.late(now)
            case "undoing":
                found = found.awaiting_undoing()
            case "open" | "decided" | "withdrawn" as state:
                found = found.filter(state=state)
        if wanted.get("decision_type"):
            found = found.filter(decision__decision_type__slug=wanted["decision_type"])
        if wanted.get("result"):
            found = found.filter(result=wanted["result"])
        if wanted.get("external_id"):
            found = found.filter(decision__external_id=wanted["external_id"])
        return found  # type: ignore[no-any-return]

    def url_after(self, cursor: str | None) -> str | None:
        """The address of the page after `cursor`, with the same filters."""
        if cursor is None:
            return None
        kept = {name: value for name, value in self.data.items() if value and name != "after"}
        return "?" + urlencode({**kept, "after": cursor})
