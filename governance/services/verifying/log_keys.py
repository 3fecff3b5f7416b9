"""Which keys may have signed which checkpoints of a log."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from governance.ledger.note import VerifierKey
from governance.models import CheckpointKey, Log
from governance.services.checkpoint_keys import INTRODUCED, RETIRED
from governance.services.verifying.archived import Archive
from governance.services.verifying.reading import rows

_TOLD = """
    SELECT entry.subject_id, entry.event, leaf.index FROM governance_ledgerentry AS entry
    JOIN governance_leaf AS leaf ON leaf.entry_id = entry.id
    WHERE entry.event = ANY(%s) AND entry.subject_type = %s AND leaf.log_id = %s
"""


@dataclass(frozen=True, slots=True)
class _Term:
    """A key, the leaf that introduced it, and the leaf that retired it, if any."""

    key: VerifierKey
    introduced: int
    retired: int | None


class LogKeys:
    """The keys of a log and their terms, by its leaves: no clock is asked."""

    def __init__(self, log: Log, archive: Archive) -> None:
        told = rows(_TOLD, [[INTRODUCED, RETIRED], CheckpointKey._meta.label_lower, log.pk])
        leaves: dict[tuple[UUID, str], int] = {(key, event): index for key, event, index in told}
        self._terms: list[_Term] = []
        for row in log.keys.order_by("introduced_at", "id"):
            introduced = leaves.get((row.pk, INTRODUCED))
            if introduced is None and archive.may_hold_between(row.pk):
                introduced = 0
            if introduced is not None:
                key = VerifierKey.parse(row.verifier)
                self._terms.append(_Term(key, introduced, leaves.get((row.pk, RETIRED))))

    def every(self) -> list[VerifierKey]:
        """All keys that a leaf of the log introduced, oldest first."""
        return [term.key for term in self._terms]

    def signing(self, size: int) -> list[VerifierKey]:
        """Those that may sign a tree of so many leaves: introduced in it and not retired in it."""
        return [
            term.key
            for term in self._terms
            if term.introduced < size and (term.retired is None or term.retired >= size)
        ]
