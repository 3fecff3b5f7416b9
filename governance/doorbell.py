"""Waking a worker. What is to be done stands in rows, and sweeps find it: this only saves time."""

from __future__ import annotations

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

logger = structlog.get_logger(__name__)


def ring(task: str, *, expires: float | None = None) -> None:
    """Have a worker take up `task` now; call it after the commit. `expires`: seconds.

    A broker that is away delays it until the next sweep and breaks nothing.
    """
    try:
        current_app.send_task(task, ignore_result=True, retry=False, expires=expires)
    except OperationalError as away:
        logger.info("the broker is away, so the next sweep does it", task=task, why=str(away))
