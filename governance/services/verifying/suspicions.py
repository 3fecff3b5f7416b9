"""What looks wrong about entries, until it is known whether a restored backup explains it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from governance.ledger.verify import Fault, Wrong
from governance.services.verifying.archived import is_replayed, replayed_leaves
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.reading import first_leaves

# What a database that was put back has lost, though its entries came back from the store.
_LOST_WITH_A_DATABASE = frozenset(
    {Wrong.HISTORY_MISSING, Wrong.ROW_MISSING, Wrong.ROW_CHANGED, Wrong.PAYLOAD_MISSING}
)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A fault about what an entry commits to."""

    wrong: Wrong
    place: str
    detail: str
    entry_id: UUID


@dataclass
class Suspicions:
    """Collects them, and settles them with a few queries: there are none in a sound ledger."""

    outcome: Outcome
    waiting: list[Suspicion] = field(default_factory=list)

    def add(self, wrong: Wrong, place: str, detail: str, entry_id: UUID) -> None:
        self.waiting.append(Suspicion(wrong, place, detail, entry_id))

    def settle(self) -> None:
        """Make a fault of each, or count it as lost with a restored backup."""
        if self.waiting:
            self.outcome.add(self._faults())
            self.waiting.clear()

    def _faults(self) -> Iterator[Fault]:
        replayed = replayed_leaves()
        leaves = first_leaves(one.entry_id for one in self.waiting)
        for one in self.waiting:
            index = leaves.get(one.entry_id)
            if one.wrong in _LOST_WITH_A_DATABASE and is_replayed(index, replayed):
                self.outcome.counts["lost"] += 1
            else:
                yield Fault(one.wrong, one.place, one.detail, index)
