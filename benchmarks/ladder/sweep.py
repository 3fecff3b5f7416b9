"""Working off late cases, by one sweeper and by two at once, against writing as many plain rows.

Each case that climbs is an update, a history row, an escalation, a ledger entry with what hangs on
it, and two messages. The raw limit is the same server writing the rows of those tables anew into
copies that have the same indexes and no triggers, and updating as many rows of a copy: no rule, no
judgement, no hash.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from datetime import datetime, timedelta
from typing import Any

COUNT = 100_000
GOAL_PER_SECOND = 1_000
# Of a sweeper over the whole run, beyond what it holds after its first tenth.
GOAL_GROWTH_MB = 50
_TABLES = ("reviews_historicalcase", "reviews_escalation", "governance_outboxmessage")
_LADDER = """
version: 1
climbs_on: [handed_up, unstaffed]
rungs:
  - {within: PT4H, queue: second-line, raise_priority: 10, notify: [{queue: second-line}]}
  - {within: PT4H, role: senior-reviewer, add_ballot: true}
  - {within: PT4H, raise_priority: 20}
at_end: refuse
"""


def measure() -> dict[str, Any]:
    """By the number of sweepers: cases a second, the ratio to the raw limit, and by how much a
    sweeper grew. The first rung fires for one sweeper, the second for two, the third for four."""
    return measured(COUNT)


def measured(count: int) -> dict[str, Any]:
    from django.utils import timezone

    from benchmarks.ladder.backlog import make_backlog
    from governance.models import Actor
    from reviews.services.ladder_versions import create_ladder
    from tests.factories import build_world

    world, now = build_world(), timezone.now()
    ladder = create_ladder(
        slug="measured", name="Measured", text=_LADDER, actor=Actor.system("benchmark"), now=now
    )
    make_backlog(world, ladder.versions.get(), count, now)
    found: dict[str, Any] = {}
    for rung, sweepers in enumerate((1, 2, 4)):
        at = now + timedelta(hours=5 * rung)
        found[f"{sweepers} at once"] = _swept(count, sweepers, rung + 1, at)
    return found


def _swept(count: int, sweepers: int, rung: int, now: datetime) -> dict[str, Any]:
    from django.db import connection

    context = multiprocessing.get_context("fork")
    growth = context.Queue()
    connection.close()
    began = time.perf_counter()
    processes = [context.Process(target=_sweep, args=(now, growth)) for _ in range(sweepers)]
    for process in processes:
        process.start()
    grown = [growth.get() for _ in processes]
    for process in processes:
        process.join()
    took = time.perf_counter() - began
    _check(count, rung)
    raw = _raw(count, rung)
    return {
        "cases": count,
        "seconds": round(took, 1),
        "cases a second": round(count / took),
        "raw limit, rows of cases a second": round(count / raw),
        "ratio to the raw limit": round(took / raw, 2),
        "a sweeper's growth, MB": round(max(grown), 1),
        "goal, cases a second": GOAL_PER_SECOND,
        "met": count / took >= GOAL_PER_SECOND and max(grown) <= GOAL_GROWTH_MB,
    }


def _sweep(now: datetime, growth: Any) -> None:
    from governance.models import Actor
    from reviews.services.escalation import PER_TRANSACTION, escalate_late_cases

    actor, place, moved, first = Actor.system("benchmark"), None, 0, 0.0
    while True:
        swept = escalate_late_cases(actor=actor, now=now, after=place)
        if swept.last is None:
            break
        place, moved = swept.last, moved + swept.moved
        if not first and moved >= 10 * PER_TRANSACTION:
            first = _resident()
    growth.put(_resident() - first if first else 0.0)


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _check(count: int, rung: int) -> None:
    """Each case climbed once, and each has its entry."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reviews_escalation WHERE rung = %s", [rung])
        [(escalations,)] = cursor.fetchall()
        cursor.execute(
            "SELECT count(DISTINCT subject_id), count(*) FROM governance_ledgerentry"
            " WHERE event = 'reviews.case.escalated'"
        )
        [entries] = cursor.fetchall()
    if escalations != count or entries != (count, count * rung):
        raise RuntimeError(f"{escalations} escalations and {entries} entries for {count} cases")


def _raw(count: int, rung: int) -> float:
    """Seconds for the rows of one rung, written plainly."""
    from django.db import connection

    with connection.cursor() as cursor:
        sources = {table: f"SELECT * FROM {table} LIMIT {count}" for table in _TABLES}
        sources["governance_outboxmessage"] = (
            f"SELECT * FROM governance_outboxmessage LIMIT {2 * count}"
        )
        sources["governance_ledgerentry"] = f"SELECT * FROM governance_ledgerentry LIMIT {count}"
        for table in (*sources, "reviews_case"):
            cursor.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING INDEXES)")
        cursor.execute("INSERT INTO raw_reviews_case SELECT * FROM reviews_case")
        began = time.perf_counter()
        for table, rows in sources.items():
            cursor.execute(f"INSERT INTO raw_{table} {rows}")
        cursor.execute("UPDATE raw_reviews_case SET due_at = due_at, rung = rung + 1")
        took = time.perf_counter() - began
        for table in (*sources, "reviews_case"):
            cursor.execute(f"DROP TABLE raw_{table}")
    return took
