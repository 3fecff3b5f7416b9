"""An inclusion proof from the database at one and at ten million leaves."""

from __future__ import annotations

import random
import secrets
import statistics
import time
from typing import Any

from django.db import connection
from django.utils import timezone

SIZES = (1_000_000, 10_000_000)
PROOFS = 400
GOAL_SECONDS = 0.005
_AT_ONCE = 250_000


def measure() -> dict[str, Any]:
    """Milliseconds for a proof: median and the slowest of a hundred, beside one row by its key."""
    return {f"{size:,} leaves": _at(size) for size in SIZES}


def _at(size: int) -> dict[str, Any]:
    from governance.ledger.merkle import verify_inclusion
    from governance.ledger.tiles import inclusion_proof
    from governance.ledger.tree_rows import tile_reader
    from governance.models import Log

    log = Log(origin=f"benchmark/{size}", root=bytes(32), opened_at=timezone.now())
    log.save()
    root = _grow(log.pk, size)
    reader, chosen = tile_reader(log), random.Random(0)
    took = []
    for _ in range(PROOFS):
        index = chosen.randrange(size)
        began = time.perf_counter()
        proof = inclusion_proof(index, size, reader)
        took.append(time.perf_counter() - began)
    leaf = _leaf(log.pk, index)
    verify_inclusion(leaf=leaf, index=index, size=size, proof=proof, root=root)
    raw = _raw(log.pk, chosen, size)
    median = statistics.median(took)
    return {
        "median, ms": round(median * 1000, 2),
        "of a hundred the slowest, ms": round(statistics.quantiles(took, n=100)[-1] * 1000, 2),
        "times one tile by its key": round(median / raw, 1),
        "goal, ms": GOAL_SECONDS * 1000,
        "met": median < GOAL_SECONDS,
    }


def _grow(log_id: int, size: int) -> bytes:
    """A tree of random leaves, its tiles stored; returns its root."""
    from governance.ledger.tiles import TreeBuilder

    def nothing(_: Any) -> dict[Any, bytes]:
        return {}

    builder = TreeBuilder(0, nothing)
    for start in range(0, size, _AT_ONCE):
        noise = secrets.token_bytes(32 * min(_AT_ONCE, size - start))
        builder.extend([noise[at : at + 32] for at in range(0, len(noise), 32)])
    statement = "COPY governance_tile (log_id, level, index, hashes) FROM STDIN"
    with connection.cursor() as cursor:
        with cursor.copy(statement) as rows:
            for tile, hashes in builder.changed().items():
                rows.write_row((log_id, tile.level, tile.index, hashes))
        cursor.execute("ANALYZE governance_tile")
    return builder.root()


def _leaf(log_id: int, index: int) -> bytes:
    from governance.models import Tile

    tile = Tile.objects.get(log_id=log_id, level=0, index=index // 256)
    return bytes(tile.hashes)[32 * (index % 256) :][:32]


def _raw(log_id: int, chosen: random.Random, size: int) -> float:
    """The raw limit: the median time of one tile read by its key."""
    statement = "SELECT hashes FROM governance_tile WHERE log_id = %s AND level = 0 AND index = %s"
    took = []
    with connection.cursor() as cursor:
        for _ in range(PROOFS):
            began = time.perf_counter()
            cursor.execute(statement, [log_id, chosen.randrange(size // 256)])
            cursor.fetchone()
            took.append(time.perf_counter() - began)
    return statistics.median(took)
