"""The tree as the database keeps it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.conf import settings
from django.db import connection

from governance.ledger.tile_paths import TileId
from governance.ledger.tiles import TileReader
from governance.models import Log

_TILES = """
    SELECT tile.level, tile.index, tile.hashes
    FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index)
    JOIN governance_tile AS tile
        ON tile.log_id = %s AND tile.level = wanted.level AND tile.index = wanted.index
"""


def current_log() -> Log:
    """The log of this deployment. Raises Log.DoesNotExist before the first seal."""
    return Log.objects.get(origin=settings.COUNTERSIGN_LOG_ORIGIN)


def tile_reader(log: Log) -> TileReader:
    """Reads a log's tiles, one query a call."""

    def read(tiles: Collection[TileId]) -> Mapping[TileId, bytes]:
        levels = [tile.level for tile in tiles]
        indexes = [tile.index for tile in tiles]
        with connection.cursor() as cursor:
            cursor.execute(_TILES, [levels, indexes, log.pk])
            return {TileId(level, index): hashes for level, index, hashes in cursor}

    return read
