"""Faults of what a policy says of audits and interventions that its shape does not show."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeGuard

from governance.policies.decision_schema import DecisionSchema
from governance.policies.durations import parse_duration
from governance.policies.expression.errors import did_you_mean
from governance.policies.expression.values import FactType
from governance.policies.facts import BUILT_IN_FACTS

BUILT_IN_SEGMENTS = ("outcome", "model_version")
_FEW_VALUES = (FactType.STRING, FactType.BOOL)


class Fault(NamedTuple):
    """Where, by JSON pointer, and what is wrong there."""

    pointer: str
    code: str
    message: str


def audit_faults(data: Mapping[str, Any], schema: DecisionSchema) -> Iterator[Fault]:
    """Each fault of `audit` and `intervention_window`, as far as these have the right shape."""
    for name in ("audit", "intervention_window"):
        if name in data and data.get("mode") in ("hitl", "hic"):
            yield Fault(
                f"/{name}", "not_in_mode", "this belongs to hotl, where decisions pass first"
            )
    yield from _empty(data, "", "intervention_window")
    audit = data.get("audit")
    if not isinstance(audit, dict):
        return
    yield from _empty(audit, "/audit", "window")
    yield from _limits(audit, data.get("audit_rate"))
    segments = audit.get("segments")
    seen: set[str] = set()
    for index, name in enumerate(segments if isinstance(segments, list) else []):
        if not isinstance(name, str):
            continue
        pointer = f"/audit/segments/{index}"
        if name in seen:
            yield Fault(pointer, "repeated", f'"{name[:100]}" stands here twice')
        seen.add(name)
        yield from _segment(pointer, name, schema)


def _segment(pointer: str, name: str, schema: DecisionSchema) -> Iterator[Fault]:
    if name in BUILT_IN_SEGMENTS:
        return
    known = [
        fact
        for fact, kind in schema.facts.items()
        if kind in _FEW_VALUES and fact not in BUILT_IN_FACTS
    ]
    usable = [*known, *BUILT_IN_SEGMENTS]
    if name not in schema.all_facts():
        hint = did_you_mean(name, usable)
        message = f'there is no fact "{name[:100]}" that is not personal{hint}'
        yield Fault(pointer, "unknown_fact", message)
    elif name not in usable:
        message = (
            f'"{name}" has too many values for segments: take texts and booleans of the decision '
            f"type, or {' and '.join(BUILT_IN_SEGMENTS)}"
        )
        yield Fault(pointer, "not_for_segments", message)


def _limits(audit: Mapping[str, Any], start: object) -> Iterator[Fault]:
    least, most = audit.get("min_rate"), audit.get("max_rate")
    for name, value in (("min_rate", least), ("error_limit", audit.get("error_limit"))):
        if _is_number(value) and value == 0:
            yield Fault(f"/audit/{name}", "zero", "this must be more than 0, or nothing is learned")
    limit = audit.get("error_limit")
    if _is_number(limit) and limit == 1:
        yield Fault("/audit/error_limit", "no_limit", "every error is within this limit")
    if _is_number(least) and _is_number(most) and least > most:
        yield Fault("/audit/min_rate", "out_of_order", "this is more than max_rate")
    if not _is_number(start):
        return
    if _is_number(least) and start < least:
        yield Fault("/audit_rate", "out_of_order", "the rate to start with is less than min_rate")
    if _is_number(most) and start > most:
        yield Fault("/audit_rate", "out_of_order", "the rate to start with is more than max_rate")


def _empty(holder: Mapping[str, Any], at: str, name: str) -> Iterator[Fault]:
    text = holder.get(name)
    span = parse_duration(text) if isinstance(text, str) else None
    if span is not None and not span:
        yield Fault(f"{at}/{name}", "empty_duration", "this must be longer than no time at all")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
