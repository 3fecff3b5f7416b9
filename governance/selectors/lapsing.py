"""Proofs of competence that run out soon, and which warnings about that were given already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from governance.models import LedgerEntry, Qualification

# Days before the end, the farthest first: once at each, and a late sweep gives the nearer alone.
WARNED_AT = (30, 7)
WARNING_SPAN = timedelta(days=max(WARNED_AT))
WARNED = "governance.qualification.lapsing"


def due_warnings(now: datetime) -> list[UUID]:
    """The qualifications whose next warning is due and was not given yet, the next to end first.

    Two queries. Those of closed accounts let nobody rule, so nobody is warned of them.
    """
    lapsing = (
        Qualification.objects.lapsing(now, WARNING_SPAN)
        .filter(person__is_active=True)
        .order_by("valid_until", "id")
    )
    given = given_warnings([row.pk for row in lapsing])
    return [row.pk for row in lapsing if warning(row, now) not in given[row.pk]]


def warning(row: Qualification, now: datetime) -> tuple[int, str]:
    """Which warning fits `now`: how many days before which end. The row must lapse soon."""
    assert row.valid_until is not None
    left = row.valid_until - now
    days = min(step for step in WARNED_AT if left <= timedelta(days=step))
    return days, row.valid_until.isoformat()


def given_warnings(rows: Collection[UUID]) -> defaultdict[UUID, set[tuple[int, str]]]:
    """The warnings that the ledger holds of each; an end that was moved is warned of anew."""
    found: defaultdict[UUID, set[tuple[int, str]]] = defaultdict(set)
    entries = LedgerEntry.objects.filter(subject_id__in=rows, event=WARNED)
    for subject, leaf in entries.values_list("subject_id", "leaf"):
        body = orjson.loads(bytes(leaf))["body"]
        found[subject].add((body["days"], body["valid_until"]))
    return found
