"""The registry of what may run late: each app adds its checks in its module `lateness`.

    register(Waits("rungs", _("Deadlines"), LIMIT, oldest_due, "due_at"))     something waits
    register(Silence("beat", _("Beat"), LIMIT))                               somebody gives signs

A check is an instant, the age of which is compared with a limit: since when the oldest thing waits,
or when a process last gave a sign. So all of them together are one query, at the ends of indexes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules
from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Waits:
    """Something waits in rows. `rows`: what waits at an instant, the oldest first, found by an
    index; `since`: the field that says since when. Where nothing waits, nothing is late."""

    name: str
    title: StrOrPromise
    limit: timedelta
    rows: Callable[[datetime], QuerySet[Any]]
    since: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Somebody leaves a heartbeat under `name`. Who never left one is late."""

    name: str
    title: StrOrPromise
    limit: timedelta


Check = Waits | Silence

_registered: dict[str, Check] = {}


def register(check: Check) -> None:
    """Add a check. Raises ValueError for a name that is taken."""
    if check.name in _registered:
        raise ValueError(f"there is a check of lateness called {check.name} already")
    _registered[check.name] = check


def checks() -> tuple[Check, ...]:
    """All checks, in the order in which they were added."""
    return tuple(_registered.values())


def discover() -> None:
    """Import the module `lateness` of each installed app; a fault in one stops the start."""
    autodiscover_modules("lateness")
