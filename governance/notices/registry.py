"""The registry of who is told of which event.

An app puts it into `notices.py`; `discover` imports these at start-up, the way the admin finds
`admin.py`, so that one engine serves every app and `governance` imports none:

    @tells("reviews.case.escalated")
    def of_escalations(told: Told) -> Iterator[Telling]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.utils.module_loading import autodiscover_modules

from governance.notices.kinds import kinds
from governance.notices.texts import languages

if TYPE_CHECKING:
    from governance.models import NoticeCause


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be told now: events of one name, oldest first. `now`: aware, the sweep's."""

    causes: Sequence[NoticeCause]
    now: datetime


@dataclass(frozen=True, slots=True)
class Together:
    """How several notices of one kind become one. `about`: what they have in common, such as their
    queue; `values`, `path`: of the one, beside their count."""

    about: str
    values: Mapping[str, str | int | None]
    path: str


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of one cause. `people`: ids of those whom the event itself names; who holds a
    permission that the kind lists is told besides, with `holders_path` if they have another page
    to go to. `not_to`: who is told in no case. `values`: what the kind's texts say, instants in ISO
    8601; names and ids, never a data subject's data. `queue`: slug, whose chat is told too.
    """

    cause: NoticeCause
    kind: str
    values: Mapping[str, str | int | None]
    path: str
    people: Collection[UUID] = ()
    not_to: Collection[UUID] = ()
    holders_path: str = ""
    together: Together | None = None
    queue: str = ""


Teller = Callable[[Told], Iterable[Telling]]
T = TypeVar("T", bound=Teller)


@dataclass(slots=True)
class _Known:
    tellers: dict[str, Teller] = field(default_factory=dict)


_known = _Known()


def tells(*events: str) -> Callable[[T], T]:
    """Make a function the teller of these ledger events. Raises ValueError for one that is taken,
    or that no kind of notice names."""

    def register(teller: T) -> T:
        named = {event for kind in kinds().values() for event in kind.events}
        for event in events:
            if event not in named or event in _known.tellers:
                raise ValueError(f"{event} is of no kind of notice, or told by two")
            _known.tellers[event] = teller
        return teller

    return register


def is_told(event: str) -> bool:
    """Whether anybody is told of events of this name."""
    return event in _known.tellers


def teller_of(event: str) -> Teller | None:
    """None for an event that nobody is told of any more."""
    return _known.tellers.get(event)


def discover() -> None:
    """Imports the floor's and every app's `notices`, and reads the texts; a fault in one, or a kind
    that nobody tells of, stops the start."""
    languages()
    import_module("governance.notices.of_the_floor")
    autodiscover_modules("notices")
    untold = {event for kind in kinds().values() for event in kind.events} - _known.tellers.keys()
    if untold:
        raise LookupError(f"Nobody tells of {', '.join(sorted(untold))}")
