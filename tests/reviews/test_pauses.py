"""A case that waits for information: its clock stands, and runs on with what was left."""

from datetime import timedelta

import orjson
import pytest

from governance.errors import InputInvalid
from governance.ledger.payloads import read_payload
from governance.models import Actor, LedgerEntry, Payload
from governance.services.erasure import erase_subject
from reviews.errors import (
    CaseLate,
    CaseNotOpen,
    CaseNotPaused,
    CaseNotVisible,
    CasePaused,
    ClaimLapsed,
    NotYourClaim,
    PausedTooOften,
)
from reviews.models import Case, Pause, PauseEnd
from reviews.selectors.pauses import pauses_told
from reviews.services.claiming import claim_case, claim_next
from reviews.services.closing import withdraw_decision
from reviews.services.contesting import extend_contestation, withdraw_contestation
from reviews.services.escalation import escalate_late_case
from reviews.services.pausing import MOST_PAUSES, pause_case
from reviews.services.resuming import end_lapsed_pause, resume_case
from reviews.tasks import end_lapsed_pauses
from tests.factories import NOON, build_world, make_person
from tests.governance.api.calling import Caller, at
from tests.reviews.contested import LATER, contested
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUE = NOON + 4 * HOUR
UNTIL = NOON + 3 * DAY
SWEEP = Actor.system("end_lapsed_pauses")
BODY = {"reason": "person", "until": UNTIL.isoformat()}


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def case(world):
    case = world.open_case()
    return claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def pause(case, by, *, now=NOON, until=UNTIL, reason=Pause.Reason.PERSON, note=""):
    return pause_case(case_id=case.pk, person=by, reason=reason, until=until, note=note, now=now)


def sweep_late(case, now):
    return escalate_late_case(case_id=case.pk, actor=SWEEP, now=now)


def test_a_paused_case_is_back_in_its_queue_and_due_later(world, case):
    written = Written()

    made = pause(case, world.reviewer, note=" Asked for the payslip. ")

    case.refresh_from_db()
    assert (case.state, case.claimed_by) == ("open", None)
    assert (case.paused_until, case.due_at) == (UNTIL, UNTIL + 4 * HOUR)
    assert (made.paused_by, made.ends_at, made.due_at) == (world.reviewer, UNTIL, DUE)
    assert written.entries() == [("reviews.case.paused", person(world.reviewer))]
    assert written.messages() == [("case.paused", None)]
    assert case.history.latest().actor == person(world.reviewer)
    entry = LedgerEntry.objects.get(event="reviews.case.paused")
    assert orjson.loads(bytes(entry.leaf))["body"] == {
        "reason": "person",
        "until": UNTIL.isoformat(),
        "due_at": (UNTIL + 4 * HOUR).isoformat(),
    }
    assert entry.payload_id == made.note_id
    assert b"payslip" not in bytes(entry.leaf)
    assert made.note.kind == Payload.Kind.PAUSE
    assert read_payload(made.note_id) == {"note": "Asked for the payslip."}


def test_resuming_gives_back_what_was_left(world, case):
    pause(case, world.reviewer, now=NOON + HOUR / 10)
    written = Written()

    # By another of its reviewers.
    resume_case(case_id=case.pk, person=world.reviewers[1], now=NOON + 10 * HOUR)

    case.refresh_from_db()
    assert (case.state, case.paused_until) == ("open", None)
    assert case.due_at == DUE + 10 * HOUR - HOUR / 10
    assert written.entries() == [("reviews.case.resumed", person(world.reviewers[1]))]
    assert written.messages() == [("case.resumed", None)]
    end = PauseEnd.objects.get()
    assert (end.how, end.ended_at) == ("resumed", NOON + 10 * HOUR)
    assert end.actor == person(world.reviewers[1])


def test_claim_next_passes_it_over_and_a_claim_by_name_resumes_it(world, case):
    pause(case, world.reviewer)
    assert claim_next(queue_slug="first-line", reviewer=world.reviewer, now=NOON) is None
    written = Written()

    claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=NOON + HOUR)

    case.refresh_from_db()
    assert (case.state, case.paused_until) == ("claimed", None)
    assert case.due_at == DUE + HOUR
    assert written.events() == ["reviews.case.resumed", "reviews.case.claimed"]
    assert PauseEnd.objects.get().how == PauseEnd.How.CLAIMED


def test_a_case_that_is_late_without_its_pause_is_not_escalated(world, case):
    pause(case, world.reviewer)

    assert sweep_late(case, DUE + HOUR) is None
    assert sweep_late(case, UNTIL + 4 * HOUR - HOUR / 60) is None
    assert not PauseEnd.objects.exists()


def test_it_ends_by_itself_and_the_time_runs_from_its_latest_end(world, case):
    pause(case, world.reviewer)
    late = UNTIL + HOUR
    assert end_lapsed_pause(case_id=case.pk, actor=SWEEP, now=UNTIL - HOUR) is None
    written = Written()

    # The sweep is an hour late: that hour counts.
    end_lapsed_pause(case_id=case.pk, actor=SWEEP, now=late)

    case.refresh_from_db()
    assert (case.paused_until, case.due_at) == (None, UNTIL + 4 * HOUR)
    assert written.entries() == [("reviews.case.resumed", SWEEP.label)]
    assert PauseEnd.objects.get().how == PauseEnd.How.RAN_OUT
    assert end_lapsed_pause(case_id=case.pk, actor=SWEEP, now=late) is None


def test_the_task_ends_what_ran_out(world, case):
    pause(case, world.reviewer)
    with at(UNTIL):
        end_lapsed_pauses()
        end_lapsed_pauses()
    case.refresh_from_db()
    assert case.paused_until is None
    assert PauseEnd.objects.count() == 1


def test_though_no_sweep_ever_ended_it_a_case_climbs_when_its_time_is_over(world, case):
    pause(case, world.reviewer)

    sweep_late(case, UNTIL + 4 * HOUR)

    case.refresh_from_db()
    assert (case.queue, case.rung, case.paused_until) == (world.second_line, 1, None)
    assert PauseEnd.objects.get().how == PauseEnd.How.MOVED


def test_at_the_end_of_the_ladder_a_forgotten_pause_ends_with_the_case(world, case):
    sweep_late(case, DUE)
    claim_case(case_id=case.pk, reviewer=world.senior, now=DUE)
    pause(case, world.senior, now=DUE)

    sweep_late(case, UNTIL + 9 * HOUR)

    case.refresh_from_db()
    assert (case.state, case.paused_until) == ("expired", None)
    assert PauseEnd.objects.get().how == PauseEnd.How.CLOSED


def test_with_its_decision_withdrawn_the_pause_is_over(world, case):
    pause(case, world.reviewer)

    withdraw_decision(
        decision_id=case.decision_id, reason="Twice.", client=world.client, now=NOON + HOUR
    )

    case.refresh_from_db()
    assert (case.state, case.paused_until) == ("withdrawn", None)
    assert PauseEnd.objects.get().how == PauseEnd.How.CLOSED


def test_a_pause_may_follow_a_pause_but_not_for_ever(world, case):
    for number in range(MOST_PAUSES):
        begin = NOON + number * DAY
        pause(case, world.reviewer, now=begin, until=begin + DAY)
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=begin + DAY)
    case.refresh_from_db()
    assert case.due_at == DUE + MOST_PAUSES * DAY

    with refused(PausedTooOften):
        pause(case, world.reviewer, now=NOON + MOST_PAUSES * DAY, until=NOON + 9 * DAY)


def test_who_oversees_pauses_and_resumes_what_nobody_holds(world):
    case = world.open_case()
    pause(case, world.officer)
    with refused(CasePaused):
        pause(case, world.officer)
    resume_case(case_id=case.pk, person=world.officer, now=NOON + HOUR)

    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON + HOUR)
    with refused(NotYourClaim):
        pause(case, world.officer, now=NOON + HOUR)


def test_only_the_holder_pauses_and_only_under_the_lease(world, case):
    with refused(NotYourClaim):
        pause(case, world.reviewers[1])
    with refused(ClaimLapsed):
        pause(case, world.reviewer, now=NOON + 15 * timedelta(minutes=1))
    stranger = make_person(roles=["reviewer"])
    with refused(CaseNotVisible):
        pause(case, stranger)


def test_a_paused_case_is_not_paused_and_a_running_one_not_resumed(world, case):
    with refused(CaseNotPaused):
        resume_case(case_id=case.pk, person=world.reviewer, now=NOON)
    pause(case, world.reviewer)
    with refused(NotYourClaim):
        pause(case, world.reviewer)
    stranger = make_person(roles=["reviewer"])
    with refused(CaseNotVisible):
        resume_case(case_id=case.pk, person=stranger, now=NOON)


def test_a_late_or_closed_case_is_not_paused(world, case):
    late = claim_case(case_id=world.open_case().pk, reviewer=world.reviewers[1], now=DUE)
    with refused(CaseLate):
        pause(late, world.reviewers[1], now=DUE, until=UNTIL)
    world.rule(case, claim=False)
    with refused(CaseNotOpen):
        pause(case, world.officer)


@pytest.mark.parametrize(
    ("until", "code"),
    [(NOON, "past"), (NOON - HOUR, "past"), (NOON + 30 * DAY + HOUR, "range")],
)
def test_an_end_that_is_none_is_refused(world, case, until, code):
    with refused(InputInvalid) as refusal:
        pause(case, world.reviewer, until=until)
    [error] = refusal.value.errors
    assert (error.pointer, error.code) == ("/until", code)


def test_another_reason_is_explained(world, case):
    with refused(InputInvalid) as refusal:
        pause(case, world.reviewer, reason=Pause.Reason.OTHER, note="  ")
    assert refusal.value.errors[0].pointer == "/note"
    pause(case, world.reviewer, reason=Pause.Reason.OTHER, note="The file is on paper.")


def test_after_an_erasure_there_is_no_note_and_the_old_one_is_gone(world, case):
    pause(case, world.reviewer, note="Asked her.")
    erase_subject(
        subject_id=case.decision.subject_id, ground="Art. 17", person=world.officer, now=NOON
    )
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    assert [told.note for told in pauses_told(case)] == [""]
    with refused(InputInvalid) as refusal:
        pause(case, world.reviewer, note="Asked her again.")
    assert refusal.value.errors[0].code == "erased"
    pause(case, world.reviewer)


def contested_case(world):
    contestation = contested(world)
    case = claim_case(case_id=contestation.case_id, reviewer=world.senior, now=LATER)
    return contestation, case


def test_the_time_to_answer_a_contestation_does_not_stand_still(world):
    contestation, case = contested_case(world)
    answer_due, due = contestation.due_at, case.due_at
    with refused(InputInvalid) as refusal:
        pause(case, world.senior, now=LATER, until=answer_due)
    assert "that clock does not stand still" in refusal.value.errors[0].detail

    pause(case, world.senior, now=LATER, until=answer_due - HOUR)

    contestation.refresh_from_db()
    case.refresh_from_db()
    assert contestation.due_at == answer_due
    assert due < case.due_at == answer_due

    resume_case(case_id=case.pk, person=world.senior, now=LATER + HOUR)
    case.refresh_from_db()
    assert case.due_at == due + HOUR


def test_more_time_to_answer_brings_no_paused_case_forward(world):
    contestation, case = contested_case(world)
    pause(case, world.senior, now=LATER, until=contestation.due_at - HOUR)
    before = Case.objects.get(pk=case.pk).due_at

    extend_contestation(
        contestation_id=contestation.pk,
        reason="Complex.",
        notified_at=LATER,
        person=world.officer,
        now=LATER,
    )

    assert Case.objects.get(pk=case.pk).due_at >= before


def test_with_the_contestation_withdrawn_the_pause_is_over(world):
    contestation, case = contested_case(world)
    pause(case, world.senior, now=LATER, until=LATER + DAY)

    withdraw_contestation(
        contestation_id=contestation.pk, actor=Actor.of(world.officer), now=LATER + HOUR
    )

    case.refresh_from_db()
    assert (case.state, case.paused_until) == ("withdrawn", None)


@pytest.mark.parametrize(
    ("who", "paused", "resumed"),
    [
        ("holder", 201, 200),
        ("other", 409, 200),
        ("officer", 409, 200),
        ("auditor", 403, 403),
        ("stranger", 404, 404),
    ],
)
def test_who_may_pause_and_resume(world, case, who, paused, resumed):
    someone = {
        "holder": world.reviewer,
        "other": world.reviewers[1],
        "officer": world.officer,
        "auditor": make_person(roles=["auditor"]),
        "stranger": make_person(roles=["reviewer"]),
    }[who]
    caller = Caller(person=someone)
    assert caller.post(f"cases/{case.pk}/pause", BODY).status == paused
    if paused != 201:
        pause(case, world.reviewer)
    assert caller.post(f"cases/{case.pk}/resume").status == resumed


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"reason": "lunch"}, "/reason"),
        ({"reason": None}, "/reason"),
        ({"until": "tomorrow"}, "/until"),
        ({"until": "2026-11-26T12:00:00"}, "/until"),
        ({"until": 1}, "/until"),
        ({"until": "9999-12-31T23:59:59Z"}, "/until"),
        ({"note": 5}, "/note"),
        ({"note": "x" * 4001}, "/note"),
        ({"for": "ever"}, "/for"),
    ],
)
def test_bad_input_is_named(world, case, change, pointer):
    answer = Caller(person=world.reviewer).post(f"cases/{case.pk}/pause", {**BODY, **change})

    assert answer.status in (400, 422)
    assert answer.pointers == [pointer]
    assert not Pause.objects.exists()
