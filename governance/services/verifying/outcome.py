"""What a share of a verification, or the whole of it, has looked at and found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from governance.ledger.verify import MOST_FAULTS, Fault, first_ones


@dataclass
class Outcome:
    """Counts of what was looked at, and the faults, at most 100 of them in detail.

    `counts`: by a word of COUNTED. `archived`: entries that are in the archive only, by partition.
    `erased`: payloads that are gone, each with the entry that tells of its erasure, at most 100.
    `root`: of a share of leaves, in hexadecimal.
    """

    counts: Counter[str] = field(default_factory=Counter)
    archived: Counter[str] = field(default_factory=Counter)
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    erased: list[dict[str, str]] = field(default_factory=list)
    root: str = ""

    @property
    def is_sound(self) -> bool:
        return self.fault_count == 0

    def add(self, found: Iterable[Fault], more: int = 0) -> None:
        """Take faults in, and `more` that are not told in detail."""
        faults = list(found)
        if not faults and not more:
            return
        self.fault_count += len(faults) + more
        self.faults = first_ones([*self.faults, *faults])

    def take(self, part: Outcome) -> None:
        """Take in what a share of the work came to; its root is the caller's to keep."""
        self.counts.update(part.counts)
        self.archived.update(part.archived)
        self.fault_count += part.fault_count
        self.faults = first_ones([*self.faults, *part.faults])
        self.erased = [*self.erased, *part.erased][:MOST_FAULTS]

    def as_json(self) -> dict[str, Any]:
        """For a JSON column; `from_json` reads it again."""
        return {
            "counts": dict(self.counts),
            "archived": dict(self.archived),
            "fault_count": self.fault_count,
            "faults": [fault.as_json() for fault in self.faults],
            "erased": self.erased,
            "root": self.root,
        }

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Outcome:
        return cls(
            counts=Counter(said["counts"]),
            archived=Counter(said["archived"]),
            fault_count=said["fault_count"],
            faults=[Fault.from_json(fault) for fault in said["faults"]],
            erased=said["erased"],
            root=said["root"],
        )
