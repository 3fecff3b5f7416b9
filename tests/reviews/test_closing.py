"""What the integrator says afterwards: a decision withdrawn, a true outcome learned."""

import pytest

from governance.errors import InputInvalid
from governance.services.api_keys import create_client
from reviews.errors import AlreadyExecuted, AlreadyWithdrawn, CaseNotOpen
from reviews.models import Decision, GroundTruth, PermitVoid, Withdrawal
from reviews.services.claiming import claim_case
from reviews.services.closing import record_truth, withdraw_decision
from reviews.services.executing import consume_permit
from tests.factories import NOON, SETUP, build_world
from tests.governance.api.calling import Caller, integrator
from tests.reviews.written import Written, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


def withdraw(world, decision, client=None):
    return withdraw_decision(
        decision_id=decision.pk, reason="Sent twice.", client=client or world.client, now=NOON
    )


def learn(world, decision, outcome="grant", client=None):
    return record_truth(
        decision_id=decision.pk,
        outcome=outcome,
        source="repayment",
        observed_at=NOON,
        client=client or world.client,
        now=NOON,
    )


def test_withdrawing_ends_the_case_even_a_claimed_one(world):
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    written = Written()

    withdraw(world, case.decision)

    case.refresh_from_db()
    assert (case.state, case.claimed_by, case.closed_at) == ("withdrawn", None, NOON)
    assert written.entries() == [
        ("reviews.decision.withdrawn", f"client:{world.client.pk}"),
        ("reviews.case.withdrawn", f"client:{world.client.pk}"),
    ]
    assert written.messages() == [("decision.finalised", "withdrawn")]
    assert case.history.latest().actor == f"client:{world.client.pk}"
    with refused(CaseNotOpen):
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def test_withdrawing_voids_the_unused_permit(world):
    decision = world.submit(outcome="grant", confidence=0.99)
    written = Written()

    withdraw(world, decision)

    assert decision.permits.get().void.reason == PermitVoid.Reason.WITHDRAWN
    assert written.events() == ["reviews.decision.withdrawn", "reviews.permit.voided"]


def test_what_was_used_or_withdrawn_is_not_withdrawn(world):
    used = world.submit(outcome="grant", confidence=0.99)
    consume_permit(token=used.permits.get().token, client=world.client, now=NOON)
    gone = world.submit()
    withdraw(world, gone)

    with refused(AlreadyExecuted):
        withdraw(world, used)
    with refused(AlreadyWithdrawn):
        withdraw(world, gone)


def test_a_true_outcome_is_kept_and_so_is_its_correction(world):
    decision = world.submit()
    written = Written()

    first = learn(world, decision, "grant")
    second = learn(world, decision, "refuse")

    assert list(decision.truths.order_by("id")) == [first, second]
    assert written.entries() == [("reviews.truth.recorded", f"client:{world.client.pk}")] * 2
    assert written.messages()[1:] == []


def test_only_an_outcome_of_the_type_can_be_true(world):
    decision = world.submit()

    with refused(InputInvalid) as refusal:
        learn(world, decision, "unheard-of")

    assert [error.pointer for error in refusal.value.errors] == ["/outcome"]


def test_anothers_decision_is_not_there(world):
    decision = world.submit()
    other = create_client(name="Other", systems=[], owner=world.owner, actor=SETUP, now=NOON)

    with refused(Decision.DoesNotExist):
        withdraw(world, decision, other)
    with refused(Decision.DoesNotExist):
        learn(world, decision, client=other)


@pytest.mark.parametrize(
    ("who", "allowed"), [("key", True), ("reviewer", False), ("owner", False), ("nobody", False)]
)
def test_only_a_key_withdraws_and_reports_what_was_true(world, who, allowed):
    decision = world.submit()
    caller = {
        "key": integrator(world),
        "reviewer": Caller(person=world.reviewer),
        "owner": Caller(person=world.owner),
        "nobody": Caller(),
    }[who]
    truth = {"outcome": "grant", "source": "repayment", "observed_at": NOON.isoformat()}

    caller.post(f"decisions/{decision.pk}/outcome", truth)
    caller.post(f"decisions/{decision.pk}/withdraw", {"reason": "Sent twice."})

    assert GroundTruth.objects.exists() is allowed
    assert Withdrawal.objects.exists() is allowed
