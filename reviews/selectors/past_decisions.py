"""Stored evaluations of a past period, in the order of time and in flat memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from heapq import merge
from typing import Any
from uuid import UUID

import orjson
from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from models_registry.models import DecisionType
from reviews.lab.replay import Past
from reviews.lab.routes import Way
from reviews.models import Evaluation, GroundTruth

ROWS_AT_A_TIME = 2_000


def past_evaluations(
    types: Sequence[DecisionType], start: datetime, end: datetime
) -> QuerySet[Evaluation]:
    """Those of decisions of these types that were received in the period, its end not included."""
    return Evaluation.objects.filter(
        decision__system__in={kind.system_id for kind in types},
        decision__decision_type__in=[kind.pk for kind in types],
        decision__received_at__gte=start,
        decision__received_at__lt=end,
    )


def newest_truth(decision: str) -> Subquery:
    """The true outcome as it is known now. `decision`: the path to the decision's key."""
    known = GroundTruth.objects.filter(decision=OuterRef(decision)).order_by("-recorded_at", "-id")
    return Subquery(known.values("outcome")[:1])


def versions_used(
    types: Sequence[DecisionType], start: datetime, end: datetime
) -> list[tuple[UUID, UUID]]:
    """Policy version and decision type, of each pair that was evaluated in the period."""
    rows = past_evaluations(types, start, end).exclude(policy_version=None)
    pairs = rows.values_list("policy_version_id", "decision__decision_type_id")
    return list(pairs.order_by("policy_version_id", "decision__decision_type_id").distinct())


def read_past(types: Sequence[DecisionType], start: datetime, end: datetime) -> Iterator[Past]:
    """Every evaluation of the period, oldest first. Reads some thousand rows at a time, each time
    from where it stopped, so that no transaction stays open and a long period takes no memory."""
    by_system: dict[UUID, list[DecisionType]] = {}
    for kind in types:
        by_system.setdefault(kind.system_id, []).append(kind)
    streams = [_of_system(kinds, start, end) for kinds in by_system.values()]
    return merge(*streams, key=lambda past: (past.received, past.decision))


def _of_system(kinds: Sequence[DecisionType], start: datetime, end: datetime) -> Iterator[Past]:
    rows = (
        past_evaluations(kinds, start, end)
        .annotate(
            # As text: parsed here, by a parser that is faster than the column's own.
            seen=Cast("inputs", TextField()),
            queue=KT("result__queue"),
            audited=KT("result__audit_sampled"),
            verdicts=KT("result__verdicts"),
            due=KT("result__due_within_seconds"),
            truth=newest_truth("decision"),
        )
        .order_by("decision__received_at", "decision_id")
        .values_list(
            "decision_id", "decision__received_at", "decision__decision_type_id",
            "policy_version_id", "disposition", "rule", "queue", "audited", "verdicts", "due",
            "seen", "truth",
        )
    )  # fmt: skip
    after = Q()
    while True:
        found: list[Any] = list(rows.filter(after)[:ROWS_AT_A_TIME])
        yield from map(_past, found)
        if len(found) < ROWS_AT_A_TIME:
            return
        last, at = found[-1][:2]
        after = Q(decision__received_at__gte=at) & (
            Q(decision__received_at__gt=at) | Q(decision__gt=last)
        )


def _past(row: Any) -> Past:
    decision, at, kind, version, disposition, rule, queue, audited, verdicts, due, seen, truth = row
    way = Way(disposition, rule, queue or "", audited == "true", int(verdicts or 0), int(due or 0))
    return Past(decision, at.timestamp(), kind, version, way, orjson.loads(seen), truth)
