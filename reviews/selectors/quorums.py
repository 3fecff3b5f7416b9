"""What a case's quorum asks, and how far it is: never how anybody voted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from governance.quorum import Ballot, tally
from reviews.models import Case, Verdict

State = Literal["met", "now", "later", "ended"]


@dataclass(frozen=True, slots=True)
class StageStanding:
    """One stage. `required` of `panel` people must choose the same; `ballots`: how many are in;
    `roles`: slugs, of which each of them holds one, empty: any. `state`: `met`, `now` (takes the
    next ballot), `later`, or `ended`: the case left it to an adjudicator, or closed."""

    name: str
    required: int
    panel: int
    roles: tuple[str, ...]
    veto: bool
    ballots: int
    state: State


@dataclass(frozen=True, slots=True)
class QuorumStanding:
    """`name`: empty where the quorum has none. `people`: how many it takes at least; `ballots`: how
    many are in, the adjudicator's not among them."""

    name: str
    people: int
    ballots: int
    stages: tuple[StageStanding, ...]

    @property
    def now(self) -> StageStanding | None:
        """The stage that takes the next ballot, if one does."""
        return next((stage for stage in self.stages if stage.state == "now"), None)


def quorum_standing(case: Case) -> QuorumStanding:
    return quorum_standings([case])[case.pk]


def quorum_standings(cases: Sequence[Case]) -> dict[UUID, QuorumStanding]:
    """Where each case stands, in one query; their decisions should be loaded."""
    ballots: defaultdict[UUID, list[Verdict]] = defaultdict(list)
    for ballot in Verdict.objects.ballots().filter(case__in=cases).as_cast():
        ballots[ballot.case_id].append(ballot)
    return {case.pk: _standing(case, ballots[case.pk]) for case in cases}


def _standing(case: Case, ballots: Sequence[Verdict]) -> QuorumStanding:
    rule = case.quorum_rule
    now, first_left = _now(case, ballots)
    # A ballot from before quorums had stages counts for the only one there is.
    of_old = case.quorum is None
    counts = Counter(
        0 if ballot.stage is None else ballot.stage
        for ballot in ballots
        if ballot.stage is not None or of_old
    )
    stages = tuple(
        StageStanding(
            name=stage.name,
            required=stage.required,
            panel=stage.panel,
            roles=stage.roles,
            veto=stage.veto,
            ballots=min(counts[index], stage.panel),
            state=_state(index, now, first_left),
        )
        for index, stage in enumerate(rule.stages)
    )
    return QuorumStanding(rule.preset, rule.people, sum(one.ballots for one in stages), stages)


def _now(case: Case, ballots: Sequence[Verdict]) -> tuple[int | None, int]:
    """The stage that takes the next ballot, and the first one that is not met."""
    rule = case.quorum_rule
    if case.state == Case.State.DECIDED and not case.adjudication:
        return None, len(rule.stages)
    if case.state in Case.LIVE and not case.adjudication:
        proposed = case.decision.outcome
        vote = tally(
            rule, [Ballot(one.ruled_by_id, one.outcome, one.outcome != proposed) for one in ballots]
        )
        return vote.stage, len(rule.stages) if vote.stage is None else vote.stage
    # The last stage that took a ballot is the one that was left to an adjudicator or to nobody.
    return None, max((ballot.stage or 0 for ballot in ballots), default=0)


def _state(index: int, now: int | None, first_left: int) -> State:
    if index == now:
        return "now"
    if index < first_left:
        return "met"
    return "later" if now is not None else "ended"
