"""What a simulated reviewer does with a case: settled by the case's name, so the same each time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# How people err in the simulation. Invented figures, not measured on anybody.
CATCHES_AN_ERROR = 0.8
OVERRULES_WRONGLY = 0.03
HANDS_UP = 0.05
ABSTAINS = 0.03
JUDGES_RIGHT_UNAIDED = 0.75
STICKS_TO_A_WRONG_JUDGEMENT = 0.15
# Seconds from claim to verdict: log-normal around the median, between two bounds.
MEDIAN_SECONDS, SPREAD, SHORTEST, LONGEST = 7.0, 0.5, 3.0, 20.0


class Act(StrEnum):
    """What can be done with a claimed case. The first four are kinds of verdict."""

    UPHOLD = "uphold"
    OVERRIDE = "override"
    REVERSE = "reverse"
    ABSTAIN = "abstain"
    HAND_UP = "hand_up"


@dataclass(frozen=True, slots=True)
class Question:
    """What a case is about. `name`: seeds the draws. `truth`: the reviewer may find it or not.

    `carried_out`: then a correction is a reversal. `blind`: a judgement comes before the output.
    `can_go_up`: whether a queue stands above.
    """

    name: str
    proposed: str
    truth: str
    outcomes: Sequence[str]
    carried_out: bool
    blind: bool
    can_go_up: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """`judgement`: what the person says before seeing the output, None if not asked. `outcome`:
    the corrected one, empty but for overrides and reversals. `seconds`: from claim to act."""

    act: Act
    outcome: str
    judgement: str | None
    seconds: float


def plan(question: Question) -> Plan:
    """Draw what happens, from the question's name alone."""
    draw = random.Random(question.name)
    seconds = min(LONGEST, max(SHORTEST, draw.lognormvariate(0, SPREAD) * MEDIAN_SECONDS))
    away = draw.random()
    judgement = _judgement(question, draw) if question.blind else None
    if away < ABSTAINS:
        return Plan(Act.ABSTAIN, "", judgement, seconds)
    if away < ABSTAINS + HANDS_UP and question.can_go_up:
        return Plan(Act.HAND_UP, "", judgement, seconds)
    settled = _settled(question, judgement, draw)
    if settled == question.proposed:
        return Plan(Act.UPHOLD, "", judgement, seconds)
    correction = Act.REVERSE if question.carried_out else Act.OVERRIDE
    return Plan(correction, settled, judgement, seconds)


def _judgement(question: Question, draw: random.Random) -> str:
    if draw.random() < JUDGES_RIGHT_UNAIDED:
        return question.truth
    return _other(question, question.truth, draw)


def _settled(question: Question, judgement: str | None, draw: random.Random) -> str:
    """The outcome that the person ends with, after seeing what the AI system proposed."""
    if question.proposed == question.truth:
        if judgement not in (None, question.proposed):
            sticks = draw.random() < STICKS_TO_A_WRONG_JUDGEMENT
            return str(judgement) if sticks else question.proposed
        wrong = draw.random() < OVERRULES_WRONGLY
        return _other(question, question.proposed, draw) if wrong else question.proposed
    return question.truth if draw.random() < CATCHES_AN_ERROR else question.proposed


def _other(question: Question, than: str, draw: random.Random) -> str:
    return draw.choice([outcome for outcome in question.outcomes if outcome != than])
