"""A right is lent for a time: never more than the lender has, and both names stay."""

from datetime import timedelta
from decimal import Decimal

import pytest

from governance.errors import InputInvalid, NotPermitted
from governance.models import Delegation, LedgerEntry
from governance.services import accounts
from reviews.errors import (
    AlreadyLent,
    CompetenceMissing,
    DelegationOver,
    NothingToLend,
    RightMissing,
)
from reviews.selectors.history import history_of
from reviews.services.claiming import claim_case
from reviews.services.delegating import revoke_delegation
from reviews.services.queues import remove_member
from reviews.tasks import end_unentitled_claims, watch_staffing
from tests.factories import NOON, SETUP, build_world, change
from tests.governance.api.calling import Caller, at
from tests.reviews.around import WEEK, alarm_of, deep, lend, make_trainee
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def trainee(world):
    return make_trainee(world)


def test_the_borrower_rules_for_the_lender_and_both_names_stay(world, trainee):
    case = world.open_case()
    with refused(RightMissing):
        claim_case(case_id=case.pk, reviewer=trainee, now=NOON)
    written = Written()

    delegation = lend(world.reviewer, trainee)
    verdict = world.rule(case, by=trainee)

    assert written.entries()[0] == ("governance.delegation.made", person(world.reviewer))
    assert delegation.history.latest().actor == person(world.reviewer)
    assert (verdict.ruled_by, verdict.delegation) == (trainee, delegation)
    entry = LedgerEntry.objects.get(event="reviews.verdict.given")
    assert entry.actor == person(trainee)
    assert f'"for":["{world.reviewer.pseudonym}"]'.encode() in bytes(entry.leaf)
    told = {one.event: one.actor for one in history_of(case.decision)}
    both = f"{trainee.display_name} for {world.reviewer.display_name}"
    assert told["reviews.verdict.given"] == both


def test_it_gives_nothing_to_who_is_not_competent_themselves(world):
    case = world.open_case()
    trainee = make_trainee(world, qualified=False)
    lend(world.reviewer, trainee)

    with refused(CompetenceMissing):
        claim_case(case_id=case.pk, reviewer=trainee, now=NOON)


@pytest.mark.parametrize(
    ("how", "pointer"),
    [
        ({"valid_until": NOON + timedelta(days=90, seconds=1)}, "/valid_until"),
        ({"valid_until": NOON}, "/valid_until"),
        ({"valid_from": NOON - WEEK}, "/valid_from"),
        ({"system": "hiring"}, "/system"),
        ({"decision_type": "hiring"}, "/decision_type"),
        ({"max_impact": Decimal(-1)}, "/max_impact"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(world, trainee, how, pointer):
    with refused(InputInvalid) as refusal:
        lend(world.reviewer, trainee, **how)
    assert [fault.pointer for fault in refusal.value.errors] == [pointer]


def test_ninety_days_are_not_too_long(world, trainee):
    lend(world.reviewer, trainee, valid_until=NOON + timedelta(days=90))


@pytest.mark.parametrize("whom", ["oneself", "closed", "no role that rules"])
def test_the_delegate_is_somebody_else_who_may_rule(world, trainee, whom):
    person = {"oneself": world.reviewer, "closed": trainee, "no role that rules": world.officer}
    if whom == "closed":
        trainee.is_active = False
        change(trainee, "is_active")

    with refused(InputInvalid) as refusal:
        lend(world.reviewer, person[whom])
    assert [fault.pointer for fault in refusal.value.errors] == ["/delegate"]


def test_who_has_nothing_lends_nothing(world, trainee):
    with refused(NothingToLend) as refusal:
        lend(trainee, world.reviewer)
    assert "no decision right" in refusal.value.detail


@pytest.mark.parametrize("depth", [None, 0])
def test_a_role_says_whether_its_rights_may_be_lent_at_all(world, trainee, depth):
    deep(depth)

    with refused(NothingToLend) as refusal:
        lend(world.reviewer, trainee)
    assert "handed on" in refusal.value.detail


def test_the_same_is_not_lent_twice_at_a_time(world, trainee):
    lend(world.reviewer, trainee)

    with refused(AlreadyLent):
        lend(world.reviewer, trainee)
    lend(world.reviewer, trainee, max_impact=Decimal(10))


def test_a_narrowed_loan_covers_what_it_names_and_no_more(world, trainee):
    low, high = world.open_case(impact=Decimal(10)), world.open_case(impact=Decimal(11))
    lend(world.reviewer, trainee, system="lending", max_impact=Decimal(10))

    claim_case(case_id=low.pk, reviewer=trainee, now=NOON)
    with refused(RightMissing):
        claim_case(case_id=high.pk, reviewer=trainee, now=NOON)


def test_what_is_lent_on_ends_no_later_and_goes_no_deeper_than_the_role_allows(world, trainee):
    second, third = make_trainee(world), make_trainee(world)
    deep(2)
    first = lend(world.reviewer, trainee)

    with refused(InputInvalid):  # longer than what was lent
        lend(trainee, second, parent_id=first.pk, valid_until=NOON + WEEK + WEEK)
    with refused(InputInvalid):  # back to whom it came from
        lend(trainee, world.reviewer, parent_id=first.pk)
    with refused(InputInvalid):  # of what was lent to another
        lend(second, third, parent_id=first.pk)
    on = lend(trainee, second, parent_id=first.pk)
    with refused(NothingToLend):
        lend(second, third, parent_id=on.pk)
    verdict = world.rule(world.open_case(), by=second)

    entry = LedgerEntry.objects.get(event="reviews.verdict.given")
    both = f'"for":["{world.reviewer.pseudonym}","{trainee.pseudonym}"]'
    assert both.encode() in bytes(entry.leaf)
    assert verdict.delegation == on


def test_taking_it_back_takes_back_what_was_lent_on(world, trainee):
    deep(2)
    second = make_trainee(world)
    first = lend(world.reviewer, trainee)
    lend(trainee, second, parent_id=first.pk)
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=second, now=NOON)

    revoke_delegation(delegation_id=first.pk, by=world.reviewer, now=NOON)

    with refused(RightMissing):
        world.rule(case, by=second, claim=False)


@pytest.mark.parametrize("by", ["lender", "officer"])
def test_a_revoked_loan_is_refused_at_the_gate_and_the_sweep_gives_the_case_back(
    world, trainee, by
):
    case = world.open_case()
    delegation = lend(world.reviewer, trainee)
    claim_case(case_id=case.pk, reviewer=trainee, now=NOON)
    written = Written()
    whom = {"lender": world.reviewer, "officer": world.officer}[by]

    revoked = revoke_delegation(delegation_id=delegation.pk, by=whom, now=NOON)

    assert revoked.revoked_at == NOON
    assert written.entries() == [("governance.delegation.revoked", person(whom))]
    with refused(RightMissing):
        world.rule(case, by=trainee, claim=False)
    with at(NOON):
        end_unentitled_claims()
    case.refresh_from_db()
    assert case.state == "open"
    assert written.entries()[1:] == [("reviews.case.claim_ended", "system:end_unentitled_claims")]
    with refused(DelegationOver):
        revoke_delegation(delegation_id=delegation.pk, by=whom, now=NOON)


def test_the_end_of_the_lenders_role_ends_what_they_lent(world, trainee):
    case = world.open_case()
    lend(world.reviewer, trainee)
    claim_case(case_id=case.pk, reviewer=trainee, now=NOON)
    assignment = world.reviewer.role_assignments.get()

    accounts.end_role(assignment=assignment, actor=SETUP, now=NOON)

    with refused(RightMissing):
        world.rule(case, by=trainee, claim=False)
    with at(NOON):
        end_unentitled_claims()
    case.refresh_from_db()
    assert case.state == "open"


def test_the_end_of_its_time_gives_the_case_back(world, trainee):
    case = world.open_case()
    lend(world.reviewer, trainee, valid_until=NOON + timedelta(minutes=5))
    claim_case(case_id=case.pk, reviewer=trainee, now=NOON)

    with at(NOON + timedelta(minutes=5)):
        end_unentitled_claims()

    case.refresh_from_db()
    assert case.state == "open"


def test_the_delegate_and_strangers_do_not_revoke(world, trainee):
    delegation = lend(world.reviewer, trainee)

    with refused(NotPermitted):
        revoke_delegation(delegation_id=delegation.pk, by=trainee, now=NOON)
    with refused(Delegation.DoesNotExist):
        revoke_delegation(delegation_id=delegation.pk, by=world.senior, now=NOON)


def test_the_api_lends_lists_and_takes_back(world, trainee):
    lender, borrower = Caller(person=world.reviewer), Caller(person=trainee)
    body = {"delegate": trainee.username, "valid_until": "2026-11-30T12:00:00Z", "reason": "Leave."}

    made = lender.post("delegations", body)

    assert (made.status, made.body["delegate"]) == (201, trainee.username)
    assert lender.post("delegations", body).code == "already_lent"
    assert lender.post("delegations", body | {"delegate": "Ada Lovelace"}).pointers == ["/delegate"]
    assert lender.post("delegations", body | {"valid_until": "soon"}).status == 400
    assert Caller(person=world.officer).post("delegations", body).status == 403
    for caller, seen in ((lender, 1), (borrower, 1), (Caller(person=world.senior), 0)):
        assert len(caller.get("delegations?state=live").body["results"]) == seen
    assert len(Caller(person=world.officer).get("delegations").body["results"]) == 1
    address = f"delegations/{made.body['id']}/revoke"
    assert Caller(person=world.senior).post(address).status == 404
    assert borrower.post(address).status == 403
    assert lender.post(address).status == 200
    assert lender.post(address).code == "delegation_over"
    assert lender.get("delegations?state=live").body["results"] == []


def test_the_api_names_for_whom_a_verdict_was_given(world, trainee):
    case = world.open_case()
    lend(world.reviewer, trainee)
    claim_case(case_id=case.pk, reviewer=trainee, now=NOON)
    body = {"claim": 1, "kind": "uphold", "reason_code": "agrees", "reason_text": "As it says."}

    answer = Caller(person=trainee).post(f"cases/{case.pk}/verdict", body)

    assert answer.body["on_behalf_of"] == [world.reviewer.username]


def test_a_loan_can_staff_a_case_and_its_end_raises_the_alarm(world, trainee):
    deep(1)
    case = world.open_case()
    delegation = lend(world.reviewer, trainee)
    for membership in world.first_line.memberships.exclude(person=trainee):
        remove_member(membership=membership, actor=SETUP, now=NOON)
    with at(NOON):
        watch_staffing()
    assert alarm_of(case) is None

    revoke_delegation(delegation_id=delegation.pk, by=world.reviewer, now=NOON)
    with at(NOON):
        watch_staffing()

    assert alarm_of(case) == ("right: The one reviewer of the queue holds no right that covers it.")
