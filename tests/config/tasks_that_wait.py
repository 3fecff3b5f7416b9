"""Tasks that tests give to a real worker: each says that it has begun, and waits to be let go."""

from __future__ import annotations

from pathlib import Path

from celery import shared_task

URGENT_ONE = "tests.config.hold"
# Named as the bulk ones are, so that the routes send it there.
BULK_ONE = "governance.tasks.run_waiting_for_tests"


def hold(folder: str) -> None:
    """Write a line to `began` and block until somebody opens the pipe `gate` to write."""
    place = Path(folder)
    with (place / "began").open("a") as began:
        began.write("began\n")
    with (place / "gate").open() as gate:
        gate.read()
    with (place / "ended").open("a") as ended:
        ended.write("ended\n")


shared_task(name=URGENT_ONE, ignore_result=True)(hold)
shared_task(name=BULK_ONE, ignore_result=True)(hold)
