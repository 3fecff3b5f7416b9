"""How many leaves a second are verified, by one process and by two, and in how much memory."""

from __future__ import annotations

import multiprocessing
import resource
import time
from typing import Any

LEAVES = 262_144  # four subtrees, so that two processes share them evenly
GOAL_PER_CORE = 50_000
GOAL_OF_TWO = 1.8
# What one process may hold more at its end than before it began.
GOAL_MEMORY_MB = 150


def measure() -> dict[str, Any]:
    """Leaves a second of a core that verifies and of the wall clock: hashed from the stored bytes,
    compared with their columns and with the tiles, and these with the root."""
    from django.utils import timezone

    from benchmarks.ledger.entries import enter
    from governance.services.sealing import seal_once
    from tests.factories import build_world

    build_world()
    for _ in range(4):
        enter(LEAVES // 4)
    seal_once(now=timezone.now())
    alone, together = _with(1), _with(2)
    gain = together["per second"] / alone["per second"]
    return {
        "one process": alone,
        "two processes": together,
        "gain of the second process": round(gain, 2),
        "goal per core": GOAL_PER_CORE,
        "met": alone["per core second of the verifier"] >= GOAL_PER_CORE,
        "goal of two": GOAL_OF_TWO,
        "two met": gain >= GOAL_OF_TWO,
        "memory met": alone["memory added, MB"] <= GOAL_MEMORY_MB,
    }


def _with(processes: int) -> dict[str, Any]:
    from django.db import connection

    from governance.services.verifying.plan import Kind, make_plan

    shares = [share for share in make_plan().shares if share.kind is Kind.LEAVES]
    connection.close()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        pool.map(_warm, range(processes), chunksize=1)
        began = time.perf_counter()
        done = pool.map(_check, shares, chunksize=1)
        took = time.perf_counter() - began
    leaves = sum(share.high - share.low for share in shares)
    return {
        "per second": round(leaves / took),
        "per core second of the verifier": round(leaves / sum(cpu for cpu, _ in done)),
        "memory added, MB": round(max(memory for _, memory in done)),
    }


def _warm(_: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _check(share: Any) -> tuple[float, float]:
    from governance.services.verifying.leaves import check_leaves

    before, began = _memory(), time.process_time()
    found = check_leaves(share)
    if found.fault_count:
        raise RuntimeError(f"{found.faults[0]}")
    return time.process_time() - began, _memory() - before


def _memory() -> float:
    """The most this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
