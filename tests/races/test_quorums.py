"""Fifty people at one case: as many ballots as its rule takes, never two permits, one decision."""

import random
from functools import partial

import pytest

from governance.quorum import Ballot, VoteState, tally
from governance.services.policies import publish_version
from reviews.errors import CaseNotOpen
from reviews.models import Case, Permit, Verdict, VerdictKind
from reviews.services.claiming import claim_case
from reviews.services.deciding import record_verdict
from tests.factories import NOON, build_world, ruling
from tests.races.together import codes, together, won
from tests.reviews.quorums import quorum_policy

pytestmark = pytest.mark.django_db(transaction=True)

VOTERS = 50
ROUNDS = 200
ROUNDS_NOW = 10
# What those who come too late are told: taken, decided, moved to another queue, or of another role.
TOO_LATE = {"case_not_open", "not_found", "right_missing"}


def random_stages(chance):
    """One to three stages of at most five people together, in the notation of a policy."""
    lines = []
    for number in range(chance.choice([1, 1, 2, 3])):
        required, panel = chance.choice([(1, 1), (2, 2), (2, 3)] if number == 0 else [(1, 1)])
        veto = str(chance.random() < 0.3).lower()
        lines.append(
            f"\n      - {{name: s{number}, required: {required}, panel: {panel}, veto: {veto}}}"
        )
    return "".join(lines) + "\n"


def vote(case_id, person, choice):
    """Claim the case and rule at once; who comes between is refused."""
    case = claim_case(case_id=case_id, reviewer=person, now=NOON)
    kind = VerdictKind.UPHOLD if choice == "refuse" else VerdictKind.OVERRIDE
    said = ruling(kind, "" if kind == VerdictKind.UPHOLD else choice)
    return record_verdict(
        case_id=case_id, reviewer=person, claim=case.claim_number, ruling=said, now=NOON
    )


def one_round(world, seed):
    chance = random.Random(seed)
    publish_version(
        policy=world.policy,
        text=f"# round {seed}\n{quorum_policy(random_stages(chance))}",
        schemas=[world.decision_type.policy_schema()],
        publisher=world.officer,
        now=NOON,
    )
    case = world.open_case()
    dissent = chance.choice([0.0, 0.1, 0.5])
    voters = list(world.reviewers)
    for _ in range(sum(stage.panel for stage in case.quorum_rule.stages)):
        chance.shuffle(voters)
        acts = [
            partial(vote, case.pk, one, "grant" if chance.random() < dissent else "refuse")
            for one in voters
        ]
        results = together(acts)
        assert codes(results) <= TOO_LATE | {"not_separate"}, seed
        assert won(results), seed
        voters = [one for one, said in zip(voters, results, strict=True) if said not in won([said])]
        case.refresh_from_db()
        if case.state != Case.State.OPEN or case.adjudication:
            break
    check(case, seed)


def check(case, seed):
    ballots = list(Verdict.objects.filter(case=case).as_cast())
    cast = [Ballot(one.ruled_by_id, one.outcome, one.outcome != "refuse") for one in ballots]
    vote_now = tally(case.quorum_rule, cast)
    assert vote_now.state is not VoteState.OPEN, seed
    # One ballot fewer, and it would not have ended: nobody came after the end.
    assert tally(case.quorum_rule, cast[:-1]).state is VoteState.OPEN, seed
    assert len({one.ruled_by_id for one in ballots}) == len(ballots), seed
    permits = Permit.objects.filter(decision=case.decision_id)
    if vote_now.state is VoteState.MET:
        assert (case.state, case.final_outcome) == ("decided", vote_now.choice), seed
        [permit] = permits
        agreeing = [one.pk for one in ballots if one.outcome == vote_now.choice]
        assert (permit.outcome, permit.verdict_ids) == (vote_now.choice, agreeing), seed
        assert len(agreeing) >= case.quorum_rule.people, seed
    else:
        assert (case.state, case.adjudication, case.rung) == ("open", True, 1), seed
        assert (case.vetoed_at is not None) is (vote_now.state is VoteState.VETOED), seed
        assert not permits.exists(), seed
    decided = case.history.filter(state="decided").count()
    assert decided == (1 if vote_now.state is VoteState.MET else 0), seed


def rounds_of(seeds):
    # Each round's losers keep nothing; its winners hold nothing either.
    world = build_world(reviewers=VOTERS)
    for seed in seeds:
        one_round(world, seed)


def test_no_vote_of_many_at_once_takes_more_or_fewer_ballots_than_its_rule():
    rounds_of(range(ROUNDS_NOW))


@pytest.mark.long
def test_no_vote_does_in_two_hundred_rounds():
    rounds_of(range(ROUNDS))


def test_of_two_last_ballots_at_once_one_is_refused():
    """Two who both saw the case open cannot both give the ballot that completes it."""
    world = build_world(reviewers=3, text=quorum_policy("\n      - {name: s, required: 1}\n"))
    case = world.open_case()

    results = together([partial(vote, case.pk, one, "refuse") for one in world.reviewers])

    assert len(won(results)) == 1
    assert codes(results) == {CaseNotOpen.code}
    assert Permit.objects.filter(decision=case.decision_id).count() == 1
