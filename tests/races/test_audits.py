"""Sweeps of audit rates beside each other, interventions beside the executing system."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from governance.models import Actor, LedgerEntry
from governance.policies import Effect
from reviews.models import (
    AuditCount,
    AuditRate,
    Case,
    Execution,
    PermitUse,
    Reversal,
    ReversalAlarm,
    VerdictKind,
)
from reviews.services.audit_rates import adapt_audit_rates
from reviews.services.executing import Act, confirm_undone, consume_permit, record_execution
from reviews.services.interventions import open_intervention
from reviews.services.reversal_alarms import raise_reversal_alarm
from tests.factories import NOON, build_world, policy_text
from tests.races.together import codes, together, won
from tests.reviews.test_adapt_audit_rates import PLAN
from tests.reviews.test_reversal_alarms import LATE

pytestmark = pytest.mark.django_db(transaction=True)

SWEEP = Actor.system("sweep")
MINUTE = timedelta(minutes=1)
OPEN = policy_text(mode="hotl", rules=" []") + "\nintervention_window: PT2H\n"


def test_sweeps_beside_each_other_and_beside_intake_change_each_rate_once():
    plan = PLAN.format(segments="outcome", min_rate=0.01, max_rate=1.0)
    world = build_world(
        effect=Effect.NONE, text=policy_text(mode="hotl", rules=" []", audit_rate=0.2) + plan
    )
    case = Case.objects.get(decision=world.submit(outcome="grant"))

    def sweep(now):
        return adapt_audit_rates(decision_type_id=world.decision_type.pk, actor=SWEEP, now=now)

    started = together([partial(sweep, NOON + MINUTE)] * 4)
    assert sum(won(started)) == AuditRate.objects.count() == 1
    world.rule(case, VerdictKind.OVERRIDE, outcome="refuse", now=NOON + MINUTE)

    later = NOON + 3 * MINUTE
    submit = partial(world.submit, outcome="grant", now=later)
    raised = together([*[partial(sweep, later)] * 4, submit, submit])[:4]

    assert sum(raised) == 1
    assert AuditRate.objects.get().rate == 1.0
    assert LedgerEntry.objects.filter(event__startswith="reviews.auditrate").count() == 2
    assert AuditCount.objects.get().errors == 1


@pytest.mark.parametrize("_", range(6))
def test_an_override_beside_the_use_of_the_permit_is_first_or_too_late(_):
    world = build_world(effect=Effect.NONE, text=OPEN)
    decision = world.submit(outcome="grant")
    token = decision.permits.get().token
    case = open_intervention(decision_id=decision.pk, reviewer=world.reviewer, now=NOON)

    used, ruled = together(
        [
            partial(consume_permit, token=token, client=world.client, now=NOON),
            partial(world.rule, case, VerdictKind.OVERRIDE, outcome="refuse", claim=False),
        ]
    )

    case.refresh_from_db()
    assert len(won([used, ruled])) == 1
    assert codes([used, ruled]) <= {"permit_voided", "already_executed"}
    assert PermitUse.objects.exists() == (case.state == "claimed")


@pytest.mark.parametrize("_", range(6))
def test_a_reversal_beside_the_execution_undoes_it_or_comes_too_early(_):
    world = build_world(effect=Effect.NONE, text=OPEN)
    decision = world.submit(outcome="grant")
    case = open_intervention(decision_id=decision.pk, reviewer=world.reviewer, now=NOON)
    act = Act("grant", "letter-1", NOON)

    done, ruled = together(
        [
            partial(
                record_execution,
                decision_id=decision.pk,
                token=decision.permits.get().token,
                act=act,
                client=world.client,
                now=NOON,
            ),
            partial(world.rule, case, VerdictKind.REVERSE, outcome="refuse", claim=False),
        ]
    )

    assert won([done])
    assert codes([ruled]) <= {"not_executed"}
    assert Reversal.objects.exists() == bool(won([ruled]))


def test_two_reviewers_who_intervene_at_once_open_one_case():
    world = build_world(effect=Effect.NONE, text=OPEN)
    decision = world.submit(outcome="grant")

    opened = together(
        [
            partial(open_intervention, decision_id=decision.pk, reviewer=person, now=NOON)
            for person in (*world.reviewers, world.senior)
        ]
    )

    assert len(won(opened)) == Case.objects.count() == 1
    assert codes(opened) == {"intervention_open"}


@pytest.mark.parametrize("_", range(6))
def test_an_alarm_beside_the_confirmation_is_never_left_open(_):
    world = build_world(effect=Effect.NONE, text=OPEN)
    decision = world.submit(outcome="grant")
    record_execution(
        decision_id=decision.pk,
        token=decision.permits.get().token,
        act=Act("grant", "letter-1", NOON),
        client=world.client,
        now=NOON,
    )
    case = open_intervention(decision_id=decision.pk, reviewer=world.reviewer, now=NOON)
    world.rule(case, VerdictKind.REVERSE, outcome="refuse", claim=False)
    reversal = Reversal.objects.get()
    alarm = partial(raise_reversal_alarm, reversal_id=reversal.pk, actor=SWEEP, now=LATE)

    together(
        [
            alarm,
            partial(
                confirm_undone,
                decision_id=decision.pk,
                act=Act("refuse", "letter-2", LATE),
                client=world.client,
                now=LATE,
            ),
            alarm,
        ]
    )

    assert Execution.objects.filter(kind="undone").count() == 1
    assert not ReversalAlarm.objects.open().exists()
    assert ReversalAlarm.objects.count() <= 1
