"""Following each object's entries from its first to its newest. Pure: no Django, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from governance.ledger.verify import Fault, Wrong


class ChainedEntry(NamedTuple):
    """What an entry says of its place among the entries about its object."""

    subject_id: UUID
    object_seq: int
    id: UUID
    subject_type: str
    event: str
    object_prev: bytes | None
    leaf_hash: bytes
    history_id: UUID | None


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """Where an object's entries stand. `history_id`: what its newest commitment is to."""

    subject_id: UUID
    subject_type: str
    object_seq: int
    leaf_hash: bytes
    history_id: UUID | None


@dataclass(frozen=True, slots=True)
class FollowedObject:
    """An object whose entries were all given, and its newest entry."""

    head: ObjectHead
    newest_id: UUID


# Whether entries between two ids, which are in the order of time, may be in the archive only.
# Without the second one: between the first and now.
MayBeArchived = Callable[..., bool]


class ObjectChains:
    """Follows entries given in order of subject, number and id, in flat memory."""

    def __init__(self, may_be_archived: MayBeArchived) -> None:
        self._may_be_archived = may_be_archived
        self._last: ChainedEntry | None = None
        self._committed: UUID | None = None
        self._followed: list[FollowedObject] = []

    def follow(self, entry: ChainedEntry) -> Iterator[Fault]:
        """What is wrong between this entry and the one before it."""
        last = self._last
        if last is None or last.subject_id != entry.subject_id:
            self.end()
            last = None
        yield from self._link_faults(last, entry)
        self._last = entry
        self._committed = entry.history_id or self._committed

    def end(self) -> None:
        """Say that no more entries come about the object given last."""
        if self._last is not None:
            _, seq, newest_id, kind, _, _, digest, _ = self._last
            head = ObjectHead(self._last.subject_id, kind, seq, digest, self._committed)
            self._followed.append(FollowedObject(head, newest_id))
        self._last = self._committed = None

    def take_followed(self) -> list[FollowedObject]:
        """The objects that were followed to their end since the last call."""
        followed, self._followed = self._followed, []
        return followed

    def _link_faults(self, last: ChainedEntry | None, entry: ChainedEntry) -> Iterator[Fault]:
        seq, digest = (last.object_seq, last.leaf_hash) if last else (0, None)
        where = f"{entry.subject_type} {entry.subject_id}"
        if last and last.subject_type != entry.subject_type:
            yield _fault(Wrong.CHANGED, entry, f"its object was a {last.subject_type} before")
        elif entry.object_seq <= seq:
            yield _fault(Wrong.INSERTED, entry, f"there is another number {seq} of {where}")
        elif entry.object_seq > seq + 1:
            if not self._may_be_archived(last.id if last else entry.subject_id, entry.id):
                detail = f"after number {seq} of {where} comes number {entry.object_seq}"
                yield _fault(Wrong.MISSING, entry, detail)
        elif entry.object_prev != digest:
            detail = f"it follows another number {seq} of {where} than the one that is stored"
            yield _fault(Wrong.CHANGED, entry, detail)


def head_faults(
    stored: ObjectHead | None, followed: FollowedObject, may_be_archived: MayBeArchived
) -> Iterator[Fault]:
    """Compare an object's row in the table of heads with its newest entry."""
    newest = followed.head
    place = f"{newest.subject_type} {newest.subject_id}"
    if stored is None:
        yield Fault(Wrong.OBJECT_HEAD_CHANGED, place, "its head is gone")
    elif stored.object_seq > newest.object_seq:
        if not may_be_archived(followed.newest_id):
            detail = f"after number {newest.object_seq} its entries up to {stored.object_seq} are"
            yield Fault(Wrong.MISSING, place, f"{detail} gone")
    elif stored != newest and not _commits_in_archive(stored, followed, may_be_archived):
        detail = f"its head is not its newest entry, number {newest.object_seq}"
        yield Fault(Wrong.OBJECT_HEAD_CHANGED, place, detail)


def _commits_in_archive(
    stored: ObjectHead, followed: FollowedObject, may_be_archived: MayBeArchived
) -> bool:
    """Whether the two differ only in a commitment that older entries made."""
    newest = followed.head
    return (
        newest.history_id is None
        and (stored.object_seq, stored.leaf_hash) == (newest.object_seq, newest.leaf_hash)
        and may_be_archived(newest.subject_id, followed.newest_id)
    )


def _fault(wrong: Wrong, entry: ChainedEntry, detail: str) -> Fault:
    return Fault(wrong, f"entry {entry.id} ({entry.event})", detail)
