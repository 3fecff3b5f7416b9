"""Reading the tree and the entries back from the ledger's store, without the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from governance.ledger.merkle import HASH_BYTES
from governance.ledger.store import LedgerStore
from governance.ledger.tiles import WIDTH, BundleId, TileId, TileReader, decode_bundle

_HEIGHT = 8


def published_tiles(store: LedgerStore, size: int) -> TileReader:
    """Reads the tiles of a published tree of `size` leaves. Raises StoreUnreachable."""

    def read(tiles: Collection[TileId]) -> Mapping[TileId, bytes]:
        found = {}
        for tile in tiles:
            width = _width(size >> (tile.level * _HEIGHT), tile.index)
            content = _read(store, tile, width)
            if content is not None:
                found[tile] = content[: width * HASH_BYTES]
        return found

    return read


def published_entries(store: LedgerStore, index: int, size: int) -> list[bytes]:
    """The leaf bytes of bundle `index` of a published log of `size` leaves; none: not there.

    Raises StoreUnreachable and BundleMalformed.
    """
    width = _width(size, index)
    content = _read(store, BundleId(index), width)
    return [] if content is None else decode_bundle(content)[:width]


def _width(hashes: int, index: int) -> int:
    return max(0, min(WIDTH, hashes - index * WIDTH))


def _read(store: LedgerStore, place: TileId | BundleId, width: int) -> bytes | None:
    """A partial one may have been deleted once the full one was there (C2SP tlog-tiles)."""
    content = store.read(place.path(width)) if width else None
    if content is None and width < WIDTH:
        content = store.read(place.path(WIDTH))
    return content
