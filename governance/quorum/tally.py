"""Where a vote stands: a pure function of the rule and the ballots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from governance.quorum.rule import QuorumRule, Stage


class VoteState(StrEnum):
    """`open` awaits ballots; `met`: enough people chose the same in every stage; `vetoed`: one
    dissent where that ends it; `disagreed`: what is still to come could not settle it."""

    OPEN = "open"
    MET = "met"
    VETOED = "vetoed"
    DISAGREED = "disagreed"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One person's choice. `dissents`: it is against what was put forward."""

    person: UUID
    choice: str
    dissents: bool


class BallotTwice(ValueError):
    """One person was about to be counted twice."""


@dataclass(frozen=True, slots=True)
class Tally:
    """`choice`: what was settled, where it is met, or what the stages before settled on, where it
    is open; empty for nothing yet. `stage`: the one that the next ballot belongs to, as an index;
    None where no ballot is awaited. `missing`: ballots of that stage that are needed at least."""

    state: VoteState
    choice: str = ""
    stage: int | None = None
    missing: int = 0


def tally(rule: QuorumRule, ballots: Sequence[Ballot]) -> Tally:
    """Where the vote stands after `ballots`, in the order in which they were cast.

    A ballot belongs to the first stage that was not met when it was cast; what comes after the
    end is not looked at. Raises BallotTwice when a person appears twice: nobody fills two seats.
    """
    people = [ballot.person for ballot in ballots]
    if len(set(people)) != len(people):
        raise BallotTwice("One person has cast two ballots")
    rest = list(ballots)
    settled = ""
    for index, stage in enumerate(rule.stages):
        counted, rest = _of_stage(stage, rest)
        if stage.veto and any(ballot.dissents for ballot in counted):
            return Tally(VoteState.VETOED)
        choice, votes = _leading(counted)
        if votes < stage.required:
            missing = stage.required - votes
            if votes + stage.panel - len(counted) < stage.required:
                return Tally(VoteState.DISAGREED)
            return Tally(VoteState.OPEN, choice=settled, stage=index, missing=missing)
        if settled and choice != settled:
            return Tally(VoteState.DISAGREED)
        settled = choice
    return Tally(VoteState.MET, choice=settled)


def _of_stage(stage: Stage, ballots: list[Ballot]) -> tuple[list[Ballot], list[Ballot]]:
    """The ballots that the stage took until it was met, vetoed or full; and the rest."""
    taken: list[Ballot] = []
    for number, ballot in enumerate(ballots, 1):
        taken.append(ballot)
        is_over = _leading(taken)[1] >= stage.required or (stage.veto and ballot.dissents)
        if is_over or number == stage.panel:
            break
    return taken, ballots[len(taken) :]


def _leading(ballots: Sequence[Ballot]) -> tuple[str, int]:
    found = Counter(ballot.choice for ballot in ballots).most_common(1)
    return found[0] if found else ("", 0)
