"""A halt and what would act take turns: nothing acts that a halt has not let by, or found.

Advisory locks of PostgreSQL, which end with their transaction. They are fair: what comes after a
halt that waits, waits behind it. Row locks are not, for those that share one overtake a halt that
wants it alone, so that it would wait as long as decisions come in.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

_EVERYTHING = 0x4A171
_ONE_SYSTEM = 0x4A172


def make_halts_wait(system_id: UUID) -> None:
    """Make `halting.place_halt` wait until the transaction ends; wait for one under way, and for
    one that waits (a step). Others of the same system go on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, 0), "
            "pg_advisory_xact_lock_shared(%s, hashtext(%s))",
            [_EVERYTHING, _ONE_SYSTEM, str(system_id)],
        )


def take_halts_turn(system_id: UUID | None) -> None:
    """Wait for what is under way in a system, or in all (None), and let nothing new begin before
    the transaction ends (a step)."""
    with connection.cursor() as cursor:
        if system_id is None:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_EVERYTHING])
        else:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_ONE_SYSTEM, str(system_id)]
            )
