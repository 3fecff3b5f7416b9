"""The partitions of the entries: one table a month, made ahead of time, and one for what is left.

An entry belongs to the month of its id, a UUIDv7. What no month's table covers, since a clock was
astray or the months were not made in time, lies in the default partition, sealed and verified like
all others. A month that the default partition holds entries of gets no table of its own any more:
they would have to be deleted there, and nothing in the product deletes an entry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from governance.ids import instant_of
from governance.models import LedgerEntry, LedgerPending

MONTHS_AHEAD = 2
TABLE = LedgerEntry._meta.db_table
DEFAULT = f"{TABLE}_default"

_BOUNDS = re.compile(r"FOR VALUES FROM \('([0-9a-f-]{36})'\) TO \('([0-9a-f-]{36})'\)")
# Any number: who makes partitions takes turns, or two would make the same one.
_TURN = 0x636F756E7465
_PARTITIONS = """
    SELECT part.relname, pg_get_expr(part.relpartbound, part.oid), part.reltuples::bigint
    FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid
    WHERE inhparent = %s::regclass
"""
_WAITING = f"""
    SELECT EXISTS (
        SELECT FROM {LedgerPending._meta.db_table} WHERE entry_id >= first AND entry_id < beyond
    )
    FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY AS month (first, beyond, place)
    ORDER BY place
"""


@dataclass(frozen=True, slots=True)
class Partition:
    """The table of a month: ids of `begins_at` to before `ends_at`, UTC.

    `entries`: the planner's estimate, None before its first count. `is_sealed`: none of the
    entries awaits its seal.
    """

    name: str
    begins_at: datetime
    ends_at: datetime
    entries: int | None
    is_sealed: bool


def make_ahead(now: datetime, *, since: datetime | None = None) -> list[datetime]:
    """Make the tables of this month and the next two, where they are missing; and of the months
    from `since` on. Aware instants.

    Gives the months that cannot have one, by their first instant: the default partition holds
    entries of them. Raises OperationalError when the tables are too busy to attach one within two
    seconds: writers would queue up behind the wait; the next sweep tries again.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute(
            """
            SELECT month AT TIME ZONE 'UTC' FROM generate_series(
                date_trunc('month', %s AT TIME ZONE 'UTC'),
                date_trunc('month', %s AT TIME ZONE 'UTC') + %s * interval '1 month',
                interval '1 month'
            ) AS month
            WHERE NOT countersign_make_partition(month AT TIME ZONE 'UTC')
            """,
            [min(now, since or now), now, MONTHS_AHEAD],
        )
        return [month for (month,) in cursor.fetchall()]


def partitions() -> list[Partition]:
    """The tables of months that there are now, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS, [TABLE])
        bounded = [(name, _ids(bounds), rows) for name, bounds, rows in cursor.fetchall()]
        months = sorted((ids, name, rows) for name, ids, rows in bounded if ids is not None)
        cursor.execute(
            _WAITING, [[ids[0] for ids, _, _ in months], [ids[1] for ids, _, _ in months]]
        )
        waiting = [found for (found,) in cursor.fetchall()]
    return [
        Partition(
            name=name,
            begins_at=instant_of(first),
            ends_at=instant_of(beyond),
            entries=None if rows < 0 else rows,
            is_sealed=not waits,
        )
        for ((first, beyond), name, rows), waits in zip(months, waiting, strict=True)
    ]


def entries_outside() -> int:
    """How many entries lie in the default partition, because no month's table was there."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {DEFAULT}")
        [count] = cursor.fetchone()
    return int(count)


def _ids(bounds: str) -> tuple[UUID, UUID] | None:
    """The first id of a partition and the first one beyond; None for the default one."""
    found = _BOUNDS.fullmatch(bounds)
    return None if found is None else (UUID(found[1]), UUID(found[2]))
