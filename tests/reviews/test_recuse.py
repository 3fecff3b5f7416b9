"""A person steps aside from a decision for good."""

import pytest

from governance.errors import InputInvalid
from governance.ledger.payloads import read_payload
from governance.models import LedgerEntry, Payload
from governance.services.erasure import erase_subject
from reviews.errors import (
    AlreadyRecused,
    BallotCounts,
    CaseNotOpen,
    CaseNotVisible,
    NotSeparate,
    NotYourClaim,
)
from reviews.models import Recusal, VerdictKind
from reviews.services.claiming import claim_case, claim_next
from reviews.services.recusing import recuse
from tests.factories import NOON, build_world, make_person, policy_text
from tests.governance.api.calling import Caller
from tests.reviews.around import alarm_of
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db
KNOWS = Recusal.Reason.KNOWS_PERSON


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def case(world):
    return world.open_case()


def test_who_steps_aside_gives_the_case_back_and_gets_none_of_the_decision_again(world, case):
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    written = Written()

    recusal = recuse(
        case_id=case.pk, person=world.reviewer, reason=KNOWS, note="My cousin.", now=NOON
    )

    case.refresh_from_db()
    assert (case.state, case.claimed_by) == ("open", None)
    assert case.history.latest().actor == person(world.reviewer)
    assert written.entries() == [
        ("reviews.recusal.declared", person(world.reviewer)),
        ("reviews.case.claim_ended", person(world.reviewer)),
    ]
    assert (recusal.decision, recusal.recused_at) == (case.decision, NOON)
    with refused(NotSeparate):
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    assert claim_next(queue_slug="first-line", reviewer=world.reviewer, now=NOON) is None


def test_the_note_lies_sealed_under_the_data_subject_and_nowhere_else(world, case):
    recusal = recuse(
        case_id=case.pk, person=world.reviewer, reason=KNOWS, note=" My cousin. ", now=NOON
    )

    assert recusal.note.kind == Payload.Kind.RECUSAL
    assert recusal.note.subject_id == case.decision.subject_id
    assert read_payload(recusal.note_id) == {"note": "My cousin."}
    entry = LedgerEntry.objects.get(event="reviews.recusal.declared")
    assert entry.payload_id == recusal.note_id
    assert b"cousin" not in bytes(entry.leaf)


def test_one_may_step_aside_without_holding_the_case_and_leaves_anothers_claim_alone(world, case):
    claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=NOON)
    written = Written()

    recuse(case_id=case.pk, person=world.reviewer, reason=KNOWS, now=NOON)

    case.refresh_from_db()
    assert case.claimed_by == world.reviewers[1]
    assert written.events() == ["reviews.recusal.declared"]


def test_a_second_time_is_refused(world, case):
    recuse(case_id=case.pk, person=world.reviewer, reason=KNOWS, now=NOON)

    with refused(AlreadyRecused):
        recuse(case_id=case.pk, person=world.reviewer, reason=KNOWS, now=NOON)


def test_a_closed_case_has_nothing_to_step_aside_from(world, case):
    world.rule(case)

    with refused(CaseNotOpen):
        recuse(case_id=case.pk, person=world.reviewers[1], reason=KNOWS, now=NOON)


def test_a_ballot_that_counts_is_not_taken_back():
    world = build_world(text=policy_text(verdicts=2))
    case = world.open_case()
    world.rule(case)

    with refused(BallotCounts) as refusal:
        recuse(case_id=case.pk, person=world.reviewer, reason=KNOWS, now=NOON)
    assert "not taken back" in refusal.value.detail


def test_who_only_abstained_may_step_aside(world, case):
    world.rule(case, VerdictKind.ABSTAIN)

    recuse(case_id=case.pk, person=world.reviewer, reason=KNOWS, now=NOON)

    assert Recusal.objects.get().person == world.reviewer


def test_another_reason_is_explained(world, case):
    with refused(InputInvalid) as refusal:
        recuse(case_id=case.pk, person=world.reviewer, reason=Recusal.Reason.OTHER, now=NOON)
    assert [fault.pointer for fault in refusal.value.errors] == ["/note"]


def test_after_an_erasure_nothing_more_is_sealed(world, case):
    subject = case.decision.subject_id
    erase_subject(subject_id=subject, ground="Asked for.", person=world.officer, now=NOON)

    with refused(InputInvalid):
        recuse(case_id=case.pk, person=world.reviewer, reason=KNOWS, note="Him.", now=NOON)
    recuse(case_id=case.pk, person=world.reviewer, reason=KNOWS, now=NOON)


def test_who_does_not_see_the_case_has_nothing_to_step_aside_from(world, case):
    stranger = make_person(roles=["reviewer"])

    with refused(CaseNotVisible):
        recuse(case_id=case.pk, person=stranger, reason=KNOWS, now=NOON)


def test_the_last_eligible_person_to_go_raises_the_alarm(world, case):
    for one in [*world.reviewers, world.senior]:
        assert alarm_of(case) is None
        recuse(case_id=case.pk, person=one, reason=KNOWS, now=NOON)

    assert alarm_of(case) == ("separation: Of the 3 reviewers of the queue, 3 have stepped aside.")


def test_a_verdict_in_another_window_comes_too_late(world, case):
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    recuse(case_id=case.pk, person=world.reviewer, reason=KNOWS, now=NOON)

    with refused(NotYourClaim):
        world.rule(case, claim=False)


@pytest.mark.parametrize(
    ("who", "status"), [("reviewer", 201), ("officer", 403), ("stranger", 404)]
)
def test_who_may_step_aside(world, case, who, status):
    someone = {
        "reviewer": world.reviewer,
        "officer": world.officer,
        "stranger": make_person(roles=["reviewer"]),
    }[who]

    answer = Caller(person=someone).post(f"cases/{case.pk}/recuse", {"reason": "interest"})

    assert answer.status == status
    assert Recusal.objects.exists() is (status == 201)


def test_the_api_says_what_is_missing(world, case):
    caller = Caller(person=world.reviewer)

    assert caller.post(f"cases/{case.pk}/recuse", {"reason": "mood"}).status == 400
    assert caller.post(f"cases/{case.pk}/recuse", {"reason": "other"}).status == 422
    assert caller.post(f"cases/{case.pk}/recuse", {"reason": "involved"}).status == 201
    again = caller.post(f"cases/{case.pk}/recuse", {"reason": "involved"})
    assert (again.status, again.body["code"]) == (409, "already_recused")
