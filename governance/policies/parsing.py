"""The text of a policy into `Rules`, or everything that is wrong with it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from governance.policies.audits import plan_from
from governance.policies.decision_schema import DecisionSchema
from governance.policies.document import read_document
from governance.policies.durations import parse_duration
from governance.policies.expression import Expression
from governance.policies.expression.values import FactType, parse_instant
from governance.policies.meaning import Meaning
from governance.policies.monitors import monitor_from
from governance.policies.problems import PolicyInvalid
from governance.policies.quorums import named_quorums, quorum_of
from governance.policies.reasons import read_template
from governance.policies.rules import Defaults, ReasonCode, Rule, Rules, Trigger
from governance.policies.shape import shape_problems
from governance.policies.vocabulary import (
    Disposition,
    FailSafe,
    Ground,
    Mode,
    ReviewerSees,
    VerdictWord,
)
from governance.quorum import QuorumRule, plain


def parse_policy(text: str, *, schema: DecisionSchema) -> Rules:
    """The rules that a YAML or JSON policy text holds for decisions of `schema`.

    Raises PolicyInvalid with every fault of shape, types and meaning at once; alone comes a fault
    that keeps the text from being read at all.
    """
    document = read_document(text)
    meaning = Meaning(document, schema)
    meaning.check()
    problems = (*document.problems, *shape_problems(document), *meaning.problems)
    if problems:
        raise PolicyInvalid(problems)
    # What follows reads a document of exactly the published shape.
    return _rules(document.data, meaning, sha256(text.encode()).hexdigest())


def _rules(data: Any, meaning: Meaning, digest: str) -> Rules:
    conditions, facts = meaning.conditions, meaning.schema.all_facts()
    mode = Mode(data["mode"])
    quorums = named_quorums(data.get("quorums", {}))
    effective = data.get("effective", {})
    ground = data.get("art_22_2_ground")
    return Rules(
        sha256=digest,
        title=data["title"],
        mode=mode,
        rules=tuple(
            _rule(rule, conditions[f"/rules/{i}"], quorums, facts)
            for i, rule in enumerate(data["rules"])
        ),
        defaults=_defaults(data["defaults"], quorums),
        triggers=tuple(
            Trigger(
                trigger["id"],
                trigger["title"],
                conditions[f"/quorum_triggers/{i}"],
                quorums[trigger["quorum"]],
            )
            for i, trigger in enumerate(data.get("quorum_triggers", []))
        ),
        audit_rate=float(data["audit_rate"]),
        fail_safe=FailSafe(data["fail_safe"]),
        permit_ttl=_duration(data["permit_ttl"]),
        reviewer_sees=_reviewer_sees(mode, data.get("reviewer_sees")),
        blind_first_share=float(data.get("blind_first_share", 0)),
        valid_from=_instant(effective.get("valid_from")),
        valid_until=_instant(effective.get("valid_until")),
        art_22_2_ground=Ground(ground) if ground else None,
        art_22_2_reasoning=data.get("art_22_2_reasoning"),
        min_reason_chars=int(data.get("min_reason_chars", 0)),
        reason_codes=tuple(_reason_code(code) for code in data.get("reason_codes", [])),
        audit=plan_from(data.get("audit")),
        intervention_window=_span(data, "intervention_window"),
        confirm_reversal_within=_span(data, "confirm_reversal_within"),
        monitors=tuple(monitor_from(one) for one in data.get("monitors", [])),
    )


def _rule(
    data: Any,
    condition: Expression,
    quorums: Mapping[str, QuorumRule],
    facts: Mapping[str, FactType],
) -> Rule:
    template = data.get("reason_template")
    return Rule(
        id=data["id"],
        title=data["title"],
        when=condition,
        then=Disposition(data["then"]),
        reason=data["reason"] if template is None else template,
        queue=data.get("queue"),
        quorum=quorum_of(data, quorums),
        cites=tuple(data.get("cites", [])),
        template=None if template is None else read_template(template, facts),
        ladder=data.get("ladder"),
    )


def _defaults(data: Any, quorums: Mapping[str, QuorumRule]) -> Defaults:
    priority = data.get("priority")
    return Defaults(
        queue=data["queue"],
        due_within=_duration(data["due_within"]),
        quorum=quorum_of(data, quorums) or plain(1),
        priority=None if priority is None else int(priority),
        ladder=data.get("ladder"),
    )


def _reason_code(data: Any) -> ReasonCode:
    return ReasonCode(data["code"], data["label"], frozenset(VerdictWord(v) for v in data["for"]))


def _reviewer_sees(mode: Mode, said: str | None) -> ReviewerSees:
    if said is not None:
        return ReviewerSees(said)
    return ReviewerSees.BLIND_FIRST if mode is Mode.HIC else ReviewerSees.SHOWN


def _duration(text: str) -> timedelta:
    span = parse_duration(text)
    if span is None:
        raise ValueError(f"{text} passed the schema without being a duration")
    return span


def _span(data: Mapping[str, Any], name: str) -> timedelta | None:
    return _duration(data[name]) if name in data else None


def _instant(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
