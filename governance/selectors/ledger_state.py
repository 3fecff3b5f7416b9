"""How the ledger stands: sealed, checkpointed, witnessed, verified, and what is wrong with it.

Every part is read at the end of an index, so that it costs the same at any size.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from governance.models import LedgerAlarm

# Beyond this the exact number says no more than that it is many, and would cost a walk.
COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class WitnessState:
    """A trusted witness. `size`, `cosigned_at`: of the newest checkpoint that it cosigned;
    `waits_since`: when the first checkpoint after that one was signed, None if there is none."""

    name: str
    trusted_at: datetime
    size: int | None
    cosigned_at: datetime | None
    waits_since: datetime | None


@dataclass(frozen=True, slots=True)
class LastVerification:
    """The newest run that ended. It failed, or it found `faults`."""

    finished_at: datetime
    failed: bool
    faults: int


@dataclass(frozen=True, slots=True)
class LedgerState:
    """`size`: leaves in the tree, None before the log is opened. `pending`: entries that await
    their seal, `refusals`: tries refused lately, both counted up to one more than 10,000.
    `lag`: age of the oldest pending entry, by the database's clock."""

    size: int | None
    trouble: str
    checkpoint_size: int | None
    checkpoint_at: datetime | None
    pending: int
    lag: timedelta | None
    sealer_at: datetime | None
    refusals: int
    verification: LastVerification | None
    alarms: list[LedgerAlarm]
    witnesses: list[WitnessState]

    @property
    def has_many_pending(self) -> bool:
        return self.pending > COUNTED

    @property
    def has_many_refusals(self) -> bool:
        return self.refusals > COUNTED


def ledger_state(*, refused_since: datetime) -> LedgerState:
    """How the log of this installation stands; one query. `refused_since`: aware."""
    parameters: dict[str, str | int | datetime] = {
        "origin": settings.COUNTERSIGN_LOG_ORIGIN,
        "most": COUNTED + 1,
        "refused_since": refused_since,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATE, parameters)
        names = [column.name for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
    verification = row.pop("verification")
    return LedgerState(
        verification=None if verification is None else LastVerification(**_read(verification)),
        alarms=[LedgerAlarm(**_read(one)) for one in row.pop("alarms") or []],
        witnesses=[WitnessState(**_read(one)) for one in row.pop("witnesses") or []],
        **row,
    )


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """Instants come out of JSON as texts."""
    return {
        name: datetime.fromisoformat(value) if name.endswith(("_at", "_since")) and value else value
        for name, value in row.items()
    }


_STATE = """
    WITH log AS (SELECT id, size, trouble FROM governance_log WHERE origin = %(origin)s)
    SELECT
        (SELECT size FROM log) AS size,
        coalesce((SELECT trouble FROM log), '') AS trouble,
        newest.size AS checkpoint_size,
        newest.signed_at AS checkpoint_at,
        (SELECT count(*) FROM (SELECT FROM governance_ledgerpending LIMIT %(most)s) AS few)
            AS pending,
        (SELECT greatest(clock_timestamp() - entered_at, interval '0')
         FROM governance_ledgerpending ORDER BY seq LIMIT 1) AS lag,
        (SELECT at FROM governance_heartbeat WHERE process = 'sealer') AS sealer_at,
        (SELECT count(*) FROM (
            SELECT FROM governance_refusal WHERE refused_at >= %(refused_since)s LIMIT %(most)s
        ) AS few) AS refusals,
        (SELECT json_build_object(
            'finished_at', finished_at, 'failed', state = 'failed', 'faults', fault_count)
         FROM governance_verificationrun WHERE state IN ('done', 'failed')
         ORDER BY requested_at DESC LIMIT 1) AS verification,
        (SELECT json_agg(json_build_object(
            'id', id, 'kind', kind, 'detail', detail, 'raised_at', raised_at) ORDER BY raised_at)
         FROM governance_ledgeralarm WHERE cleared_at IS NULL) AS alarms,
        (SELECT json_agg(json_build_object(
            'name', split_part(witness.verifier, '+', 1), 'trusted_at', witness.trusted_at,
            'size', cosigned.size, 'cosigned_at', cosigned.cosigned_at,
            'waits_since', following.signed_at) ORDER BY witness.verifier)
         FROM governance_witness AS witness
         LEFT JOIN LATERAL (
            SELECT checkpoint.size, newest.cosigned_at
            FROM (
                SELECT checkpoint_id, cosigned_at FROM governance_cosignature
                WHERE witness_id = witness.id ORDER BY checkpoint_id DESC LIMIT 1
            ) AS newest
            JOIN governance_checkpoint AS checkpoint ON checkpoint.id = newest.checkpoint_id
            WHERE checkpoint.log_id = (SELECT id FROM log)
         ) AS cosigned ON true
         LEFT JOIN LATERAL (
            SELECT signed_at FROM governance_checkpoint
            WHERE log_id = (SELECT id FROM log) AND size > coalesce(cosigned.size, -1)
            ORDER BY size LIMIT 1
         ) AS following ON true
         WHERE witness.distrusted_at IS NULL) AS witnesses
    FROM (SELECT) AS one
    LEFT JOIN LATERAL (
        SELECT size, signed_at FROM governance_checkpoint
        WHERE log_id = (SELECT id FROM log) ORDER BY size DESC LIMIT 1
    ) AS newest ON true
"""
