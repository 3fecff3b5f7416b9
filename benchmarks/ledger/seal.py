"""How fast a backlog is sealed, beside the rate at which eight clients append."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from django.utils import timezone

LEAVES = 100_000
TIMES_THE_APPENDS = 3


def measure() -> dict[str, Any]:
    """Leaves a second from the queue to the published checkpoint, and as a share of SHA-256."""
    from benchmarks.ledger.append import throughput
    from benchmarks.ledger.entries import enter
    from governance.models import Log
    from governance.services.sealing import seal_once
    from tests.factories import build_world

    build_world()
    appended = throughput("one row", entering=True)
    seal_once(now=timezone.now())
    before = Log.objects.get().size
    enter(LEAVES)
    began = time.perf_counter()
    seal_once(now=timezone.now())
    rate = (Log.objects.get().size - before) / (time.perf_counter() - began)
    return {
        "sealed, leaves per second": round(rate),
        "appended by eight clients, entries per second": round(appended),
        "times the append rate": round(rate / appended, 1),
        "share of SHA-256 over the same bytes": round(rate / _hash_rate(), 3),
        "goal, times": TIMES_THE_APPENDS,
        "met": rate >= TIMES_THE_APPENDS * appended,
    }


def _hash_rate() -> float:
    """The raw limit: leaves of 900 bytes hashed in a second, and nothing else."""
    leaf, number = bytes(900), 200_000
    began = time.perf_counter()
    for _ in range(number):
        hashlib.sha256(leaf).digest()
    return number / (time.perf_counter() - began)
