"""One permit, many who want it; and people who overrule it at the same moment."""

from functools import partial

import pytest

from governance.policies import Effect
from reviews.models import Case, Permit, PermitUse, VerdictKind
from reviews.services.claiming import claim_case
from reviews.services.closing import withdraw_decision
from reviews.services.executing import consume_permit, renew_permit
from tests.factories import NOON, build_world, policy_text
from tests.races.together import codes, together, won

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(8)


def passing_world():
    text = policy_text(mode="hotl", rules=" []", audit_rate=1)
    return build_world(effect=Effect.NONE, text=text)


def test_of_fifty_who_use_one_permit_one_may_act():
    world = passing_world()
    permit = world.submit().permits.get()

    results = together(
        [partial(consume_permit, token=permit.token, client=world.client, now=NOON)] * 50
    )

    assert len(won(results)) == 1
    assert codes(results) == {"permit_spent"}
    assert PermitUse.objects.count() == 1


@pytest.mark.parametrize("_", ROUNDS)
def test_a_use_and_an_override_at_once_never_leave_two_that_may_act(_):
    world = passing_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    old = Permit.objects.get()

    used, ruled = together(
        [
            partial(consume_permit, token=old.token, client=world.client, now=NOON),
            partial(world.rule, case, VerdictKind.OVERRIDE, outcome="grant", claim=False),
        ]
    )

    assert len(won([used, ruled])) == 1
    assert codes([used, ruled]) <= {"permit_void", "already_executed"}
    usable = list(Permit.objects.outstanding(NOON))
    assert [permit.outcome for permit in usable] == ([] if won([used]) else ["grant"])


@pytest.mark.parametrize("_", ROUNDS)
def test_a_use_and_a_withdrawal_at_once_are_one_or_the_other(_):
    world = passing_world()
    permit = world.submit().permits.get()

    results = together(
        [
            partial(consume_permit, token=permit.token, client=world.client, now=NOON),
            partial(
                withdraw_decision,
                decision_id=permit.decision_id,
                reason="Twice.",
                client=world.client,
                now=NOON,
            ),
        ]
    )

    assert len(won(results)) == 1
    assert codes(results) <= {"permit_void", "already_executed"}


@pytest.mark.parametrize("make", [build_world, passing_world])
@pytest.mark.parametrize("_", ROUNDS)
def test_a_verdict_and_a_withdrawal_at_once_are_one_or_the_other(_, make):
    world = make()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    together(
        [
            partial(world.rule, case, VerdictKind.OVERRIDE, outcome="grant", claim=False),
            partial(
                withdraw_decision,
                decision_id=case.decision_id,
                reason="Twice.",
                client=world.client,
                now=NOON,
            ),
        ]
    )

    assert Case.objects.get().state in {"decided", "withdrawn"}
    assert not Permit.objects.outstanding(NOON).exists()


@pytest.mark.parametrize("_", ROUNDS)
def test_using_and_renewing_at_once_leaves_one_use(_):
    world = passing_world()
    permit = world.submit().permits.get()
    renew = partial(renew_permit, decision_id=permit.decision_id, client=world.client, now=NOON)

    results = together(
        [partial(consume_permit, token=permit.token, client=world.client, now=NOON), renew, renew]
    )

    assert codes(results) <= {"already_executed"}
    assert PermitUse.objects.count() == 1
    assert not Permit.objects.outstanding(NOON).exists()
