"""Contestations at the same moment: one is registered, one of verdict and withdrawal counts."""

from functools import partial

import pytest

from governance.models import Actor, LedgerEntry
from reviews.models import Case, Contestation, Permit, VerdictKind
from reviews.services.contesting import warn_of_clock, withdraw_contestation
from reviews.services.executing import consume_permit
from tests.factories import NOON, build_world
from tests.races.together import codes, together, won
from tests.reviews.contested import contest, settled, taken_up

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(4)


@pytest.mark.parametrize("_", ROUNDS)
def test_of_two_registrations_at_once_one_is_kept(_):
    world = build_world()
    decision = settled(world)

    results = together([partial(contest, world, decision, now=NOON)] * 2)

    assert len(won(results)) == 1
    assert codes(results) == {"contestation_open"}
    assert Case.objects.filter(kind="contestation").count() == 1
    assert LedgerEntry.objects.filter(event="reviews.contestation.registered").count() == 1


@pytest.mark.parametrize("_", ROUNDS)
def test_a_verdict_and_a_withdrawal_at_once_are_one_or_the_other(_):
    world = build_world()
    contestation = contest(world, settled(world), now=NOON)
    case = taken_up(world, contestation, now=NOON)
    rule = partial(
        world.rule, case, VerdictKind.OVERRIDE, by=world.senior, outcome="grant", claim=False
    )

    results = together(
        [
            rule,
            partial(
                withdraw_contestation,
                contestation_id=contestation.pk,
                actor=Actor.of(world.officer),
                now=NOON,
            ),
        ]
    )

    contestation.refresh_from_db()
    case.refresh_from_db()
    assert len(won(results)) == 1
    assert codes(results) <= {"not_your_claim", "contestation_closed"}
    assert contestation.state == case.state
    changed = contestation.state == "decided"
    assert contestation.result == ("changed" if changed else "")
    assert Permit.objects.outstanding(NOON).get().outcome == ("grant" if changed else "refuse")


@pytest.mark.parametrize("_", ROUNDS)
def test_an_override_and_a_use_of_the_old_permit_at_once_never_leave_two_that_act(_):
    world = build_world()
    decision = settled(world)
    case = taken_up(world, contest(world, decision, now=NOON), now=NOON)
    old = Permit.objects.get()
    rule = partial(
        world.rule, case, VerdictKind.OVERRIDE, by=world.senior, outcome="grant", claim=False
    )

    results = together(
        [rule, partial(consume_permit, token=old.token, client=world.client, now=NOON)]
    )

    assert len(won(results)) == 1
    assert codes(results) <= {"permit_void", "already_executed"}
    # Overruled before it was used, or used: then the contestation waits for a reversal.
    assert Contestation.objects.get().state == ("decided" if won(results[:1]) else "open")


def test_two_sweeps_at_once_give_one_warning():
    world = build_world()
    contestation = contest(world, settled(world), now=NOON)
    sweep = partial(
        warn_of_clock,
        contestation_id=contestation.pk,
        actor=Actor.system("sweep"),
        now=contestation.due_at,
    )

    together([sweep] * 3)

    assert LedgerEntry.objects.filter(event="reviews.contestation.warned").count() == 1
