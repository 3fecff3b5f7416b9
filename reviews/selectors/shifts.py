"""How well people catch wrong outputs as their shift wears on: the last part of M13."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from reviews.selectors.recent import first_id
from reviews.selectors.workload import WINDOW

PAUSE: Final = timedelta(hours=6)
"""A longer time without a ballot ends a shift; a heuristic."""
LAST_HOUR: Final = 8
"""From this hour of a shift on, all hours are counted together."""
MOST: Final = 50_000
"""So many ballots are looked at, the newest ones: for each, the truth has to be looked up."""


@dataclass(frozen=True, slots=True)
class ShiftHour:
    """Ballots given in one hour of people's shifts, from 1. `caught` of the `wrong` outputs were
    overridden; wrong are those of which the true outcome is known to be another."""

    hour: int
    given: int
    mean_seconds: float
    wrong: int
    caught: int


def by_hour_of_shift(now: datetime) -> list[ShiftHour]:
    """Over the newest ballots of the window, contestations left out. One query.

    Source: the catch rate is M3, here of single ballots.
    """
    parameters: dict[str, Any] = {
        "first": first_id(now - WINDOW),
        "since": now - WINDOW,
        "now": now,
        "pause": PAUSE,
        "last": LAST_HOUR,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_HOUR, parameters)
        return [ShiftHour(*row) for row in cursor.fetchall()]


_BY_HOUR = """
    WITH newest AS (
        SELECT verdict.ruled_by_id, verdict.ruled_at, verdict.claimed_at, verdict.outcome,
               kase.decision_id
        FROM reviews_verdict AS verdict
        JOIN reviews_case AS kase ON kase.id = verdict.case_id
        WHERE verdict.id >= %(first)s AND verdict.ruled_at >= %(since)s
            AND verdict.ruled_at < %(now)s
            AND verdict.kind <> 'abstain' AND kase.kind <> 'contestation'
        ORDER BY verdict.id DESC LIMIT %(most)s
    ), begun AS (
        SELECT *, CASE WHEN claimed_at - lag(ruled_at) OVER theirs < %(pause)s THEN 0 ELSE 1 END
            AS begins
        FROM newest WINDOW theirs AS (PARTITION BY ruled_by_id ORDER BY ruled_at)
    ), numbered AS (
        SELECT *, sum(begins) OVER (PARTITION BY ruled_by_id ORDER BY ruled_at) AS shift FROM begun
    ), timed AS (
        SELECT *, min(claimed_at) OVER (PARTITION BY ruled_by_id, shift) AS began FROM numbered
    )
    SELECT least(%(last)s, 1 + floor(extract(epoch FROM timed.ruled_at - began) / 3600))::integer
               AS hour,
        count(*),
        avg(extract(epoch FROM timed.ruled_at - timed.claimed_at))::double precision,
        count(*) FILTER (WHERE truth.outcome <> decision.outcome),
        count(*) FILTER (
            WHERE truth.outcome <> decision.outcome AND timed.outcome <> decision.outcome)
    FROM timed
    JOIN reviews_decision AS decision ON decision.id = timed.decision_id
    LEFT JOIN LATERAL (
        SELECT outcome FROM reviews_groundtruth WHERE decision_id = decision.id
        ORDER BY recorded_at DESC, id DESC LIMIT 1
    ) AS truth ON true
    GROUP BY 1 ORDER BY 1
"""
