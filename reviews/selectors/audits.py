"""Passes and their audits, counted by segment.

Only audits count as such: who intervenes of their own accord, or is asked by the person concerned,
has not looked at a random sample.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import rfc8785
from django.db.models import Count, F, Max, Q, QuerySet, Value
from django.db.models.fields.json import KeyTransform

from governance.models import PolicyVersion
from governance.policies import Disposition
from governance.policies.audits import AuditPlan, SegmentValue
from models_registry.models import DecisionType
from reviews.models import Case, Decision

Segment = Mapping[str, SegmentValue]
_COLUMNS = {"outcome": "outcome", "model_version": "model_version__version"}
_ERROR = ~Q(final_outcome=F("decision__outcome"))


@dataclass(frozen=True, slots=True)
class Population:
    """The decisions of one type under one policy version, in the segments of its plan."""

    decision_type: DecisionType
    version: PolicyVersion
    plan: AuditPlan


@dataclass(slots=True)
class Passed:
    """Passes of a segment, and how many of them were drawn for audit."""

    segment: Segment = field(default_factory=dict)
    passes: int = 0
    drawn: int = 0


@dataclass(slots=True)
class Audited:
    """Audits of a segment that people ruled on, and in how many they settled on another outcome
    than the AI system's. `last_at`, `last_error_at`: when the last of these was settled."""

    segment: Segment = field(default_factory=dict)
    audited: int = 0
    errors: int = 0
    last_at: datetime | None = None
    last_error_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """Audits ruled on since the rate changed, errors among them, and those since the last error."""

    audited: int
    errors: int
    clean: int


def segment_key(segment: Segment) -> str:
    """SHA-256 of the RFC 8785 JSON, hex: the same whatever the order of the names."""
    return hashlib.sha256(rfc8785.dumps(dict(segment))).hexdigest()


def passed_between(of: Population, after: datetime, until: datetime) -> dict[str, Passed]:
    """By segment key, the passes received after `after` and not after `until`."""
    rows = Decision.objects.filter(
        system=of.decision_type.system_id,
        decision_type=of.decision_type,
        received_at__gt=after,
        received_at__lte=until,
        evaluation__disposition=Disposition.PASS.value,
        evaluation__policy_version=of.version,
    )
    drawn = Count("pk", filter=Q(evaluation__result__audit_sampled=True))
    found: dict[str, Passed] = {}
    for segment, row in _by_segment(of.plan, rows, "", passes=Count("pk"), drawn=drawn):
        one = found.setdefault(segment_key(segment), Passed(segment))
        one.passes, one.drawn = one.passes + row["passes"], one.drawn + row["drawn"]
    return found


def audited_between(of: Population, after: datetime, until: datetime) -> dict[str, Audited]:
    """By segment key, the audits settled after `after` and not after `until`."""
    found: dict[str, Audited] = {}
    for segment, row in _by_segment(
        of.plan,
        _settled(of, after, until),
        "decision__",
        audited=Count("pk"),
        errors=Count("pk", filter=_ERROR),
        last_at=Max("closed_at"),
        last_error_at=Max("closed_at", filter=_ERROR),
    ):
        one = found.setdefault(segment_key(segment), Audited(segment))
        one.audited, one.errors = one.audited + row["audited"], one.errors + row["errors"]
        one.last_at = _later(one.last_at, row["last_at"])
        one.last_error_at = _later(one.last_error_at, row["last_error_at"])
    return found


def audited_since(
    of: Population,
    segment: Segment,
    changed: datetime,
    last_error: datetime | None,
    until: datetime,
) -> Since:
    """Of one segment, what was settled after `changed`, and after its last error too."""
    rows = _settled(of, changed, until).filter(_in_segment(segment))
    clean = changed if last_error is None else max(changed, last_error)
    return Since(
        **rows.aggregate(
            audited=Count("pk"),
            errors=Count("pk", filter=_ERROR),
            clean=Count("pk", filter=Q(closed_at__gt=clean)),
        )
    )


def _settled(of: Population, after: datetime, until: datetime) -> QuerySet[Case]:
    return Case.objects.filter(
        kind=Case.Kind.AUDIT,
        state=Case.State.DECIDED,
        closed_at__gt=after,
        closed_at__lte=until,
        decision__decision_type=of.decision_type,
        decision__evaluation__policy_version=of.version,
    )


def _by_segment(
    plan: AuditPlan, rows: QuerySet[Any], decision: str, **figures: Any
) -> Iterator[tuple[dict[str, SegmentValue], dict[str, Any]]]:
    """Figures of the rows by segment. One segment may come twice: where a fact is missing, and
    where it is null. Values that place nothing are left out. `decision`: the path to it."""
    values = {
        f"by{index}": (
            F(decision + _COLUMNS[name])
            if name in _COLUMNS
            else KeyTransform(name, f"{decision}facts")
        )
        for index, name in enumerate(plan.segments)
    }
    # With the constant there is one group, of all, where there are no names, and none of no rows.
    grouped = rows.annotate(all=Value(1), **values).order_by().values("all", *values)
    for row in grouped.annotate(**figures):
        segment = plan.segment(
            {name: row[f"by{index}"] for index, name in enumerate(plan.segments)}
        )
        if segment is not None:
            yield segment, row


def _in_segment(segment: Segment) -> Q:
    found = Q()
    for name, value in segment.items():
        if name in _COLUMNS:
            found &= Q(**{f"decision__{_COLUMNS[name]}": value})
        elif value is None:
            found &= Q(decision__facts__contains={name: None}) | ~Q(decision__facts__has_key=name)
        else:
            found &= Q(decision__facts__contains={name: value})
    return found


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)
