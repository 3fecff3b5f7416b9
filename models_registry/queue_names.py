"""The queues and ladders that a policy may name: the floor above has them, and says which."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class QueueNames(NamedTuple):
    """Slugs. `opened`: queues that take cases; `closed`: those that are there and take none."""

    opened: frozenset[str]
    closed: frozenset[str] = frozenset()
    ladders: frozenset[str] = frozenset()


_readers: list[Callable[[], QueueNames]] = []


def tells_queue_names(reader: Callable[[], QueueNames]) -> Callable[[], QueueNames]:
    """Registers what reads them, once. Raises ValueError for a second one."""
    if _readers:
        raise ValueError("The names of queues are told already")
    _readers.append(reader)
    return reader


def queue_names() -> QueueNames | None:
    """Queues and ladders as they are now; None where nobody tells."""
    return _readers[0]() if _readers else None
