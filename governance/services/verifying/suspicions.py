"""What looks wrong about entries, until it is known whether a restored backup explains it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from governance.ledger.verify import Fault, Wrong
from governance.services.replaying import REPLAYED
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.reading import rows

_PLACES = """
    SELECT leaf.entry_id, log.origin, leaf.index FROM governance_leaf AS leaf
    JOIN governance_log AS log ON log.id = leaf.log_id WHERE leaf.entry_id = ANY(%s)
"""
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
        replayed = _replayed_leaves()
        found = rows(_PLACES, [[one.entry_id for one in self.waiting]])
        places = {entry_id: (origin, index) for entry_id, origin, index in found}
        for one in self.waiting:
            origin, index = places.get(one.entry_id, ("", None))
            came_back = any(log == origin and index in leaves for log, leaves in replayed)
            if one.wrong in _LOST_WITH_A_DATABASE and came_back:
                self.outcome.counts["lost"] += 1
            else:
                yield Fault(one.wrong, one.place, one.detail, index)


def _replayed_leaves() -> list[tuple[str, range]]:
    """The leaves of each log that were brought back from its store after a restored backup."""
    found = rows("SELECT leaf FROM governance_ledgerentry WHERE event = %s", [REPLAYED])
    bodies = [orjson.loads(leaf)["body"] for (leaf,) in found]
    return [(body["origin"], range(body["from"], body["to"])) for body in bodies]
