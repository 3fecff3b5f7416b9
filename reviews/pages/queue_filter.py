"""What a person wants to see of a queue, as it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.models import User
from reviews.models import Case, Decision, Queue

CLAIM_ORDER = ("-priority", "due_at", "id")
NEWEST_FIRST = ("-id",)
STATES = [
    ("open", _("open")),
    ("paused", _("paused")),
    ("mine", _("mine")),
    ("claimed", _("claimed")),
    ("decided", _("decided")),
    ("all", _("all")),
]


class QueueFilter(forms.Form):
    """Every field may be left out. A value that makes no sense is shown as faulty and not used."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    decision_type = forms.ChoiceField(label=_("Decision type"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("any")), *Case.Kind.choices], required=False
    )
    impact_from = forms.DecimalField(
        label=_("Impact from"), required=False, min_value=0, max_digits=18, decimal_places=4
    )
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)
    external_id = forms.CharField(label=_("External id"), required=False, max_length=200)

    def __init__(
        self, data: Mapping[str, Any], *, types: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, auto_id="filter-%s", **kwargs)
        kept = [
            (data["decision_type"],) * 2
            for _ in [0]
            if data.get("decision_type") and data["decision_type"] not in dict(types)
        ]
        choices = self.fields["decision_type"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [("", _("any")), *types, *kept]
        self.is_valid()

    @property
    def state_shown(self) -> str:
        return self.cleaned_data.get("state") or "open"

    @property
    def has_filters(self) -> bool:
        return any(self.data.values())

    @property
    def order(self) -> Sequence[str]:
        """As they are claimed; closed ones, whose urgency is over, newest first."""
        return NEWEST_FIRST if self.state_shown in ("decided", "all") else CLAIM_ORDER

    def cases(self, queue: Queue, person: User, now: datetime) -> QuerySet[Case]:
        wanted = self.cleaned_data
        cases = Case.objects.filter(queue=queue).select_related(
            "claimed_by", "decision__decision_type", "decision__model_version"
        )
        match self.state_shown:
            case "open" | "claimed" | "decided" as state:
                cases = cases.filter(state=state)
            case "paused":
                cases = cases.filter(paused_until__isnull=False)
            case "mine":
                cases = cases.filter(state=Case.State.CLAIMED, claimed_by=person)
        if wanted.get("decision_type"):
            cases = cases.filter(decision__decision_type__slug=wanted["decision_type"])
        if wanted.get("kind"):
            cases = cases.filter(kind=wanted["kind"])
        if wanted.get("impact_from") is not None:
            cases = cases.filter(decision__impact__gte=wanted["impact_from"])
        if wanted.get("overdue"):
            cases = cases.live().filter(due_at__lte=now)
        if wanted.get("external_id"):
            cases = cases.filter(
                decision__in=Decision.objects.filter(external_id=wanted["external_id"])
            )
        return cases

    def url_after(self, cursor: str | None) -> str | None:
        """The address of the page after `cursor`, with the same filters."""
        if cursor is None:
            return None
        kept = {name: value for name, value in self.data.items() if value and name != "after"}
        return "?" + urlencode({**kept, "after": cursor})
