"""A simulation over a hundred thousand decisions: how long it takes, and in how much memory."""

from __future__ import annotations

import multiprocessing
import resource
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

DECISIONS = 100_000
GOAL_SECONDS = 20.0
GOAL_MEMORY_MB = 200
START = datetime(2026, 3, 2, tzinfo=UTC)
SPAN = timedelta(days=90)


def measure() -> dict[str, Any]:
    """Seconds on the wall and of the processor, from a queued run to its stored result. The draft
    and the version of then have ten rules over four facts each."""
    from django.db import connection

    from benchmarks.lab.past import policy_of_ten, take_in
    from reviews.models import Simulation
    from reviews.services.simulating import Trial, request_simulation
    from tests.factories import build_world

    world = build_world(text=policy_of_ten(limit=0.9))
    take_in(world, DECISIONS, START, SPAN)
    run = request_simulation(
        trial=Trial(world.policy, policy_of_ten(limit=0.8), START, START + SPAN),
        requested_by=world.officer,
        now=START + SPAN,
    )
    connection.close()
    # In a process of its own, so that the memory is that of the making.
    with multiprocessing.get_context("fork").Pool(1) as pool:
        took, spent, memory = pool.apply(_make, (run.pk,))
    run = Simulation.objects.get(pk=run.pk)
    return {
        "decisions": run.decisions,
        "changed": run.changed,
        "differences": run.differences,
        "seconds": round(took, 1),
        "of them processor": round(spent, 1),
        "decisions a second": round(run.decisions / took),
        "memory added, MB": round(memory),
        "goal, seconds": GOAL_SECONDS,
        "met": run.differences == 0 and took < GOAL_SECONDS,
        "memory met": memory < GOAL_MEMORY_MB,
    }


def _make(run_id: UUID) -> tuple[float, float, float]:
    from config.celery import set_aside_what_is_loaded
    from reviews.tasks import run_simulation

    set_aside_what_is_loaded()  # as each process of the worker begins
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, worked = time.perf_counter(), time.process_time()
    run_simulation(run_id)
    took, spent = time.perf_counter() - began, time.process_time() - worked
    return took, spent, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
