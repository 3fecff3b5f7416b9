"""Entries to seal, and what must hold of everything that was sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings

from governance.ledger.checkpoint import Checkpoint, open_checkpoint
from governance.ledger.leaf import leaf_hash
from governance.ledger.merkle import EMPTY_ROOT, Frontier, subtree_root
from governance.ledger.published import published_entries
from governance.ledger.signing import verifier_keys
from governance.ledger.store import CHECKPOINT, LedgerStore, ledger_store
from governance.ledger.tile_paths import parse_path
from governance.ledger.tiles import WIDTH, TileId, TreeBuilder
from governance.ledger.tree_rows import current_log
from governance.models import Checkpoint as CheckpointRow
from governance.models import Leaf, LedgerEntry, LedgerPending, Log
from tests.factories import NOON
from tests.governance.ledger.entered import enter


def enter_some(count: int, at: datetime = NOON) -> list[UUID]:
    """Entries about as many subjects, in this order; their ids."""
    return [enter(at).pk for _ in range(count)]


def store() -> LedgerStore:
    return ledger_store(settings.COUNTERSIGN_LOG_ORIGIN)


def published_checkpoint() -> Checkpoint:
    """The store's checkpoint, signed by a key of the log."""
    note = store().read(CHECKPOINT)
    assert note is not None
    log = current_log()
    return open_checkpoint(note, log.origin, verifier_keys(log))[0]


def sealed_ids() -> list[UUID]:
    """The ids of the entries in the order of the tree."""
    return list(Leaf.objects.order_by("index").values_list("entry_id", flat=True))


def check_everything(expected: Sequence[UUID] = ()) -> None:
    """All that holds between two steps of a sealer, whatever has happened.

    Each entry has one place or waits for one; the places are without a gap; tiles, root and log
    are those of the entries; every checkpoint is a prefix of the tree; the store holds one of
    them, with all its files. `expected`: entries that must be among these.
    """
    entries = dict(LedgerEntry.objects.values_list("id", "leaf"))
    assert set(expected) <= entries.keys()
    pending = list(LedgerPending.objects.values_list("entry_id", flat=True))
    sealed = sealed_ids()
    assert sorted([*pending, *sealed]) == sorted(entries)
    log = Log.objects.filter(origin=settings.COUNTERSIGN_LOG_ORIGIN).first()
    if log is None:
        assert sealed == []
        return
    assert [leaf.index for leaf in Leaf.objects.order_by("index")] == list(range(log.size))
    hashes = [leaf_hash(bytes(entries[entry_id])) for entry_id in sealed]
    assert bytes(log.root) == _root(hashes)
    check_tiles(log, hashes)
    check_checkpoints(hashes)
    check_store(log, hashes)


def check_checkpoints(hashes: Sequence[bytes]) -> None:
    """Every checkpoint that was kept is a beginning of the tree."""
    tree = Frontier()
    for row in CheckpointRow.objects.order_by("size"):
        tree.extend(hashes[tree.size : row.size])
        assert (tree.size, tree.root()) == (row.size, bytes(row.root))


def check_tiles(log: Log, hashes: Sequence[bytes]) -> None:
    """The rows of the tiles are those of the tree."""
    tree = TreeBuilder(0, lambda _: {})
    tree.extend(hashes)
    rows = log.tiles.values_list("level", "index", "hashes")
    assert {TileId(level, index): bytes(row) for level, index, row in rows} == tree.changed()


def check_store(log: Log, hashes: Sequence[bytes]) -> None:
    """What is published is a beginning of the log, and can be read by who has nothing else."""
    note = store().read(CHECKPOINT)
    if note is None:
        assert not log.checkpoints.exists()
        return
    state, _ = open_checkpoint(note, log.origin, verifier_keys(log))
    assert state.size <= log.size
    assert state.root == _root(hashes[: state.size])
    assert derived_root(state.size) == state.root
    check_old_tiles(state.size)


def derived_root(size: int) -> bytes:
    """The root of a published log from its entries alone; its tiles are found to be the same."""
    tree = _derived_tree(size)
    for tile, hashes in tree.changed().items():
        full = store().read(tile.path(WIDTH)) or b""
        assert hashes in (store().read(tile.path(len(hashes) // 32)), full[: len(hashes)])
    return tree.root()


def check_old_tiles(size: int) -> None:
    """Every tile that was ever published is what the tree of that size begins with."""
    tiles = _derived_tree(size).changed()
    for path in store().paths("tile"):
        place, width = parse_path(path)
        if isinstance(place, TileId):
            written = store().read(path)
            assert written is not None
            assert len(written) == 32 * width
            known = tiles.get(place, b"")
            shorter = min(len(known), len(written))
            assert written[:shorter] == known[:shorter]


def _derived_tree(size: int) -> TreeBuilder:
    tree = TreeBuilder(0, lambda _: {})
    for index in range(-(-size // WIDTH)):
        leaves = published_entries(store(), index, size)
        assert len(leaves) == min(WIDTH, size - index * WIDTH)
        tree.extend([leaf_hash(leaf) for leaf in leaves])
    return tree


def _root(hashes: Sequence[bytes]) -> bytes:
    return subtree_root(hashes) if hashes else EMPTY_ROOT
