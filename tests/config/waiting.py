"""Waiting for what other processes do: looks again and again, up to a deadline."""

import time
from collections.abc import Callable

import psutil

DEADLINE_SECONDS = 180.0
LOOK_AGAIN_SECONDS = 0.02


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Return once `true` is; fail with `what` was waited for after the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not true():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(LOOK_AGAIN_SECONDS)


def wait_until_gone(number: int) -> None:
    """Return once the process has ended; one that only awaits its parent's look has ended."""
    wait_until(lambda: not _runs(number), f"the end of process {number}")


def _runs(number: int) -> bool:
    try:
        return bool(psutil.Process(number).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
