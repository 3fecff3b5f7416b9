"""Sound inputs, of which each test changes what it is about."""

from dataclasses import replace
from typing import Any

import yaml

from governance.policies import (
    Context,
    DecisionSchema,
    Effect,
    Facts,
    FactType,
    Level,
    MandateState,
    Mode,
    Rules,
    parse_policy,
)

SCHEMA = DecisionSchema(
    facts={
        "amount": FactType.DOUBLE,
        "count": FactType.INT,
        "segment": FactType.STRING,
        "flags": FactType.STRING_LIST,
        "is_new": FactType.BOOL,
        "applied_at": FactType.TIMESTAMP,
    },
    outcomes=frozenset({"approve", "deny"}),
    adverse=frozenset({"deny"}),
    queues=frozenset({"credit", "senior", "fraud"}),
    roles=frozenset({"reviewer", "senior-reviewer"}),
)

MANDATE = MandateState(id="m-1", valid=True, remaining=10)

NORMAL = Context(
    mode=Mode.HITL,
    level=Level.NORMAL,
    halts=(),
    mandate=MANDATE,
    version_in_service=True,
    policy_in_force=True,
    queue_available=True,
    sampling_seed="decision-1",
    monitors_fresh=True,
    confidence_required=False,
)

MILD = Facts(
    decision_type="loan",
    model_version="v1",
    outcome="approve",
    adverse=False,
    effect=Effect.NONE,
    reversible=True,
    critical=False,
    confidence=0.95,
    impact=100.0,
    values={"amount": 1000.0, "count": 3, "segment": "retail", "flags": ["a"], "is_new": False},
)


def context(**changes: Any) -> Context:
    return replace(NORMAL, **changes)


def facts(**changes: Any) -> Facts:
    return replace(MILD, **changes)


def rule(when: str, then: str, **more: Any) -> dict[str, Any]:
    return {"id": f"{then}-it", "title": "T", "when": when, "then": then, "reason": "R.", **more}


def trigger(when: str, quorum: str, **more: Any) -> dict[str, Any]:
    return {"id": "ask", "title": "Asks", "when": when, "quorum": quorum, **more}


def document(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "title": "Loans",
        "mode": "hitl",
        "rules": list(rules),
        "defaults": {"queue": "credit", "due_within": "PT4H"},
        "audit_rate": 0,
        "fail_safe": "refuse",
        "permit_ttl": "PT10M",
        **more,
    }


def policy(*rules: dict[str, Any], **more: Any) -> Rules:
    return parse_policy(as_text(document(*rules, **more)), schema=SCHEMA)


def as_text(data: object) -> str:
    return yaml.safe_dump(data, sort_keys=False)
