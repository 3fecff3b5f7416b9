"""The registry of what bundles can be about: which rows belong to it, and who may see what of them.

An app says so in its `evidence.py`; `discover` imports these at start-up, the way the admin finds
`admin.py`, so that bundles cover every app and `governance` imports none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.module_loading import autodiscover_modules

from governance.models import EvidenceBundle, LedgerEntry, Payload, User


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks a bundle about. `period`: of a system, from the first instant to before
    the second, else None; `at`: the moment at which their rights count."""

    about_id: UUID
    person: User
    at: datetime
    period: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that goes into the bundle: an entry about `subject_id` names its SHA-256 in its body's
    `field`."""

    name: str
    content: bytes
    subject_id: UUID
    field: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What belongs into a bundle.

    `rows`: querysets of the rows whose entries belong to it, whole. `withheld`: of rows among them
    whose content stays out. `payloads`: those whose clear content the person may read; all others
    are withheld. `left_out`: what the person may not know of yet, in words.
    """

    rows: tuple[QuerySet[Any], ...]
    withheld: tuple[QuerySet[Any], ...] = ()
    payloads: tuple[QuerySet[Payload], ...] = ()
    files: tuple[NamedFile, ...] = ()
    left_out: tuple[str, ...] = ()


ScopeMaker = Callable[[Asked], Scope]

_makers: dict[str, ScopeMaker] = {}


def evidence_about(about: EvidenceBundle.About) -> Callable[[ScopeMaker], ScopeMaker]:
    """Registers what says which rows belong to one thing of this kind.

    It raises ObjectDoesNotExist for what the person cannot see, and a DomainError for what they
    have no right to. Raises ValueError where another one is registered.
    """

    def register(make: ScopeMaker) -> ScopeMaker:
        if about in _makers:
            raise ValueError(f"evidence about {about} is registered twice")
        _makers[about] = make
        return make

    return register


def scope_of(about: str, asked: Asked) -> Scope:
    """What belongs into a bundle about this. Raises what its maker raises, and KeyError for a kind
    that no app knows."""
    return _makers[about](asked)


SealedRows = Callable[[User, datetime], list[QuerySet[Any]]]

_sealed: list[SealedRows] = []


def seals(rows: SealedRows) -> SealedRows:
    """Registers what says of which rows a person may not know the content yet, though they may
    read the ledger. Few: rows that are about to be opened, never a history."""
    _sealed.append(rows)
    return rows


def entries_sealed_from(person: User, now: datetime) -> Q:
    """The ledger entries about such rows: that they are there may be seen, their leaves may not."""
    found = Q(pk__in=LedgerEntry.objects.none())
    for rows in _sealed:
        for some in rows(person, now):
            kind = some.model._meta.label_lower
            found |= Q(subject_type=kind, subject_id__in=some.values("pk"))
    return found


def discover() -> None:
    """Imports the `evidence` of each installed app; a fault in one stops the start."""
    autodiscover_modules("evidence")
