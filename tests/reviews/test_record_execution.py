"""What the caller did, under which permit; and what it undid, on whose order."""

import pytest

from governance.policies import Effect
from reviews.errors import (
    AlreadyConfirmed,
    AlreadyExecuted,
    NotPermittedYet,
    OutcomeNotPermitted,
    PermitVoided,
)
from reviews.models import Decision, Execution, PermitUse, VerdictKind
from reviews.services.executing import Act, confirm_undone, consume_permit, record_execution
from reviews.services.halting import place_halt
from tests.factories import NOON, SETUP, build_world, policy_text
from tests.governance.api.calling import Caller, integrator
from tests.reviews.written import Written, refused

pytestmark = pytest.mark.django_db

WHEN = NOON.isoformat()


@pytest.fixture
def world():
    return build_world(effect=Effect.NONE, text=policy_text(mode="hotl", rules=" []", audit_rate=1))


@pytest.fixture
def permit(world):
    return world.submit(outcome="grant").permits.get()


def carry_out(world, permit, outcome="grant", decision=None):
    return record_execution(
        decision_id=decision or permit.decision_id,
        token=permit.token,
        act=Act(outcome, "letter-1", NOON),
        client=world.client,
        now=NOON,
    )


def undo(world, decision, outcome="refuse"):
    return confirm_undone(
        decision_id=decision.pk,
        act=Act(outcome, "letter-2", NOON),
        client=world.client,
        now=NOON,
    )


def reversed_by_a_person(world, permit):
    carry_out(world, permit)
    world.rule(permit.decision.cases.get(), VerdictKind.REVERSE, outcome="refuse")
    return permit.decision


def test_an_execution_uses_the_permit_and_is_recorded(world, permit):
    written = Written()

    done = carry_out(world, permit)

    assert (done.kind, done.outcome, done.reference) == ("carried_out", "grant", "letter-1")
    assert done.permit_use == PermitUse.objects.get(permit=permit)
    assert written.entries() == [
        ("reviews.permit.consumed", f"client:{world.client.pk}"),
        ("reviews.decision.executed", f"client:{world.client.pk}"),
    ]


def test_a_permit_consumed_before_is_not_used_again(world, permit):
    use = consume_permit(token=permit.token, client=world.client, now=NOON)
    written = Written()

    done = carry_out(world, permit)

    assert done.permit_use == use
    assert written.events() == ["reviews.decision.executed"]


def test_no_execution_of_another_outcome_twice_or_of_another_decision(world, permit):
    other = world.submit(outcome="grant")
    with refused(OutcomeNotPermitted):
        carry_out(world, permit, outcome="refuse")
    with refused(NotPermittedYet):
        carry_out(world, permit, decision=other.pk)
    carry_out(world, permit)
    with refused(AlreadyExecuted):
        carry_out(world, permit)


def test_no_execution_during_a_halt(world, permit):
    place_halt(
        system=None,
        decision_type=None,
        reason="Everything stops.",
        placed_by=world.senior,
        actor=SETUP,
        now=NOON,
    )

    with refused(PermitVoided):
        carry_out(world, permit)


def test_what_was_consumed_before_a_halt_may_still_be_reported(world, permit):
    consume_permit(token=permit.token, client=world.client, now=NOON)
    place_halt(
        system=world.system,
        decision_type=None,
        reason="Implausible outputs.",
        placed_by=world.senior,
        actor=SETUP,
        now=NOON,
    )

    assert carry_out(world, permit).outcome == "grant"


def test_an_undoing_is_confirmed_under_the_order_of_a_person(world, permit):
    decision = reversed_by_a_person(world, permit)
    written = Written()

    undone = undo(world, decision)

    assert (undone.kind, undone.outcome) == ("undone", "refuse")
    assert undone.reversal == decision.reversal
    assert undone.permit_use is None
    assert written.entries() == [("reviews.decision.undone", f"client:{world.client.pk}")]
    assert written.messages() == [("decision.reversed", "reversed")]


def test_nothing_is_undone_without_order_otherwise_or_twice(world, permit):
    with refused(NotPermittedYet):
        undo(world, permit.decision)
    decision = reversed_by_a_person(world, permit)
    with refused(OutcomeNotPermitted):
        undo(world, decision, outcome="grant")
    undo(world, decision)
    with refused(AlreadyConfirmed):
        undo(world, decision)


def test_a_decision_of_anothers_system_is_not_there(world, permit):
    decision = reversed_by_a_person(world, permit)
    world.client.systems = []

    with refused(Decision.DoesNotExist):
        undo(world, decision)


@pytest.mark.parametrize(("who", "status"), [("key", 201), ("owner", 403), ("nobody", 401)])
def test_only_a_key_reports_executions(world, permit, who, status):
    caller = {"key": integrator(world), "owner": Caller(person=world.owner), "nobody": Caller()}
    body = {"permit": permit.token, "outcome": "grant", "executed_at": WHEN}

    answer = caller[who].post(f"decisions/{permit.decision_id}/executions", body)

    assert answer.status == status
    assert Execution.objects.count() == (1 if status == 201 else 0)


@pytest.mark.parametrize(
    "body",
    [
        {"outcome": "grant", "executed_at": WHEN},
        {"kind": "undone", "permit": "a.b.c", "outcome": "grant", "executed_at": WHEN},
    ],
)
def test_a_permit_is_needed_for_everything_but_an_undoing(world, permit, body):
    answer = integrator(world).post(f"decisions/{permit.decision_id}/executions", body)

    assert (answer.status, answer.pointers) == (400, ["/permit"])
