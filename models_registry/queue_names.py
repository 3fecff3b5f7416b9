"""The queues that a policy may name. They belong to the floor above, which says which there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class QueueNames(NamedTuple):
    """Slugs. `opened`: those that take cases; `closed`: those that are there and take none."""

    opened: frozenset[str]
    closed: frozenset[str] = frozenset()


_readers: list[Callable[[], QueueNames]] = []


def tells_queue_names(reader: Callable[[], QueueNames]) -> Callable[[], QueueNames]:
    """Registers what reads them, once. Raises ValueError for a second one."""
    if _readers:
        raise ValueError("The names of queues are told already")
    _readers.append(reader)
    return reader


def queue_names() -> QueueNames | None:
    """The queues as they are now; None where nobody tells."""
    return _readers[0]() if _readers else None
