"""What entering in the ledger adds to a transaction, with eight clients at once.

Two transactions of the product: an intake (five rows or so, the case every decision is), and the
smallest there is, one recorded row with its history. Each with the ledger, and without it: no
entry is made and the deferred triggers that would miss it are off.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from multiprocessing.synchronize import Barrier
from typing import Any

CLIENTS = 8
TRANSACTIONS = {"intake": 60, "one row": 150}
ROUNDS = 3
GOAL = 0.35
# A client that died would else be waited for.
PATIENCE_SECONDS = 60


def measure() -> dict[str, Any]:
    """Per transaction: transactions a second with and without, the share of throughput that the
    ledger takes, and the processor time it adds."""
    from tests.factories import build_world

    build_world()
    return {name: _compared(name) for name in TRANSACTIONS}


def _compared(name: str) -> dict[str, Any]:
    with_ledger, without = [], []
    for _ in range(ROUNDS):
        without.append(throughput(name, entering=False))
        with_ledger.append(throughput(name, entering=True))
    fast, slow = statistics.median(without), statistics.median(with_ledger)
    cost = 1 - slow / fast
    return {
        "clients": CLIENTS,
        "without, per second": round(fast),
        "with, per second": round(slow),
        "cost as share of throughput": round(cost, 3),
        "added time": round(fast / slow - 1, 3),
        "goal": GOAL,
        "met": cost <= GOAL,
    }


def throughput(name: str, *, entering: bool) -> float:
    """Transactions a second of all clients together."""
    from django.db import connection

    from benchmarks.ledger.watching import unwatched

    # Forked, because eight times the product's start is longer than what is measured.
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(CLIENTS + 1)
    arguments = (name, entering, barrier)
    clients = [context.Process(target=_client, args=(n, *arguments)) for n in range(CLIENTS)]
    with unwatched(not entering):
        connection.close()
        for client in clients:
            client.start()
        barrier.wait(PATIENCE_SECONDS)
        began = time.perf_counter()
        barrier.wait(PATIENCE_SECONDS)
        took = time.perf_counter() - began
        for client in clients:
            client.join()
    if any(client.exitcode for client in clients):
        raise RuntimeError("a client of the benchmark failed; its words are above")
    return CLIENTS * TRANSACTIONS[name] / took


def _client(number: int, name: str, entering: bool, barrier: Barrier) -> None:
    from benchmarks.ledger.transactions import TRANSACTION, without_ledger

    if not entering:
        without_ledger()
    act = TRANSACTION[name](number)
    for _ in range(5):
        act()
    barrier.wait(PATIENCE_SECONDS)
    for _ in range(TRANSACTIONS[name]):
        act()
    barrier.wait(PATIENCE_SECONDS)
