"""How the ledger stands: how much is in it, and what still waits for its seal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from governance.models import LedgerEntry, LedgerPending, Refusal


@dataclass(frozen=True, slots=True)
class LedgerState:
    """`entries`: the planner's estimate, None before its first count; a true count would read
    the whole history. `oldest_pending_at`: the instant of the entry that waits longest."""

    entries: int | None
    pending: int
    oldest_pending_at: datetime | None
    refusals: int


def ledger_state(since: datetime) -> LedgerState:
    """One query. `refusals`: tries refused since that instant."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT (SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass),
                   (SELECT count(*) FROM {_quoted(LedgerPending)}),
                   (SELECT at FROM {_quoted(LedgerEntry)}
                    WHERE id = (SELECT entry_id FROM {_quoted(LedgerPending)}
                                ORDER BY entry_id LIMIT 1)),
                   (SELECT count(*) FROM {_quoted(Refusal)} WHERE refused_at >= %s)
            """,
            [LedgerEntry._meta.db_table, since],
        )
        entries, pending, oldest, refusals = cursor.fetchone()
    return LedgerState(None if entries < 0 else entries, pending, oldest, refusals)


def _quoted(model: type[LedgerEntry] | type[LedgerPending] | type[Refusal]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
