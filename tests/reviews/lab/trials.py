"""A world with a little past, and trials of drafts over it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from governance.models import User
from reviews.models import Simulation
from reviews.selectors.simulations import result_of
from reviews.services.simulating import Trial, request_simulation
from reviews.tasks import run_waiting_simulations
from tests.factories import LONG_AGO, NOON, World

# Long before now, whatever the day of the test.
START, END = LONG_AGO, NOON + timedelta(days=1)


def ask(world: World, text: str, *, by: User | None = None, **more: Any) -> Simulation:
    trial: dict[str, Any] = {"period_start": START, "period_end": END, "groups": ()} | more
    now: datetime = trial.pop("now", timezone.now())
    return request_simulation(
        trial=Trial(policy=world.policy, text=text, **trial),
        requested_by=by or world.officer,
        now=now,
    )


def tried(world: World, text: str, **more: Any) -> tuple[Simulation, dict[str, Any]]:
    """Ask, let the worker make it, and give the run with its result."""
    run = ask(world, text, **more)
    run_waiting_simulations()
    run.refresh_from_db()
    assert (run.state, run.failure) == ("done", "")
    result = result_of(run)
    assert result is not None
    return run, result
