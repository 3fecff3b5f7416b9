"""The history of one row: who changed what, when, and which ledger entries are about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from governance.admin.show import NOTHING
from governance.models import LedgerEntry, User
from governance.models.actors import ActorKind

NEWEST = 100
KINDS: dict[str, StrOrPromise] = {"+": _("made"), "~": _("changed"), "-": _("deleted")}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a change, before and after, as text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One history row: what was done, by whom (a person's name, or the actor's label), and how."""

    at: datetime
    who: str
    what: StrOrPromise
    fields: Sequence[FieldChange]


@dataclass(frozen=True, slots=True)
class Entered:
    """One ledger entry about the row."""

    key: UUID
    at: datetime
    who: str
    event: str


class HistoryPages:
    """Replaces Django's history page. It reads the history and the ledger; nothing turns back."""

    admin_site: Any
    opts: Any

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        states = _newest_states(row)
        entries = list(
            LedgerEntry.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk)
            .order_by("-object_seq")
            .defer("leaf", "leaf_hash")[:NEWEST]
        )
        names = names_of([state.actor for state in states] + [entry.actor for entry in entries])
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "subtitle": str(row),
            "changes": _changes(states, names),
            "entries": [
                Entered(entry.pk, entry.at, names.get(entry.actor, entry.actor), entry.event)
                for entry in entries
            ],
            "newest": NEWEST,
            "original": row,
            "opts": self.opts,
            "has_history": hasattr(row, "history"),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


def names_of(labels: Iterable[str]) -> dict[str, str]:
    """Actor label to name, for those that are people with an account."""
    prefix = f"{ActorKind.PERSON}:"
    handles = {label.removeprefix(prefix) for label in labels if label.startswith(prefix)}
    people = User.objects.filter(pseudonym__in=handles) if handles else User.objects.none()
    return {f"{prefix}{person.pseudonym}": str(person) for person in people}


def _newest_states(row: Any) -> list[Any]:
    if not hasattr(row, "history"):
        return []
    # One more than is shown: the oldest change needs its predecessor to be told from.
    return list(row.history.order_by("-history_date", "-history_id")[: NEWEST + 1])


def _changes(states: Sequence[Any], names: dict[str, str]) -> list[Change]:
    named = _foreign_names(states)
    changes = [
        Change(
            at=newer.history_date,
            who=names.get(newer.actor, newer.actor),
            what=KINDS[newer.history_type],
            fields=[] if older is None else _field_changes(newer, older, named),
        )
        for newer, older in pairwise([*states, None])
        if newer is not None
    ]
    return changes[:NEWEST]


def _tracked(state: Any) -> list[Any]:
    return [field for field in state.tracked_fields if field.concrete]


def _field_changes(newer: Any, older: Any, named: dict[tuple[Any, Any], str]) -> list[FieldChange]:
    def text(field: Any, state: Any) -> str:
        value = getattr(state, field.attname)
        if isinstance(field, ForeignKey):
            return named.get((field.related_model, value), NOTHING)
        return NOTHING if value in (None, "") else str(value)

    return [
        FieldChange(str(field.verbose_name), text(field, older), text(field, newer))
        for field in _tracked(newer)
        if getattr(newer, field.attname) != getattr(older, field.attname)
    ]


def _foreign_names(states: Sequence[Any]) -> dict[tuple[Any, Any], str]:
    """(model, key) to name of every row that one of the states refers to; a query per model."""
    wanted: dict[Any, set[Any]] = {}
    for state in states:
        for field in _tracked(state):
            if isinstance(field, ForeignKey):
                wanted.setdefault(field.related_model, set()).add(getattr(state, field.attname))
    return {
        (model, row.pk): str(row)
        for model, keys in wanted.items()
        for row in model._default_manager.filter(pk__in=keys - {None})
    }
