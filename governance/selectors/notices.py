"""A person's notices, as the product shows them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from governance.models import Notice, User

# Nobody counts further.
MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class Unread:
    """How many are unread, counted to one beyond MOST_COUNTED. `known`: names this state, so that
    whoever has it already need not be told again."""

    count: int
    newest: UUID | None

    @property
    def shown(self) -> str:
        return f"{MOST_COUNTED}+" if self.count > MOST_COUNTED else str(self.count)

    @property
    def known(self) -> str:
        return f"{self.count}.{'' if self.newest is None else self.newest.hex}"


def unread_of(person: User) -> Unread:
    """One query, which reads as many entries of an index as are counted."""
    unread = Notice.objects.shown_to(person).unread().order_by("-id")
    ids = list(unread.values_list("id", flat=True)[: MOST_COUNTED + 1])
    return Unread(len(ids), ids[0] if ids else None)
