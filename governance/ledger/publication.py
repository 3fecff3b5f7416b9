"""The files of a log that grows from one published size to the next, made from its entries."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from governance.ledger.entry_rows import binary_cursor, leaf_bytes
from governance.ledger.leaf import leaf_hash
from governance.ledger.merkle import HASH_BYTES
from governance.ledger.tiles import (
    WIDTH,
    BundleId,
    TileId,
    TreeBuilder,
    encode_bundle,
    root_at,
)
from governance.ledger.tree_rows import tile_reader
from governance.ledger.trouble import Reason, SealingRefused
from governance.models import Log

_BUNDLES_AT_ONCE = 8
_PLACED = """
    SELECT index, entry_id FROM governance_leaf WHERE log_id = %b AND index >= %b AND index < %b
"""


class Publication:
    """Derives the tree anew from the bytes of the entries, as an outsider will.

    The tree in the database is the one to be signed for; the one that is published is made here.
    Only when both are the same does the root come out.
    """

    def __init__(self, log: Log, *, start: int, size: int) -> None:
        """From `start` leaves, which are published, to `size`. Raises TileMissing."""
        self._log = log
        self._start = start
        self._size = size
        self._read_tiles = tile_reader(log)
        self._tree = TreeBuilder(start, self._read_tiles)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Path and content of every file that is new, in flat memory; bundles come first.

        Raises SealingRefused at an entry that is not the one that was sealed.
        """
        first, beyond = self._start // WIDTH, -(-self._size // WIDTH)
        for index in range(first, beyond, _BUNDLES_AT_ONCE):
            yield from self._bundles(index, min(index + _BUNDLES_AT_ONCE, beyond))
        for tile, hashes in self._tree.changed().items():
            yield tile.path(len(hashes) // HASH_BYTES), hashes

    def root(self) -> bytes:
        """The root of all leaves, once all files were given. Raises TileMissing, and
        SealingRefused when the log has another one."""
        root, known = self._tree.root(), root_at(self._size, self._read_tiles)
        if self._size == self._log.size and known == root:
            known = bytes(self._log.root)
        if self._tree.size != self._size or root != known:
            detail = f"the entries of {self._size} leaves do not lead to the root of the tiles"
            raise SealingRefused(Reason.TREE_DAMAGED, detail)
        return root

    def outgrown(self) -> Iterator[str]:
        """Folders of partial tiles and bundles that full ones have replaced (C2SP tlog-tiles)."""
        level, old, new = 0, self._start, self._size
        while old:
            index, width = divmod(old, WIDTH)
            if width and new // WIDTH > index:
                places: list[TileId | BundleId] = [TileId(level, index)]
                if level == 0:
                    places.append(BundleId(index))
                yield from (f"{place.path(WIDTH)}.p" for place in places)
            level, old, new = level + 1, old // WIDTH, new // WIDTH

    def _bundles(self, first: int, beyond: int) -> Iterator[tuple[str, bytes]]:
        start, end = first * WIDTH, min(beyond * WIDTH, self._size)
        leaves = self._leaves(start, end)
        self._tree.extend([leaf_hash(leaf) for leaf in leaves[self._tree.size - start :]])
        for index in range(first, beyond):
            bundle = leaves[index * WIDTH - start : (index + 1) * WIDTH - start]
            yield BundleId(index).path(len(bundle)), encode_bundle(bundle)

    def _leaves(self, start: int, end: int) -> list[bytes]:
        """The bytes of the leaves from `start` to before `end`, each with the hash it was sealed
        with."""
        hashes = self._hashes(start, end)
        with binary_cursor() as cursor:
            cursor.execute(_PLACED, [self._log.pk, start, end], binary=True)
            placed: dict[int, UUID] = dict(cursor.fetchall())
        if len(placed) < end - start:
            missing = next(index for index in range(start, end) if index not in placed)
            raise SealingRefused(Reason.TREE_DAMAGED, f"leaf {missing} has no row")
        entry_ids = [placed[index] for index in range(start, end)]
        leaves = []
        for index, leaf in enumerate(leaf_bytes(entry_ids)):
            place = f"entry {entry_ids[index]}, leaf {start + index},"
            if leaf is None:
                raise SealingRefused(Reason.ENTRY_MISSING, f"{place} is sealed and is not there")
            if leaf_hash(leaf) != hashes[index]:
                raise SealingRefused(Reason.ENTRY_CHANGED, f"{place} is not what was sealed")
            leaves.append(leaf)
        return leaves

    def _hashes(self, start: int, end: int) -> list[bytes]:
        tiles = [TileId(0, index) for index in range(start // WIDTH, -(-end // WIDTH))]
        found = self._read_tiles(tiles)
        row = b"".join(found.get(tile, b"") for tile in tiles)
        hashes = [row[at : at + HASH_BYTES] for at in range(0, len(row), HASH_BYTES)]
        if len(hashes) < end - start:
            detail = f"the tiles of leaves {start} to {end} are not whole"
            raise SealingRefused(Reason.TREE_DAMAGED, detail)
        return hashes[: end - start]
