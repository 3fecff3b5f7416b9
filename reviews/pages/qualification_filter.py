"""What a person wants to see of the qualifications, as it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.models import Qualification
from governance.selectors.lapsing import WARNING_SPAN

SHOWN = [
    ("valid", _("valid now")),
    ("lapsing", _("lapsing soon")),
    ("lapsed", _("lapsed")),
    ("missing", _("missing for a queue")),
]
_ORDERS = {
    "valid": ("-id",),
    "lapsing": ("valid_until", "id"),
    "lapsed": ("-valid_until", "-id"),
}


class QualificationFilter(forms.Form):
    """Every field may be left out. A value that makes no sense is shown as faulty and not used."""

    show = forms.ChoiceField(label=_("Show"), choices=SHOWN, required=False)
    days = forms.IntegerField(
        label=_("Lapsing within days"), required=False, min_value=1, max_value=3_660
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("any")), *Qualification.Kind.choices], required=False
    )
    system = forms.ChoiceField(label=_("AI system"), required=False)
    queue = forms.ChoiceField(label=_("Queue, for what is missing"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        systems: Sequence[tuple[str, str]],
        queues: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data, auto_id="filter-%s")
        for name, choices in (("system", systems), ("queue", queues)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("any") if name == "system" else _("choose one")), *choices]
        self.is_valid()

    @property
    def shown(self) -> str:
        return self.cleaned_data.get("show") or "valid"

    @property
    def queue_slug(self) -> str:
        return self.cleaned_data.get("queue") or ""

    @property
    def system_slug(self) -> str:
        return self.cleaned_data.get("system") or ""

    @property
    def has_filters(self) -> bool:
        return any(self.data.values())

    @property
    def within(self) -> timedelta:
        days = self.cleaned_data.get("days")
        return timedelta(days=days) if days else WARNING_SPAN

    @property
    def order(self) -> Sequence[str]:
        return _ORDERS[self.shown]

    def rows(self, now: datetime) -> QuerySet[Qualification]:
        """Not for what is missing: that has no row."""
        found = Qualification.objects.select_related("person")
        match self.shown:
            case "lapsing":
                found = found.lapsing(now, self.within)
            case "lapsed":
                found = found.lapsed(now)
            case _:
                found = found.in_force(now)
        for name in ("kind", "system"):
            if self.cleaned_data.get(name):
                found = found.filter(**{name: self.cleaned_data[name]})
        rows: QuerySet[Qualification] = found
        return rows

    def url_after(self, cursor: str | None) -> str | None:
        """The address of the page after `cursor`, with the same filters."""
        if cursor is None:
            return None
        kept = {name: value for name, value in self.data.items() if value and name != "after"}
        return "?" + urlencode({**kept, "after": cursor})
