"""What a verification can find, in words that name it. Pure: no Django, no database.

The bytes come first: they are hashed as they are stored, and only then read. What a column says
beside them is compared, never trusted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

MOST_FAULTS = 100


class Wrong(StrEnum):
    """What can be wrong with the record."""

    CHANGED = "changed"
    MISSING = "missing"
    REORDERED = "reordered"
    INSERTED = "inserted"
    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    FORKED = "forked"
    TILE_CHANGED = "tile_changed"
    LOG_CHANGED = "log_changed"
    CHECKPOINT_CHANGED = "checkpoint_changed"
    STORE_CHANGED = "store_changed"
    STORE_UNREADABLE = "store_unreadable"
    OBJECT_HEAD_CHANGED = "object_head_changed"
    HISTORY_CHANGED = "history_changed"
    HISTORY_MISSING = "history_missing"
    HISTORY_NOT_ENTERED = "history_not_entered"
    ROW_CHANGED = "row_changed"
    ROW_MISSING = "row_missing"
    ROW_NOT_ENTERED = "row_not_entered"
    PAYLOAD_CHANGED = "payload_changed"
    PAYLOAD_MISSING = "payload_missing"
    GUARD_MISSING = "guard_missing"


# What each finding says about the record, for a person who reads it once.
MEANINGS: dict[Wrong, str] = {
    Wrong.CHANGED: "an entry is not what was entered",
    Wrong.MISSING: "an entry is gone",
    Wrong.REORDERED: "entries stand in another order than they were sealed in",
    Wrong.INSERTED: "an entry stands there that was never entered or sealed",
    Wrong.UNREADABLE: "an entry's bytes are no leaf",
    Wrong.TRUNCATED: "a checkpoint from outside knows more entries than this log has",
    Wrong.FORKED: "a checkpoint from outside is that of another history",
    Wrong.TILE_CHANGED: "a stored hash of the tree is not what the entries below it give",
    Wrong.LOG_CHANGED: "the log's own root or size is not that of its tree",
    Wrong.CHECKPOINT_CHANGED: "a checkpoint is not that of the tree, or not signed by its keys",
    Wrong.STORE_CHANGED: "what was published outside the database is not what is stored here",
    Wrong.STORE_UNREADABLE: "what was published outside the database could not be compared",
    Wrong.OBJECT_HEAD_CHANGED: "where an object's entries stand is not what they say",
    Wrong.HISTORY_CHANGED: "a history row is not the one that its entry commits to",
    Wrong.HISTORY_MISSING: "a history row that an entry commits to is gone",
    Wrong.HISTORY_NOT_ENTERED: "no entry commits to a history row",
    Wrong.ROW_CHANGED: "a row was changed behind its entry",
    Wrong.ROW_MISSING: "a row is gone, and no entry tells of it",
    Wrong.ROW_NOT_ENTERED: "no entry tells of a row",
    Wrong.PAYLOAD_CHANGED: "a payload is not the one that its entry commits to",
    Wrong.PAYLOAD_MISSING: "a payload is gone, and no entry tells of its erasure",
    Wrong.GUARD_MISSING: "the database does not guard a table as it must",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where: an entry, a row, a tile, a table.

    `index`: the leaf that it is about, from 0; None where it is about no sealed entry.
    """

    wrong: Wrong
    place: str
    detail: str
    index: int | None = None

    def __str__(self) -> str:
        """A line for people, the kind first."""
        leaf = "" if self.index is None else f"leaf {self.index}, "
        return f"{self.wrong}: {leaf}{self.place}: {self.detail}"

    def as_json(self) -> dict[str, Any]:
        """For a JSON column; `from_json` reads it again."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Fault:
        return cls(Wrong(said["wrong"]), said["place"], said["detail"], said["index"])


def first_ones(faults: Iterable[Fault]) -> list[Fault]:
    """At most 100 faults: the first bad entry first, and what is about no sealed entry last."""
    return sorted(faults, key=_position)[:MOST_FAULTS]


def _position(fault: Fault) -> tuple[bool, int]:
    return fault.index is None, fault.index or 0
