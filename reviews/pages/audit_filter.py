"""Which audit rates a person wants to see, as it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from models_registry.models import DecisionType
from reviews.models import AuditRate
from reviews.selectors.on_the_loop import raised, with_errors

ORDER = ("decision_type_id", "id")
_SHOWN = [("", _("any")), ("errors", _("with errors")), ("raised", _("not shown to be safe"))]


class AuditFilter(forms.Form):
    """Every field may be left out. A value that makes no sense is shown as faulty and not used."""

    decision_type = forms.ChoiceField(label=_("Decision type"), required=False)
    show = forms.ChoiceField(label=_("Segments"), choices=_SHOWN, required=False)

    def __init__(self, data: Mapping[str, Any], *, types: Sequence[DecisionType]) -> None:
        super().__init__(data, auto_id="filter-%s")
        choices = self.fields["decision_type"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [("", _("any")), *((kind.slug, kind.name) for kind in types)]
        self.is_valid()

    @property
    def has_filters(self) -> bool:
        return any(self.data.values())

    def of(self, rates: QuerySet[AuditRate]) -> QuerySet[AuditRate]:
        wanted = self.cleaned_data
        if wanted.get("decision_type"):
            rates = rates.filter(decision_type__slug=wanted["decision_type"])
        if wanted.get("show") == "errors":
            rates = with_errors(rates)
        if wanted.get("show") == "raised":
            rates = raised(rates)
        return rates

    def url_after(self, cursor: str | None) -> str | None:
        """The address of the page after `cursor`, with the same filters."""
        if cursor is None:
            return None
        kept = {name: value for name, value in self.data.items() if value and name != "after"}
        return "?" + urlencode({**kept, "after": cursor})
