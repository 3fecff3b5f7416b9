"""Whether a vote can still end one way: a pure function of the rule and the ballots."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from governance.quorum.rule import QuorumRule
from governance.quorum.tally import Ballot, VoteState, tally


def can_still_settle_on(rule: QuorumRule, ballots: Sequence[Ballot], choice: str) -> bool:
    """Whether the vote is met with `choice` if everybody who comes from now on chooses it."""
    known = {ballot.person for ballot in ballots}
    seats = sum(stage.panel for stage in rule.stages)
    strangers = [UUID(int=n) for n in range(seats + len(known)) if UUID(int=n) not in known]
    rest = [Ballot(person, choice, dissents=False) for person in strangers]
    end = tally(rule, [*ballots, *rest])
    return end.state is VoteState.MET and end.choice == choice
