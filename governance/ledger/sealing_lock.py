"""Who seals now. The right ends with the transaction, and the transaction ends with its process.

Advisory locks of PostgreSQL: nobody but sealers waits for them, and a crash leaves none behind.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

# A process that stands still in the middle of a transaction loses it, with all its locks, after
# this; so another sealer goes on within ten seconds.
MOST_IDLE_SECONDS = 5


class Turn(IntEnum):
    """What only one sealer at a time does for a log."""

    SEALING = 0x5EA1
    PUBLISHING = 0x5EA2


def take_turn(turn: Turn, origin: str = "") -> bool:
    """Whether the running transaction has this turn until its end. `origin`: of the log, if it is
    not the one of the settings."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))",
            [turn, origin or settings.COUNTERSIGN_LOG_ORIGIN],
        )
        [(taken,)] = cursor.fetchall()
    return bool(taken)


def bound_idleness(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Let PostgreSQL end this session when its process stands still inside a transaction.

    For `connection_created`, in a process that does nothing but seal.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{MOST_IDLE_SECONDS}s'")


def show_life() -> None:
    """Keep the running transaction from looking idle. Raises OperationalError when it has ended,
    and its turn with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
