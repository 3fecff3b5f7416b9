"""What a letter says of one contested decision, from what was kept when it was made. Steps only.

The letter speaks from the frozen record: the sealed payload of the decision, the decision type as
it was, the rules it was evaluated under, the rulings. A later model version changes nothing in it.
Source: Regulation (EU) 2016/679 Art. 12(1), 15(1)(h), 22(3); Regulation (EU) 2024/1689 Art. 86(1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag

from governance.ledger.payloads import PayloadErased, read_payload
from governance.policies import Effect
from governance.reports.blocks import KeyValues, Paragraph
from governance.reports.letter import LetterBlock, Part, paragraphs, table
from governance.selectors.as_of import known_at
from models_registry.models import DecisionType
from reviews.models import (
    Case,
    Contestation,
    Decision,
    Execution,
    Reversal,
    Verdict,
    VerdictKind,
)
from reviews.selectors.contested import earlier_rulings, outcome_that_stands
from reviews.selectors.deciding_ballots import deciding_ballots
from reviews.selectors.evidence import Evidence, Seal, open_evidence
from reviews.selectors.explanation import Explained, explained
from reviews.selectors.said import said
from reviews.services.ruling import reason_codes

_LONGEST_VALUE = 400
_MOST_ITEMS = 60
_EFFECTS = {
    Effect.LEGAL: "It has legal effect for you.",
    Effect.SIMILAR: "It affects you in a way similar to a legal effect.",
    Effect.NONE: "No legal or similar effect on you is recorded for this kind of decision.",
}
_ERASED = "The text was erased."
_UNREADABLE = "The text cannot be opened."
# Of a factor's weight, as a share of the heaviest one.
_STRONG, _MIDDLING = 0.66, 0.33


@dataclass(frozen=True, slots=True)
class _Story:
    """All rows that the letter tells of. `stood`: the outcome that was contested."""

    contestation: Contestation
    case: Case
    decision: Decision
    kind: DecisionType
    evidence: Evidence
    before: Sequence[Verdict]
    stood: str
    ballots: Sequence[Verdict]
    carried_out: Execution | None
    was_used: bool
    reversal: Reversal | None
    undone: Execution | None

    def label(self, outcome: str) -> str:
        """An outcome in words, in quotation marks."""
        return f"\N{LEFT DOUBLE QUOTATION MARK}{self.words(outcome)}\N{RIGHT DOUBLE QUOTATION MARK}"

    def words(self, outcome: str) -> str:
        return self.kind.outcome_label(outcome)


def parts_of(contestation: Contestation, now: datetime) -> tuple[Part, ...]:
    """The parts of the letter on a decided contestation, in reading order. `now`: as of when it
    says what was done."""
    story = _story(contestation)
    return (
        Part("The result", tuple(_result(story, now))),
        Part("What you told us", tuple(_statement(story))),
        Part("The decision you contested", tuple(_decision(story))),
        Part("The data that were used", tuple(_data(story))),
        Part("The part of the AI system", tuple(_role(story))),
        Part("What counted, and in which direction", tuple(_factors(story))),
        Part("The part of people before you contested it", tuple(_people(story))),
        Part("What you can do next", tuple(_next_steps())),
    )


def _story(contestation: Contestation) -> _Story:
    case = contestation.case
    decision = case.decision
    earlier = [
        other
        for other in decision.cases.exclude(pk=case.pk)
        if other.closed_at and case.closed_at and other.closed_at <= case.closed_at
    ]
    then = known_at(DecisionType, decision.received_at, id=decision.decision_type_id)
    done = {execution.kind: execution for execution in decision.executions.order_by("id")}
    return _Story(
        contestation=contestation,
        case=case,
        decision=decision,
        kind=then[0] if then else decision.decision_type,
        evidence=open_evidence(decision),
        before=list(earlier_rulings(case).filter(case__in=[other.pk for other in earlier])),
        stood=outcome_that_stands(decision, earlier),
        ballots=deciding_ballots(case),
        carried_out=done.get(Execution.Kind.CARRIED_OUT),
        was_used=hasattr(decision, "permit_use"),
        reversal=Reversal.objects.filter(decision=decision).first(),
        undone=done.get(Execution.Kind.UNDONE),
    )


def _result(story: _Story, now: datetime) -> Iterator[LetterBlock]:
    stood, final = story.label(story.stood), story.label(story.case.final_outcome)
    if story.contestation.result == Contestation.Result.CHANGED:
        yield Paragraph(f"We have changed the decision. It was {stood}; it is now {final}.")
    else:
        yield Paragraph(f"We have looked at the decision again. It stands: {final}.")
    number = len({ballot.ruled_by_id for ballot in story.ballots})
    people = "A person who had" if number == 1 else f"{number} people who had"
    yield Paragraph(
        f"{people} not ruled on it before looked at it again, and read what you told us before "
        f"anything else. They ruled on {_day(story.case.closed_at)}."
    )
    yield from (
        block for ballot in story.ballots for block in _reason(ballot, story.case, "Our reason")
    )
    yield from _what_was_done(story, now)


def _what_was_done(story: _Story, now: datetime) -> Iterator[LetterBlock]:
    if story.reversal is not None:
        ordered = f"The decision had been carried out. On {_day(story.reversal.ordered_at)} we "
        ordered += "ordered that this be undone."
        if story.undone is not None:
            done = f"It was confirmed to us as undone on {_day(story.undone.executed_at)}."
        else:
            done = f"By {_day(now)} this had not yet been confirmed to us."
        yield Paragraph(f"{ordered} {done}")
    elif story.carried_out is not None:
        yield Paragraph(
            f"It was carried out on {_day(story.carried_out.executed_at)}: "
            f"{story.label(story.carried_out.outcome)}."
        )
    elif story.was_used:
        yield Paragraph("It is being carried out; that this is done was not reported to us yet.")
    else:
        yield Paragraph("By now nothing had been carried out.")


def _statement(story: _Story) -> Iterator[LetterBlock]:
    yield Paragraph(f"Your statement reached us on {_day(story.contestation.received_at)}:")
    yield from paragraphs(_text(story.contestation.statement_id, "statement"))


def _decision(story: _Story) -> Iterator[LetterBlock]:
    decision, kind = story.decision, story.kind
    pairs = [
        ("Kind of decision", kind.name),
        ("Question", kind.question),
        ("Outcome you contested", kind.outcome_label(story.stood)),
        ("The AI system proposed", kind.outcome_label(decision.outcome)),
        ("Proposed on", _day(decision.occurred_at)),
        ("Effect", _EFFECTS[Effect(kind.effect)]),
    ]
    if decision.impact is not None:
        pairs.append(("Amount at stake", f"{decision.impact.normalize():f} {kind.impact_unit}"))
    yield KeyValues(tuple(pairs))


def _data(story: _Story) -> Iterator[LetterBlock]:
    evidence, decision = story.evidence, story.decision
    if evidence.seal is not Seal.OPENED:
        yield Paragraph("The data can no longer be opened, so we cannot list them.")
        return
    sender = decision.submitted_by.name
    specs = story.kind.fact_specs
    rows = []
    for name, value in evidence.facts.items():
        spec = specs.get(name, {})
        unit = f" {spec['unit']}" if spec.get("unit") and value is not None else ""
        rows.append((spec.get("label") or name, _short(value) + unit, f"Sent by {sender}"))
    rows += [(name, _short(value), f"Input of {sender}") for name, value in evidence.input.items()]
    if not rows:
        yield Paragraph("No single item of data was sent with the decision.")
    else:
        note = ""
        if len(rows) > _MOST_ITEMS:
            note = f"{len(rows) - _MOST_ITEMS} more items are not listed here; ask us for them."
        columns = ("Item", "Value", "Where it came from")
        yield table("Data used for the decision", columns, rows[:_MOST_ITEMS], note)
    for source in evidence.sources:
        text = _short(source)
        if text:
            yield Paragraph(f"Source that was named: {text}")


def _role(story: _Story) -> Iterator[LetterBlock]:
    decision = story.decision
    confidence = (
        "It stated no confidence."
        if decision.confidence is None
        else f"It stated a confidence of {decision.confidence * 100:.0f}\N{NO-BREAK SPACE}%."
    )
    yield Paragraph(
        f"The AI system {decision.system.name}, version {decision.model_version.version}, proposed "
        f"{story.label(decision.outcome)}. {confidence}"
    )
    disposition = decision.evaluation.disposition
    if disposition == "pass":
        yield Paragraph(
            "By the rules we had published for it, this proposal took effect without a person "
            "having to agree."
        )
    else:
        yield Paragraph(
            "By the rules we had published for it, this proposal had no effect of its own: a "
            "person had to rule, and could rule otherwise."
        )
    sentences = [reason["sentence"] for reason in decision.evaluation.result["reasons"]]
    if sentences:
        yield Paragraph("What the rules said of it: " + " ".join(sentences))


def _factors(story: _Story) -> Iterator[LetterBlock]:
    if story.evidence.seal is not Seal.OPENED:
        yield Paragraph("The explanation can no longer be opened.")
        return
    found = explained(story.evidence.explanation)
    proposed = story.label(story.decision.outcome)
    rows = list(_weighed(found, proposed))
    if rows:
        columns = ("What counted", "Value", "Direction", "Weight")
        note = "As the AI system explained its own proposal when it made it."
        yield table("Main elements of the proposal", columns, rows[:_MOST_ITEMS], note)
    else:
        yield Paragraph(
            "The AI system sent no explanation of what counted with its proposal, so we cannot "
            "name single elements."
        )
    for sentence in found.counterfactuals:
        yield Paragraph(f"What would have changed the proposal: {sentence}")


def _weighed(found: Explained, proposed: str) -> Iterator[tuple[str, str, str, str]]:
    heaviest = max((abs(factor["weight"]) for factor in found.factors), default=0) or 1
    for factor in found.factors:
        weight = factor["weight"]
        share = abs(weight) / heaviest
        size = "strong" if share >= _STRONG else "medium" if share >= _MIDDLING else "slight"
        direction = f"spoke for {proposed}" if weight > 0 else f"spoke against {proposed}"
        if weight == 0:
            direction, size = "spoke neither for nor against it", "none"
        yield factor["label"], factor["value"], direction, size


def _people(story: _Story) -> Iterator[LetterBlock]:
    if not story.before:
        yield Paragraph("No person had ruled on the decision before you contested it.")
    for verdict in story.before:
        role = verdict.right.role.name.lower()
        when = f"On {_day(verdict.ruled_at)} a person with the role of {role}"
        if verdict.kind == VerdictKind.ABSTAIN:
            yield Paragraph(f"{when} looked at it and handed it on without ruling.")
            continue
        if verdict.outcome == story.decision.outcome:
            yield Paragraph(f"{when} agreed with the proposal of the AI system.")
        else:
            yield Paragraph(
                f"{when} ruled otherwise than proposed: {story.label(verdict.outcome)}."
            )
        yield from _reason(verdict, verdict.case, "Their reason")


def _reason(verdict: Verdict, case: Case, title: str) -> Iterator[LetterBlock]:
    labels = {code.code: code.label for code in reason_codes(case)}
    code = labels.get(verdict.reason_code, verdict.reason_code)
    pairs = [(title, code)]
    if verdict.reason_payload_id is not None:
        pairs.append(("In words", _text(verdict.reason_payload_id, "reason_text")))
    yield KeyValues(tuple(pairs))


def _next_steps() -> Iterator[LetterBlock]:
    yield Paragraph(
        "If you do not agree, you can send us new evidence, lodge a complaint with a supervisory "
        "authority for data protection, or go to court. If you think that the rules for AI systems "
        "were broken, you can also complain to a market surveillance authority."
    )
    yield Paragraph(
        "You can ask us for access to your data, to have wrong data put right, and which further "
        "rights you have."
    )


def _text(payload_id: Any, field: str) -> str:
    try:
        return str(read_payload(payload_id)[field]).strip() or "\N{EN DASH}"
    except PayloadErased:
        return _ERASED
    except InvalidTag:
        return _UNREADABLE


def _short(value: Any) -> str:
    """A value in one line; members of an object by their names."""
    if isinstance(value, dict):
        text = "; ".join(f"{key}: {_short(inner)}" for key, inner in value.items())
    elif isinstance(value, list):
        text = ", ".join(_short(inner) for inner in value)
    else:
        text = said(value)
    text = " ".join(text.split())
    return (
        text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "\N{HORIZONTAL ELLIPSIS}"
    )


def _day(at: datetime | None) -> str:
    assert at is not None  # a closed row says when; see the constraints
    return f"{at.day} {at:%B %Y}"
