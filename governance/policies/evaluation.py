"""What came out of an evaluation, with what is needed to explain it and to derive it again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple, Self

from governance.policies.expression.clauses import Clause, ClauseResult
from governance.policies.json_values import value_from_json, value_to_json
from governance.policies.vocabulary import Disposition, Level, Mode
from governance.quorum import QuorumRule, plain

RESULT_WORDS = {True: "true", False: "false", None: "unknown"}
NOT_LOOKED_AT = "not_looked_at"


class Reason(NamedTuple):
    """One reason for a disposition. `code`: stable; `sentence`: for people."""

    code: str
    sentence: str


class RuleTrace(NamedTuple):
    """One rule, or trigger, that was looked at. `result`: None is unknown, and `why` then says why.

    `seen`: the clauses looked at, in that order. `clauses`: all that the rule has, likewise.
    """

    rule: str
    result: bool | None
    why: str | None
    seen: tuple[ClauseResult, ...]
    clauses: tuple[Clause, ...]

    def not_looked_at(self) -> tuple[Clause, ...]:
        """The clauses that others had settled already."""
        looked_at = {seen.clause for seen in self.seen}
        return tuple(clause for clause in self.clauses if clause not in looked_at)


traced: Callable[
    [tuple[str, bool | None, str | None, tuple[ClauseResult, ...], tuple[Clause, ...]]], RuleTrace
] = partial(tuple.__new__, RuleTrace)
"""A RuleTrace of its five parts, in half the time: an evaluation makes one for each rule."""


class TriggerTrace(NamedTuple):
    """One quorum trigger: what it asks for, and what was looked at to see whether it does. It asks
    where it applies, and where that is unknown."""

    title: str
    quorum: QuorumRule
    looked: RuleTrace

    @property
    def asks(self) -> bool:
        return self.looked.result is not False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What becomes of a decision, and why.

    `rule`: the first rule that demands this disposition, None where something else does.
    `queue`, `verdicts`: where how many distinct people look, be it a review or the audit of a
    pass; None and 0 where nobody does. `quorum`: what holds of those that rules, defaults and
    `triggers` ask for; None where nobody looks, and no trigger was looked at then. `due_within`:
    from the moment of the evaluation. `reasons`: the strictest first, never empty. `trace`: the
    rules looked at, in order; the ones after a match are not. `audit_sampled`: a person looks at
    this pass afterwards. `blind_first`: whoever looks commits a judgement before the AI's output is
    shown. `ladder`: slug of what the case climbs when it is late, None for that of its queue.
    """

    policy_sha256: str
    mode: Mode
    level: Level
    disposition: Disposition
    rule: str | None
    queue: str | None
    verdicts: int
    due_within: timedelta
    reasons: tuple[Reason, ...]
    trace: tuple[RuleTrace, ...]
    audit_sampled: bool
    blind_first: bool
    quorum: QuorumRule | None = None
    triggers: tuple[TriggerTrace, ...] = ()
    ladder: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON of strings, booleans, null and ints below 2^53, as ledger entries hold it."""
        return {
            "policy_sha256": self.policy_sha256,
            "mode": self.mode.value,
            "level": self.level.value,
            "disposition": self.disposition.value,
            "rule": self.rule,
            "queue": self.queue,
            "verdicts": self.verdicts,
            "due_within_seconds": int(self.due_within.total_seconds()),
            "reasons": [{"code": code, "sentence": sentence} for code, sentence in self.reasons],
            "trace": [_rule_to_json(trace) for trace in self.trace],
            "audit_sampled": self.audit_sampled,
            "blind_first": self.blind_first,
            "quorum": None if self.quorum is None else self.quorum.to_json(),
            "triggers": [_trigger_to_json(trigger) for trigger in self.triggers],
            "ladder": self.ladder,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The evaluation that `to_json` made `data` of. Raises KeyError, ValueError for others.

        Where `data` is from before quorums had a form of their own, so many people had to agree.
        """
        quorum = data.get("quorum")
        if quorum is not None:
            quorum = QuorumRule.from_json(quorum)
        elif data["verdicts"]:
            quorum = plain(data["verdicts"])
        return cls(
            policy_sha256=data["policy_sha256"],
            mode=Mode(data["mode"]),
            level=Level(data["level"]),
            disposition=Disposition(data["disposition"]),
            rule=data["rule"],
            queue=data["queue"],
            verdicts=data["verdicts"],
            due_within=timedelta(seconds=data["due_within_seconds"]),
            reasons=tuple(Reason(r["code"], r["sentence"]) for r in data["reasons"]),
            trace=tuple(_rule_from_json(rule) for rule in data["trace"]),
            audit_sampled=data["audit_sampled"],
            blind_first=data["blind_first"],
            quorum=quorum,
            triggers=tuple(_trigger_from_json(trigger) for trigger in data.get("triggers", [])),
            ladder=data.get("ladder"),
        )


def _rule_to_json(trace: RuleTrace) -> dict[str, Any]:
    seen = {result.clause: result for result in trace.seen}
    return {
        "rule": trace.rule,
        "result": RESULT_WORDS[trace.result],
        "why": trace.why,
        "clauses": [_clause_to_json(clause, seen.get(clause)) for clause in trace.clauses],
    }


def _trigger_to_json(trigger: TriggerTrace) -> dict[str, Any]:
    return {
        "title": trigger.title,
        "quorum": trigger.quorum.to_json(),
        "looked": _rule_to_json(trigger.looked),
    }


def _trigger_from_json(data: dict[str, Any]) -> TriggerTrace:
    return TriggerTrace(
        data["title"], QuorumRule.from_json(data["quorum"]), _rule_from_json(data["looked"])
    )


def _clause_to_json(clause: Clause, seen: ClauseResult | None) -> dict[str, Any]:
    return {
        "text": clause.text,
        "line": clause.line,
        "column": clause.column,
        "subject": clause.subject,
        "operator": clause.operator,
        "limit_text": clause.limit,
        "subject_varies": clause.subject_varies,
        "limit_varies": clause.limit_varies,
        "facts": list(clause.facts),
        "result": NOT_LOOKED_AT if seen is None else RESULT_WORDS[seen.result],
        "value": None if seen is None else value_to_json(seen.value),
        "limit": None if seen is None else value_to_json(seen.limit),
        "why": None if seen is None else seen.why,
    }


def _rule_from_json(data: dict[str, Any]) -> RuleTrace:
    result = _result_of(data["result"])
    clauses = tuple(_clause_from_json(clause) for clause in data["clauses"])
    seen = tuple(
        ClauseResult(
            clause,
            value_from_json(entry["value"]),
            value_from_json(entry["limit"]),
            _result_of(entry["result"]),
            entry["why"],
        )
        for clause, entry in zip(clauses, data["clauses"], strict=True)
        if entry["result"] != NOT_LOOKED_AT
    )
    return RuleTrace(data["rule"], result, data["why"], seen, clauses)


def _clause_from_json(data: dict[str, Any]) -> Clause:
    return Clause(
        text=data["text"],
        line=data["line"],
        column=data["column"],
        subject=data["subject"],
        operator=data["operator"],
        limit=data["limit_text"],
        subject_varies=data["subject_varies"],
        limit_varies=data["limit_varies"],
        facts=tuple(data["facts"]),
    )


def _result_of(word: str) -> bool | None:
    results = {said: result for result, said in RESULT_WORDS.items()}
    return results[word]
