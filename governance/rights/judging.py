"""The one judgement of who may rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from governance.policies.vocabulary import VerdictWord
from governance.rights.candidate import Candidate, Proof
from governance.rights.held import HeldRight
from governance.rights.matter import Matter


class Condition(StrEnum):
    """What must hold, at claim and again at verdict."""

    RIGHT = "right"
    COMPETENCE = "competence"
    SEPARATION = "separation"
    SIGHT = "sight"


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether one condition holds, and why, in words that suit anybody: no subject is named."""

    condition: Condition
    met: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """All four findings, in the order of `Condition`. `right`, `proof`: what a ruling would rest
    on; None where there is none."""

    findings: tuple[Finding, ...]
    right: HeldRight | None
    proof: Proof | None

    @property
    def may(self) -> bool:
        return all(finding.met for finding in self.findings)

    def finding(self, condition: Condition) -> Finding:
        return next(one for one in self.findings if one.condition is condition)


def judge(
    candidate: Candidate, matter: Matter, verdict: VerdictWord | None = None, outcome: str = ""
) -> Judgement:
    """Whether a person may rule on a matter: thus, or at all where `verdict` is None.

    `outcome`: the corrected one, for override and reverse. Who upholds chooses the
    matter's outcome, and needs the right to it. Raises nothing.
    """
    if verdict is VerdictWord.UPHOLD:
        outcome = matter.outcome
    right, of_right = _right(candidate, matter, verdict, outcome)
    proof = next(
        (one for one in candidate.proofs if one.covers(matter.system, matter.model_version)), None
    )
    return Judgement(
        (
            of_right,
            _competence(matter, proof),
            _separation(candidate, matter),
            _sight(candidate, matter),
        ),
        right if of_right.met else None,
        proof,
    )


def _right(
    candidate: Candidate, matter: Matter, verdict: VerdictWord | None, outcome: str
) -> tuple[HeldRight | None, Finding]:
    if not candidate.is_active:
        return None, _no_right("The account is closed.")
    if candidate.is_absent:
        until = (
            f" until {candidate.absent_until:%Y-%m-%d %H:%M} UTC" if candidate.absent_until else ""
        )
        return None, _no_right(f"Recorded as absent{until}; an absence suspends every right.")
    if matter.person not in (None, candidate.person):
        return None, _no_right("The case was given to another person, who alone rules on it.")
    steps = list(_steps(candidate, matter, verdict, outcome))
    for rights, why_not in steps:
        if not rights:
            return None, _no_right(why_not)
    right = steps[-1][0][0]
    lent = f", lent under a delegation ({len(right.loans)} in the chain)" if right.loans else ""
    return right, Finding(
        Condition.RIGHT, True, f"The role {right.role} carries a right that covers this{lent}."
    )


def _steps(
    candidate: Candidate, matter: Matter, verdict: VerdictWord | None, outcome: str
) -> Iterator[tuple[list[HeldRight], str]]:
    """The rights left after each thing asked of them, with what to say where none is left."""
    left = [
        right
        for right in candidate.rights
        if right.covers(matter.system, matter.decision_type, matter.impact)
    ]
    at = "" if matter.impact is None else f" at an impact of {matter.impact.normalize():f}"
    yield left, f"No role held may rule on a decision of type {matter.decision_type}{at}."
    if verdict is not None:
        left = [right for right in left if right.allows(verdict.value, outcome)]
        to = f" to {outcome!r}" if outcome else ""
        yield (
            left,
            f"No role held may {verdict.value} a decision of type {matter.decision_type}{to}{at}.",
        )
    if matter.roles:
        left = [right for right in left if right.role in matter.roles]
        yield left, f"The quorum's next ballot is for the role {' or '.join(matter.roles)}."
    if matter.role:
        left = [right for right in left if right.role == matter.role]
        yield left, f"The case was given to the role {matter.role}."
    if matter.at_least:
        left = [
            right for right in left if all(right.is_at_least(other) for other in matter.at_least)
        ]
        yield left, "A contested ruling is looked at by a person of equal or higher right."
    # Not through another's hands either: a right does not serve twice, nor for who is too near.
    left = [right for right in left if not any(one in matter.near for one in right.lenders)]
    yield left, "Whoever lent the right stands too near to this decision themselves."


def _no_right(sentence: str) -> Finding:
    return Finding(Condition.RIGHT, False, sentence)


def _competence(matter: Matter, proof: Proof | None) -> Finding:
    what = f"{matter.system} {matter.model_version}"
    if proof is None:
        sentence = f"No qualification for {what} is valid now."
    else:
        sentence = f"A qualification for {what} is valid."
    return Finding(Condition.COMPETENCE, proof is not None, sentence)


def _separation(candidate: Candidate, matter: Matter) -> Finding:
    near = matter.near.get(candidate.person)
    return Finding(
        Condition.SEPARATION, near is None, near or "Nothing ties the person to this decision."
    )


def _sight(candidate: Candidate, matter: Matter) -> Finding:
    met = matter.queue in candidate.queues
    sentence = "A reviewer of the queue." if met else "Not a reviewer of the queue it waits in."
    return Finding(Condition.SIGHT, met, sentence)
