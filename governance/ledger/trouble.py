"""Why the sealer refuses to go on, in words that others may rely on. Pure: no Django."""

from __future__ import annotations

from enum import StrEnum

from governance.errors import DomainError


class Reason(StrEnum):
    """What a log's `trouble` begins with."""

    RESTORED_BACKUP = "restored backup"
    FORK = "fork"
    FOREIGN_CHECKPOINT = "foreign checkpoint"
    STORE_EMPTIED = "store emptied"
    STORE_UNREACHABLE = "store unreachable"
    KEYS_UNREADABLE = "keys unreadable"
    KEY_LOST = "key lost or replaced"
    ENTRY_CHANGED = "entry changed"
    ENTRY_MISSING = "entry missing"
    ENTRY_TWICE = "entry sealed twice"
    TREE_DAMAGED = "tree damaged"
    CLOCK_BEHIND = "clock behind"
    ORIGIN_CHANGED = "origin changed"


# Here a person has to act. All others are looked at again in each cycle, and end with their cause:
# a changed entry, for instance, when it has its own bytes again, which its hash proves.
FINAL = frozenset({Reason.RESTORED_BACKUP, Reason.FORK})
_LONGEST = 500


class SealingRefused(DomainError):
    """The sealer does not go on: nothing was signed, and no entry got a place past the fault."""

    code = "sealing_refused"
    title = "The ledger is not sealed"

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}"[:_LONGEST])
        self.reason = reason


def reason_of(trouble: str) -> Reason | None:
    """The reason that a log's `trouble` begins with; None where there is no trouble."""
    return Reason(trouble.partition(":")[0]) if trouble else None
