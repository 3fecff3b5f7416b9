"""A round over all destinations that something is due for: many at once, each one thing at a time.

The database is the calling thread's alone; the threads beside it only wait for the other side.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from governance.services.channels import Attempt, Outcome, Result
from governance.services.delivering import Taken, any_due, prepare, settle, take_up

logger = logging.getLogger(__name__)

# Attempts at the same time, and how many of them may be at destinations known to be slow.
LANES = 16
SLOW_LANES = 8
# A round ends after this and leaves the rest to the next, so that other tasks have their turn in
# between, however long the queues are.
LONGEST_ROUND = timedelta(seconds=5)
_LOOK_AGAIN_SECONDS = 0.2

_Ended = tuple[Outcome, timedelta]


def deliver_due(*, clock: Callable[[], datetime], within: timedelta = LONGEST_ROUND) -> int:
    """Send what is due and what becomes due meanwhile; how many attempts were made. `within`:
    after that nothing more is begun.

    Any number of rounds may run beside each other: a destination is held by one at a time, and
    one in which every lane waits for a silent receiver leaves the others to the next round.
    """
    if not any_due(clock()):
        return 0
    attempts = 0
    ends_at = time.monotonic() + within.total_seconds()
    flying: dict[Future[_Ended], Taken] = {}
    with ThreadPoolExecutor(LANES) as lanes:
        while True:
            if time.monotonic() < ends_at:
                attempts += _fill(lanes, flying, clock)
            if not flying:
                return attempts
            done, _ = wait(flying, timeout=_LOOK_AGAIN_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                outcome, lasted = future.result()
                settle(flying.pop(future), outcome, lasted=lasted, now=clock())


def _fill(
    lanes: ThreadPoolExecutor, flying: dict[Future[_Ended], Taken], clock: Callable[[], datetime]
) -> int:
    """Start an attempt in every lane that is free; how many."""
    started = 0
    while len(flying) < LANES:
        slow = sum(taken.is_slow for taken in flying.values())
        taken = take_up(now=clock(), quick_only=slow >= SLOW_LANES)
        if taken is None:
            break
        flying[lanes.submit(_timed, prepare(taken, now=clock()))] = taken
        started += 1
    return started


def _timed(attempt: Attempt) -> _Ended:
    began = time.monotonic()
    try:
        outcome = attempt()
    except Exception:
        # A process edge: whatever a sender does, its destination must be let go.
        logger.exception("an attempt at a delivery failed in an unforeseen way")
        outcome = Outcome(Result.REFUSED, detail="The attempt failed; the worker's log says why.")
    return outcome, timedelta(seconds=time.monotonic() - began)
