"""Which entries may be in the archive only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from governance.ids import first_id, instant_of
from governance.models import ArchivedPartition
from governance.services.verifying.reading import LAST_ID

# A history row gets its id before its entry does, in the same transaction.
_LONGEST_TRANSACTION = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ArchivedIds:
    """Ids of entries from `first` to before `beyond`, in partition `name`, which is detached."""

    name: str
    first: UUID
    beyond: UUID


class Archive:
    """The detached partitions: what they may hold is not looked for here."""

    def __init__(self) -> None:
        detached = ArchivedPartition.objects.filter(state=ArchivedPartition.State.DETACHED)
        self.parts = [
            ArchivedIds(name, first_id(begins_at), first_id(ends_at))
            for name, begins_at, ends_at in detached.order_by("begins_at").values_list(
                "name", "begins_at", "ends_at"
            )
        ]

    def partition_of(self, entry_id: UUID) -> str | None:
        """The detached partition that an entry of this id belongs to."""
        return next(
            (part.name for part in self.parts if part.first <= entry_id < part.beyond), None
        )

    def may_hold_between(self, low: UUID, high: UUID = LAST_ID) -> bool:
        """Whether an entry between two ids may be there."""
        return any(part.first <= high and low < part.beyond for part in self.parts)

    def history_ids(self) -> list[tuple[UUID, UUID]]:
        """Ids, both ends included, of history rows whose entries may be there."""
        return [
            (first_id(instant_of(part.first) - _LONGEST_TRANSACTION), part.beyond)
            for part in self.parts
        ]
