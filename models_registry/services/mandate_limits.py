"""Whether the limits of a mandate make sense for its decision type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from governance.errors import FieldError
from governance.policies.durations import parse_duration
from models_registry.models import DecisionType
from models_registry.selectors.mandate_use import CALENDAR

_SHORTEST_PERIOD = timedelta(minutes=1)
_MOST_SEGMENTS = 20
_MOST_VALUES = 200
_LONGEST_VALUE = 200
# Below this an impact is the same number in the ledger, in the database and before the policy.
_LEAST_TOO_MUCH = Decimal(10) ** 11
_SCALARS: Mapping[str, type] = {"string": str, "int": int, "bool": bool}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a mandate allows. None, or an empty list: no such limit.

    `max_impact`: of one decision. `period`: day, week, month or an ISO 8601 span. `segments`: fact
    to the values that are covered.
    """

    max_decisions: int
    valid_until: datetime
    max_impact: Decimal | None = None
    allowed_outcomes: Sequence[str] = ()
    period: str | None = None
    max_decisions_per_period: int | None = None
    max_total_impact: Decimal | None = None
    max_impact_per_period: Decimal | None = None
    segments: Mapping[str, Sequence[Any]] | None = None


def limit_faults(limits: Limits, kind: DecisionType, now: datetime) -> Iterator[FieldError]:
    """What is wrong with them, each with its field."""
    if limits.valid_until <= now:
        yield FieldError("/valid_until", "Lies in the past.", "past")
    unknown = sorted(set(limits.allowed_outcomes) - set(kind.outcome_specs))
    if unknown:
        yield FieldError("/allowed_outcomes", f"Not outcomes: {', '.join(unknown)}", "unknown")
    yield from _period_faults(limits)
    for name in ("max_impact", "max_total_impact", "max_impact_per_period"):
        most: Decimal | None = getattr(limits, name)
        if most is not None and most < 0:
            yield FieldError(f"/{name}", "Cannot be below 0.", "range")
        elif most is not None and name != "max_impact" and most >= _LEAST_TOO_MUCH:
            yield FieldError(f"/{name}", "Must be below 100,000,000,000.", "range")
    for fact, values in (limits.segments or {}).items():
        yield from _segment_faults(fact, values, kind)
    if len(limits.segments or {}) > _MOST_SEGMENTS:
        yield FieldError("/segments", f"At most {_MOST_SEGMENTS} facts.", "range")


def _period_faults(limits: Limits) -> Iterator[FieldError]:
    per_period = (limits.max_decisions_per_period, limits.max_impact_per_period)
    if limits.period is None:
        if per_period != (None, None):
            yield FieldError("/period", "Say in which period these limits count.", "required")
        return
    if per_period == (None, None):
        yield FieldError("/period", "There is no limit per period.", "unused")
    if limits.period in CALENDAR:
        return
    span = parse_duration(limits.period)
    if span is None or span < _SHORTEST_PERIOD:
        yield FieldError(
            "/period", "Takes day, week, month, or a span of a minute or more as PT12H.", "shape"
        )


def _segment_faults(fact: str, values: Any, kind: DecisionType) -> Iterator[FieldError]:
    pointer = f"/segments/{fact.replace('~', '~0').replace('/', '~1')}"
    spec = kind.fact_specs.get(fact)
    if spec is None or spec.get("personal", False):
        yield FieldError(pointer, "Not a fact of this type that a policy sees.", "unknown")
        return
    wanted = _SCALARS.get(spec["type"])
    if wanted is None:
        yield FieldError(pointer, f"A {spec['type']} makes no segments.", "type")
    elif not isinstance(values, list | tuple) or not 1 <= len(values) <= _MOST_VALUES:
        yield FieldError(pointer, f"Takes a list of 1 to {_MOST_VALUES} values.", "shape")
    elif not all(type(value) is wanted and _is_plain(value) for value in values):
        yield FieldError(pointer, f"Each value is a {spec['type']} of usual size.", "type")


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_VALUE and "\x00" not in value
    return bool(abs(value) < 2**53)
