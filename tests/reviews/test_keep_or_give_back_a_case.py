"""Releasing a case, keeping it longer, and claims that run out."""

from datetime import timedelta

import pytest

from governance.models import Actor
from reviews.errors import CaseNotVisible, ClaimLapsed, NotYourClaim
from reviews.services.claiming import (
    claim_case,
    extend_claim,
    release_case,
    release_lapsed_claim,
)
from tests.factories import NOON, build_world, make_person
from tests.governance.api.calling import Caller
from tests.reviews.written import Written, person, refused, state_of_tables

pytestmark = pytest.mark.django_db

LEASE = timedelta(minutes=15)
SWEEP = Actor.system("release_lapsed_claims")


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def held(world):
    case = world.open_case()
    return claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def test_a_released_case_is_open_for_others(world, held):
    written = Written()

    release_case(case_id=held.pk, reviewer=world.reviewer, now=NOON)

    held.refresh_from_db()
    assert (held.state, held.claimed_by, held.claimed_at) == ("open", None, None)
    assert (held.lease_expires_at, held.claim_number) == (None, 1)
    assert written.entries() == [("reviews.case.released", person(world.reviewer))]
    assert written.messages() == []
    assert held.history.latest().actor == person(world.reviewer)


def test_keeping_a_case_starts_the_lease_anew(world, held):
    written = Written()
    later = NOON + timedelta(minutes=10)

    extend_claim(case_id=held.pk, reviewer=world.reviewer, now=later)

    held.refresh_from_db()
    assert held.lease_expires_at == later + LEASE
    assert written.entries() == [("reviews.case.claim_extended", person(world.reviewer))]
    assert held.history.latest().actor == person(world.reviewer)


@pytest.mark.parametrize("verb", [release_case, extend_claim])
def test_a_claim_ends_at_the_very_instant_of_its_lease(world, held, verb):
    with refused(ClaimLapsed):
        verb(case_id=held.pk, reviewer=world.reviewer, now=NOON + LEASE)

    verb(case_id=held.pk, reviewer=world.reviewer, now=NOON + LEASE - timedelta(microseconds=1))


@pytest.mark.parametrize("verb", [release_case, extend_claim])
def test_anothers_case_is_refused_and_a_strangers_not_there(world, held, verb):
    stranger = make_person(roles=["reviewer"])

    with refused(NotYourClaim):
        verb(case_id=held.pk, reviewer=world.reviewers[1], now=NOON)
    with refused(CaseNotVisible):
        verb(case_id=held.pk, reviewer=stranger, now=NOON)


def test_a_lapsed_claim_is_given_back_by_the_system_and_not_in_a_persons_name(world, held):
    written = Written()

    release_lapsed_claim(case_id=held.pk, actor=SWEEP, now=NOON + LEASE)

    held.refresh_from_db()
    assert (held.state, held.claimed_by) == ("open", None)
    assert written.entries() == [("reviews.case.claim_lapsed", "system:release_lapsed_claims")]
    row = held.history.latest()
    assert (row.actor, row.history_user_id) == ("system:release_lapsed_claims", None)


def test_a_claim_that_holds_is_left_alone(world, held):
    extend_claim(case_id=held.pk, reviewer=world.reviewer, now=NOON + timedelta(minutes=10))
    before = state_of_tables()

    assert release_lapsed_claim(case_id=held.pk, actor=SWEEP, now=NOON + LEASE) is None
    assert state_of_tables() == before


def test_the_sweep_gives_a_case_back_once(world, held):
    release_lapsed_claim(case_id=held.pk, actor=SWEEP, now=NOON + LEASE)
    before = state_of_tables()

    assert release_lapsed_claim(case_id=held.pk, actor=SWEEP, now=NOON + LEASE) is None
    assert state_of_tables() == before


@pytest.mark.parametrize("act", ["release", "heartbeat"])
@pytest.mark.parametrize(("who", "status"), [("holder", 200), ("other", 409), ("stranger", 404)])
def test_only_the_holder_gives_back_or_keeps(world, held, act, who, status):
    someone = {
        "holder": world.reviewer,
        "other": world.reviewers[1],
        "stranger": make_person(roles=["reviewer"]),
    }[who]

    assert Caller(person=someone).post(f"cases/{held.pk}/{act}").status == status
