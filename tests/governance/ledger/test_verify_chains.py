"""Each object's entries are followed from the first to the newest, and compared with its head."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from governance.ledger.verify import Wrong
from governance.ledger.verify_chains import (
    ChainedEntry,
    FollowedObject,
    ObjectChains,
    ObjectHead,
    head_faults,
)

ONE, OTHER = UUID(int=1), UUID(int=2)


def entries(subject: UUID, count: int) -> list[ChainedEntry]:
    made: list[ChainedEntry] = []
    for seq in range(1, count + 1):
        previous = made[-1].leaf_hash if made else None
        digest = sha256(f"{subject} {seq}".encode()).digest()
        row = UUID(int=1000 + seq) if seq < 3 else None
        key = UUID(int=subject.int * 100 + seq)
        made.append(
            ChainedEntry(subject, seq, key, "test.thing", "test.thing.seen", previous, digest, row)
        )
    return made


def never(*_: object) -> bool:
    return False


def always(*_: object) -> bool:
    return True


def follow(
    given: Sequence[ChainedEntry], may_be_archived=never
) -> tuple[list[tuple[Wrong, UUID]], list[FollowedObject]]:
    """The kinds of the faults with the number of the entry, and the objects."""
    chains, faults = ObjectChains(may_be_archived), []
    for entry in given:
        faults += [(fault.wrong, entry.object_seq) for fault in chains.follow(entry)]
    chains.end()
    return faults, chains.take_followed()


def test_unbroken_sequences_have_no_fault_and_end_in_their_heads():
    faults, followed = follow([*entries(ONE, 4), *entries(OTHER, 1)])
    assert faults == []
    newest = entries(ONE, 4)[-1]
    head = ObjectHead(ONE, "test.thing", 4, newest.leaf_hash, UUID(int=1002))
    assert followed[0] == FollowedObject(head, newest.id)
    assert [one.head.subject_id for one in followed] == [ONE, OTHER]


def test_a_number_that_is_not_there_is_missing_at_the_next_one():
    first, _, third, fourth = entries(ONE, 4)
    assert follow([first, third, fourth])[0] == [(Wrong.MISSING, 3)]
    assert follow([third, fourth])[0] == [(Wrong.MISSING, 3)]


def test_what_may_be_in_the_archive_is_not_missed():
    first, _, third, fourth = entries(ONE, 4)
    assert follow([first, third, fourth], always)[0] == []


def test_a_number_that_is_there_twice_was_put_in():
    first, second, third = entries(ONE, 3)
    assert follow([first, second, second, third])[0] == [(Wrong.INSERTED, 2)]


def test_an_entry_that_follows_on_another_one_is_found():
    first, second, third = entries(ONE, 3)
    exchanged = second._replace(leaf_hash=sha256(b"another").digest())
    assert follow([first, exchanged, third])[0] == [(Wrong.CHANGED, 3)]
    assert follow([first, second._replace(subject_type="test.other"), third])[0] == [
        (Wrong.CHANGED, 2),
        (Wrong.CHANGED, 3),
    ]


def kinds(stored: ObjectHead | None, followed: FollowedObject, may_be_archived=never) -> list:
    return [fault.wrong for fault in head_faults(stored, followed, may_be_archived)]


def test_a_head_must_be_the_newest_entry():
    _, [followed] = follow(entries(ONE, 4))
    head = followed.head
    values = (head.subject_id, head.subject_type, head.object_seq, head.leaf_hash, head.history_id)
    other_row = ObjectHead(*values[:4], UUID(int=7))

    assert kinds(head, followed) == []
    assert kinds(None, followed) == [Wrong.OBJECT_HEAD_CHANGED]
    assert kinds(other_row, followed) == [Wrong.OBJECT_HEAD_CHANGED]
    assert kinds(ObjectHead(ONE, "test.thing", 3, *values[3:]), followed) == [
        Wrong.OBJECT_HEAD_CHANGED
    ]


def test_entries_beyond_the_newest_one_that_is_here_are_missing_unless_archived():
    _, [followed] = follow(entries(ONE, 2))
    _, [whole] = follow(entries(ONE, 4))
    assert kinds(whole.head, followed) == [Wrong.MISSING]
    assert kinds(whole.head, followed, always) == []


def test_a_commitment_of_an_archived_entry_is_no_fault_of_the_head():
    _, [followed] = follow(entries(ONE, 4)[2:], always)
    _, [whole] = follow(entries(ONE, 4))
    assert followed.head.history_id is None
    assert kinds(whole.head, followed, always) == []
    assert kinds(whole.head, followed) == [Wrong.OBJECT_HEAD_CHANGED]
