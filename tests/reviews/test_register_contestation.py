"""A person contests a decision: the statement is sealed, the clock runs, another person looks."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.errors import InputInvalid
from governance.ledger.payloads import read_payload
from governance.models import LedgerEntry, OutboxMessage, Payload
from governance.services.erasure import erase_subject
from reviews.errors import ContestationOpen, NoQueueOpen, NotContestable, SubjectErased
from reviews.models import Case, Contestation, Decision, VerdictKind
from reviews.selectors.standing import Standing, standing_of
from reviews.services.closing import withdraw_decision
from reviews.services.contesting import Challenge, register_contestation, withdraw_contestation
from reviews.services.escalation import escalate_late_case
from reviews.services.halting import place_halt
from tests.factories import NOON, SETUP, build_world, change, policy_text
from tests.governance.api.calling import Caller, integrator
from tests.reviews.contested import (
    LATER,
    STATEMENT,
    carry_out,
    contest,
    contested,
    passing_world,
    ruled,
    settled,
)
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


def test_the_statement_is_sealed_the_clock_runs_and_a_case_is_opened():
    world = build_world()
    decision = settled(world)
    written = Written()

    contestation = contest(world, decision, received_at=NOON)

    case = contestation.case
    assert (case.kind, case.state, case.queue) == ("contestation", "open", world.first_line)
    # The policy's four hours end before the clock's month.
    assert case.due_at == LATER + timedelta(hours=4)
    assert (case.priority, case.blind_first, case.verdicts_required) == (90.0, False, 1)
    assert contestation.due_at == datetime(2026, 12, 23, 12, 0, tzinfo=UTC)
    assert (contestation.state, contestation.result, contestation.closed_at) == ("open", "", None)
    assert contestation.registered_by == world.officer
    assert read_payload(contestation.statement_id) == {"statement": STATEMENT}
    assert Payload.objects.get(pk=contestation.statement_id).subject_id == decision.subject_id
    assert written.entries() == [
        ("reviews.contestation.registered", person(world.officer)),
        ("reviews.case.opened", person(world.officer)),
    ]
    message = OutboxMessage.objects.latest("id")
    assert (message.event, message.subject_id) == ("contestation.registered", decision.pk)
    assert contestation.history.latest().actor == person(world.officer)
    entry = LedgerEntry.objects.get(event="reviews.contestation.registered")
    assert entry.payload_id == contestation.statement_id
    assert STATEMENT not in bytes(entry.leaf).decode()
    assert STATEMENT not in str(message.body)


def test_what_was_decided_stays_as_it_is():
    world = build_world()
    decision = settled(world)
    before = standing_of(Decision.objects.get(pk=decision.pk), LATER)

    contest(world, decision)

    after = standing_of(Decision.objects.get(pk=decision.pk), LATER)
    assert (after.standing, after.outcome) == (before.standing, before.outcome)


def test_the_earlier_of_the_policys_and_the_clocks_deadline_counts():
    world = build_world(text=policy_text().replace("PT4H", "P90D"))
    decision = settled(world)

    assert contest(world, decision).case.due_at == datetime(2026, 12, 24, 12, 0, tzinfo=UTC)


def test_the_policys_number_of_verdicts_is_asked_for():
    world = build_world(text=policy_text(verdicts=2), reviewers=3)
    case = world.open_case()
    for reviewer in world.reviewers[:2]:
        world.rule(case, by=reviewer)

    assert contest(world, case.decision).case.verdicts_required == 2


def held(world):
    case = world.open_case()
    for days in (1, 2):
        escalate_late_case(case_id=case.pk, actor=SETUP, now=NOON + timedelta(days=days))
    case.refresh_from_db()
    assert case.state == "expired"
    return case.decision


def executed(world):
    decision = settled(world)
    carry_out(world, decision)
    return decision


@pytest.mark.parametrize("make", [settled, executed, held])
def test_what_a_person_or_nobody_ruled_can_be_contested(make):
    world = build_world()

    assert contest(world, make(world), now=NOON + timedelta(days=3)).state == "open"


def test_what_passed_without_a_person_can_be_contested():
    world = passing_world()

    assert contest(world, world.submit()).state == "open"


def waits(world):
    return world.open_case().decision


def blocked(world):
    place_halt(
        system=world.system,
        decision_type=None,
        reason="Odd outputs.",
        placed_by=world.owner,
        actor=SETUP,
        now=NOON,
    )
    return world.submit()


def withdrawn(world):
    decision = world.submit()
    withdraw_decision(decision_id=decision.pk, reason="Twice.", client=world.client, now=NOON)
    return decision


def undoing_ordered(world):
    decision = executed(world)
    ruled(world, contest(world, decision), VerdictKind.REVERSE, "grant")
    return decision


@pytest.mark.parametrize("make", [waits, blocked, withdrawn, undoing_ordered])
def test_where_nothing_stands_there_is_nothing_to_contest(make):
    world = build_world()
    decision = make(world)

    with refused(NotContestable) as refusal:
        contest(world, decision)
    assert refusal.value.detail.endswith(("contested", "carried out", "so nothing stands"))


def test_a_second_one_waits_for_the_first():
    world = build_world()
    first = contested(world)

    with refused(ContestationOpen):
        contest(world, first.decision)

    withdraw_contestation(contestation_id=first.pk, actor=SETUP, now=LATER)
    assert contest(world, first.decision).pk != first.pk


def test_of_a_person_whose_data_were_erased_nothing_more_is_kept():
    world = build_world()
    decision = settled(world)
    erase_subject(subject_id=decision.subject_id, ground="Art. 17", person=world.officer, now=NOON)

    with refused(SubjectErased):
        contest(world, decision)


def test_where_no_queue_takes_cases_nothing_is_kept():
    world = build_world()
    decision = settled(world)
    world.first_line.is_open = False
    change(world.first_line, "is_open")

    with refused(NoQueueOpen):
        contest(world, decision)


@pytest.mark.parametrize(
    ("challenge", "pointer"),
    [
        (Challenge("  ", LATER), "/statement"),
        (Challenge("x" * 20_001, LATER), "/statement"),
        (Challenge("No.", LATER + timedelta(minutes=6)), "/received_at"),
        (Challenge("No.", NOON - timedelta(minutes=2)), "/received_at"),
    ],
)
def test_a_faulty_statement_is_refused_by_name(challenge, pointer):
    world = build_world()
    decision = settled(world)

    with refused(InputInvalid) as refusal:
        register_contestation(
            decision_id=decision.pk,
            challenge=challenge,
            person=world.officer,
            actor=SETUP,
            now=LATER,
        )
    assert [fault.pointer for fault in refusal.value.errors] == [pointer]


def body(contested_decision, **changes):
    return {
        "decision": str(contested_decision.pk),
        "statement": STATEMENT,
        "received_at": NOON.isoformat(),
    } | changes


def test_a_program_registers_for_its_own_system_and_no_person_is_named():
    world = build_world()
    decision = settled(world)

    answer = integrator(world).post(
        "subjects/customer-1/contest",
        {
            "external_id": decision.external_id,
            "statement": STATEMENT,
            "received_at": NOON.isoformat(),
        },
        now=LATER,
        Idempotency_Key="once",
    )

    assert (answer.status, answer.body["state"]) == (201, "open")
    assert STATEMENT not in str(answer.body)
    contestation = Contestation.objects.get()
    assert contestation.registered_by is None
    assert contestation.history.latest().actor == f"client:{world.client.pk}"


@pytest.mark.parametrize(
    ("reference", "changes", "status"),
    [
        ("customer-1", {}, 201),
        ("customer-2", {}, 404),
        ("nobody%00", {}, 404),
        ("customer-1", {"decision": "01939c6e-5c2f-7a10-8000-5a0b1c2d3e4f"}, 404),
        ("customer-1", {"decision": None}, 400),
        ("customer-1", {"external_id": "x"}, 400),
        ("customer-1", {"statement": ""}, 400),
        ("customer-1", {"odd": 1}, 400),
    ],
)
def test_the_person_and_the_decision_must_belong_together(reference, changes, status):
    world = build_world()
    decision = settled(world)
    world.submit(subject={"ref": "customer-2"})

    answer = Caller(person=world.officer).post(
        f"subjects/{reference}/contest", body(decision, **changes), now=LATER
    )

    assert answer.status == status, answer.body
    assert Contestation.objects.count() == (1 if status == 201 else 0)


@pytest.mark.parametrize(("who", "status"), [("officer", 201), ("reviewer", 403), ("owner", 403)])
def test_only_those_who_answer_register(who, status):
    world = build_world()
    decision = settled(world)

    answer = Caller(person=getattr(world, who)).post(
        "subjects/customer-1/contest", body(decision), now=LATER
    )

    assert answer.status == status
    assert Case.objects.filter(kind="contestation").count() == (1 if status == 201 else 0)


def test_another_systems_decision_is_not_there_for_a_program():
    world = build_world()
    decision = settled(world)
    world.client.systems = ["hiring"]
    change(world.client, "systems")

    answer = integrator(world).post("subjects/customer-1/contest", body(decision), now=LATER)

    assert answer.status == 404
    assert standing_of(decision, LATER).standing is Standing.PERMIT_LAPSED
