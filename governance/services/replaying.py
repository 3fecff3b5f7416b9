"""After a backup was restored: the sealed entries that the database has lost, from the store.

The store's signed checkpoint says what the log was; the bundles of entries beside it hold every
leaf. Entered again in their order they give the same root, or nothing is changed at all. What the
entries tell of is not in them: the rows that were lost with the database stay lost, and the ledger
says which leaves came back without them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from governance.errors import DomainError
from governance.ids import instant_of
from governance.ledger import record
from governance.ledger.checkpoint import Checkpoint, open_checkpoint
from governance.ledger.entry_of_leaf import entry_of
from governance.ledger.leaf import leaf_hash
from governance.ledger.note import NoteRejected
from governance.ledger.partitions import make_ahead
from governance.ledger.published_leaves import LeavesLost, ProvenLeaves
from governance.ledger.sealing_lock import Turn, take_turn
from governance.ledger.store import CHECKPOINT, ledger_store
from governance.models import Actor, Leaf, LedgerEntry, LedgerHead, LedgerPending, Log
from governance.services.comparing import known_keys
from governance.services.erasure import ErasedAgain
from governance.services.integrating import store_tiles, tree_of
from governance.services.publishing import keep_note
from governance.services.replayed_rows import LostRows

REPLAYED = "governance.log.replayed"

_BATCH = 4096
_MOST_NAMED = 3
_REMEDY = "Open a new origin instead: manage.py ledger open-origin"
_PLACE = """
    INSERT INTO governance_leaf (log_id, index, entry_id)
    SELECT %s, %s + place - 1, entry_id
    FROM unnest(%s::uuid[]) WITH ORDINALITY AS leaf (entry_id, place)
"""

Progress = Callable[[int, int], None]


class ReplayRefused(DomainError):
    """The log cannot be brought to its published state; nothing was changed."""

    code = "replay_refused"
    title = "The log is not replayed"


@dataclass(frozen=True, slots=True)
class Replay:
    """What came back: the leaves `first` to before `size`. `events`: how often each event was
    among the entries that the database had lost. `erased`: what was erased again, as they say."""

    first: int
    size: int
    events: Counter[str]
    erased: ErasedAgain

    @property
    def entries(self) -> int:
        """How many entries the database had lost."""
        return self.events.total()


def replay_log(*, actor: Actor, now: datetime, progress: Progress | None = None) -> Replay:
    """Bring the log of the settings to the state that was published of it, to the same root.

    All in one transaction. Entries that the backup still had waiting get the places that they had;
    the others are entered again from their leaves, each as the next one about its object. Erasures
    among them are repeated. `governance.log.replayed` then says which leaves came back. `progress`
    is told (leaves done, leaves in all).

    Raises ReplayRefused when the store is not ahead, when its checkpoint or its entries do not
    prove themselves or are gone, when the database is no beginning of the published log, and when
    entries were made since about objects that the lost entries are about: then only a new origin
    helps. Raises StoreUnreachable; SealingRefused for tiles in the database that are damaged.
    """
    log = _behind()
    newest = Leaf.objects.filter(log=log, index=log.size - 1).first()
    # Those that come back belong to months that were made after the backup.
    make_ahead(now, since=instant_of(newest.entry_id) if newest else None)
    try:
        with transaction.atomic(durable=True):
            return _Replaying(log, actor, now, progress).run()
    except LeavesLost as fault:
        raise ReplayRefused(f"The store has lost what was signed: {fault}. {_REMEDY}") from fault


def _behind() -> Log:
    log = Log.objects.filter(origin=settings.COUNTERSIGN_LOG_ORIGIN).first()
    if log is None:
        raise ReplayRefused(
            f"This database knows no log {settings.COUNTERSIGN_LOG_ORIGIN} to bring up to date"
        )
    return log


class _Replaying:
    """One replay, in its transaction."""

    def __init__(self, log: Log, actor: Actor, now: datetime, progress: Progress | None) -> None:
        self._actor, self._now, self._progress = actor, now, progress
        if not take_turn(Turn.SEALING) or not take_turn(Turn.PUBLISHING):
            raise ReplayRefused("A sealer is at work; stop it and try again")
        self._log = Log.objects.select_for_update(no_key=True).get(pk=log.pk)
        self._first = self._log.size
        store = ledger_store(self._log.origin)
        note = store.read(CHECKPOINT)
        if note is None:
            raise ReplayRefused(f"Nothing is published of {self._log.origin}")
        self._note = note
        self._tree = self._opened(note)
        self._leaves = ProvenLeaves(store, self._tree)
        self._lost = LostRows()
        self._events: Counter[str] = Counter()

    def run(self) -> Replay:
        self._require_same_beginning()
        for leaves in self._batches():
            self._replay(leaves)
            if self._progress is not None:
                self._progress(self._log.size - self._first, self._tree.size - self._first)
        if (self._log.size, bytes(self._log.root)) != (self._tree.size, self._tree.root):
            raise ReplayRefused(f"The entries lead to another root than was signed. {_REMEDY}")
        keep_note(self._log, self._note, self._now)
        erased = self._lost.bring_back(actor=self._actor, now=self._now)
        self._tell(erased)
        self._log.trouble, self._log.trouble_since = "", None
        self._log.save(update_fields=["trouble", "trouble_since"])
        return Replay(self._first, self._tree.size, self._events, erased)

    def _opened(self, note: bytes) -> Checkpoint:
        try:
            tree, _ = open_checkpoint(note, self._log.origin, known_keys(self._log))
        except NoteRejected as fault:
            raise ReplayRefused(f"The store's checkpoint is not ours: {fault}") from fault
        if tree.size <= self._log.size:
            raise ReplayRefused(
                f"The database is not behind: it has {self._log.size} leaves, "
                f"and {tree.size} are published"
            )
        return tree

    def _require_same_beginning(self) -> None:
        if self._leaves.root_of_first(self._first) != bytes(self._log.root):
            raise ReplayRefused(
                f"The first {self._first} leaves here are not those that were published: the "
                f"database went on without its store. {_REMEDY}"
            )

    def _batches(self) -> Iterator[list[bytes]]:
        batch: list[bytes] = []
        for leaves in self._leaves.from_index(self._first):
            batch += leaves
            if len(batch) >= _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def _replay(self, leaves: list[bytes]) -> None:
        entries = [entry_of(leaf) for leaf in leaves]
        missing = self._missing(entries)
        _refuse_conflicts(missing)
        LedgerEntry.objects.bulk_create(missing)
        self._events.update(entry.event for entry in missing)
        self._lost.note(missing, self._log)
        ids = [entry.pk for entry in entries]
        with connection.cursor() as cursor:
            cursor.execute(_PLACE, [self._log.pk, self._log.size, ids])
        LedgerPending.objects.filter(entry_id__in=ids).delete()
        tree = tree_of(self._log)
        tree.extend([leaf_hash(leaf) for leaf in leaves])
        store_tiles(self._log, tree)
        self._log.size, self._log.root = tree.size, tree.root()
        self._log.save(update_fields=["size", "root"])

    def _missing(self, entries: list[LedgerEntry]) -> list[LedgerEntry]:
        ids = [entry.pk for entry in entries]
        here = dict(LedgerEntry.objects.filter(pk__in=ids).values_list("id", "leaf"))
        for entry in entries:
            if entry.pk in here and bytes(here[entry.pk]) != entry.leaf:
                raise ReplayRefused(f"Entry {entry.pk} is another one here than was published")
        return [entry for entry in entries if entry.pk not in here]

    def _tell(self, erased: ErasedAgain) -> None:
        """A log itself has no entries about it: this is about its first key, as its opening is."""
        key = self._log.keys.order_by("introduced_at", "id")[0]
        body = {
            "origin": self._log.origin,
            "from": self._first,
            "to": self._tree.size,
            "root": self._tree.root.hex(),
            "entries": self._events.total(),
            "payloads_erased": erased.payloads,
            "subjects_erased": erased.subjects,
        }
        record.append(REPLAYED, subject=key, actor=self._actor, at=self._now, body=body)


def _refuse_conflicts(missing: list[LedgerEntry]) -> None:
    """Each entry must be the next one about its object, as it was when it was entered first."""
    heads: dict[UUID, tuple[str, int, bytes | None]] = {
        head.subject_id: (head.subject_type, head.object_seq, bytes(head.leaf_hash))
        for head in LedgerHead.objects.select_for_update(no_key=True)
        .filter(subject_id__in={entry.subject_id for entry in missing})
        .order_by("subject_id")
    }
    conflicts: dict[UUID, str] = {}
    for entry in missing:
        kind, seq, digest = heads.get(entry.subject_id, (entry.subject_type, 0, None))
        expected = (entry.subject_type, entry.object_seq - 1, entry.object_prev)
        if (kind, seq, digest) != expected and entry.subject_id not in conflicts:
            conflicts[entry.subject_id] = (
                f"{entry.event}, number {entry.object_seq} of {entry.subject_type} "
                f"{entry.subject_id}"
            )
        heads[entry.subject_id] = (
            entry.subject_type,
            entry.object_seq,
            leaf_hash(bytes(entry.leaf)),
        )
    if conflicts:
        named = "; ".join([*conflicts.values()][:_MOST_NAMED])
        raise ReplayRefused(
            "Work went on after the restore, about objects that lost entries are about "
            f"({len(conflicts)}, such as {named}). {_REMEDY}"
        )
