"""Which decisions a person wants to see, as it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.policies import Disposition
from governance.templatetags.countersign import BADGES
from models_registry.models import DecisionType
from reviews.models import Decision
from reviews.selectors.recent import since

NEWEST_FIRST = ("-id",)
_DISPOSITIONS = [(word.value, BADGES["disposition"][word.value][0]) for word in Disposition]


class DecisionFilter(forms.Form):
    """Every field may be left out. A value that makes no sense is shown as faulty and not used."""

    decision_type = forms.ChoiceField(label=_("Decision type"), required=False)
    disposition = forms.ChoiceField(
        label=_("Disposition"), choices=[("", _("any")), *_DISPOSITIONS], required=False
    )
    since = forms.DateField(
        label=_("Received since (UTC)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    external_id = forms.CharField(label=_("External id"), required=False, max_length=200)

    def __init__(self, data: Mapping[str, Any], *, types: Sequence[DecisionType]) -> None:
        super().__init__(data, auto_id="filter-%s")
        choices = self.fields["decision_type"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [("", _("any")), *((kind.slug, kind.name) for kind in types)]
        self.is_valid()

    def of(self, decisions: QuerySet[Decision]) -> QuerySet[Decision]:
        wanted = self.cleaned_data
        if wanted.get("decision_type"):
            decisions = decisions.filter(decision_type__slug=wanted["decision_type"])
        if wanted.get("disposition"):
            decisions = decisions.filter(evaluation__disposition=wanted["disposition"])
        if wanted.get("since"):
            begin = datetime.combine(wanted["since"], time.min, tzinfo=UTC)
            decisions = decisions.filter(since(begin, "received_at"))
        if wanted.get("external_id"):
            decisions = decisions.filter(external_id=wanted["external_id"])
        return decisions

    def url_after(self, cursor: str | None) -> str | None:
        """The address of the page after `cursor`, with the same filters."""
        if cursor is None:
            return None
        kept = {name: value for name, value in self.data.items() if value and name != "after"}
        return "?" + urlencode({**kept, "after": cursor})
