"""Decisions that people contest, made by the same verbs that the product uses."""

from datetime import timedelta

from governance.models import Actor
from governance.policies import Effect
from reviews.models import Contestation, VerdictKind
from reviews.services.claiming import claim_case
from reviews.services.contesting import Challenge, read_statement, register_contestation
from reviews.services.executing import Act, record_execution
from tests.factories import NOON, build_world, policy_text

STATEMENT = "My second income was overlooked; the letter of my employer says so."
LATER = NOON + timedelta(days=1)
ON_THE_LOOP = policy_text(mode="hotl", rules=" []")


def settled(world, kind=VerdictKind.UPHOLD, outcome=""):
    """A decision that the first reviewer has ruled on."""
    case = world.open_case()
    world.rule(case, kind, outcome=outcome)
    return case.decision


def passing_world():
    """Every decision passes without a person."""
    return build_world(effect=Effect.NONE, text=ON_THE_LOOP)


def carry_out(world, decision, now=NOON):
    permit = decision.permits.get(void=None)
    return record_execution(
        decision_id=decision.pk,
        token=permit.token,
        act=Act(permit.outcome, "letter-1", now),
        client=world.client,
        now=now,
    )


def contest(world, decision, *, now=LATER, received_at=None, statement=STATEMENT, by=None):
    """Registered by the officer, or by the world's program."""
    actor = Actor.client(world.client) if by == "client" else Actor.of(world.officer)
    return register_contestation(
        decision_id=decision.pk,
        challenge=Challenge(statement, received_at or now),
        person=None if by == "client" else world.officer,
        actor=actor,
        now=now,
    )


def contested(world, kind=VerdictKind.UPHOLD, outcome=""):
    """A contestation of a decision that the first reviewer has ruled on."""
    return contest(world, settled(world, kind, outcome))


def taken_up(world, contestation, *, by=None, now=LATER):
    """Claimed by the senior reviewer, and the statement read."""
    person = by or world.senior
    claim_case(case_id=contestation.case_id, reviewer=person, now=now)
    read_statement(case_id=contestation.case_id, reviewer=person, now=now)
    return contestation.case


def ruled(world, contestation, kind=VerdictKind.UPHOLD, outcome="", *, by=None, now=LATER):
    """Ruled on by the senior reviewer, who read the statement first."""
    person = by or world.senior
    case = taken_up(world, contestation, by=person, now=now)
    verdict = world.rule(case, kind, by=person, outcome=outcome, now=now, claim=False)
    return verdict, Contestation.objects.get(pk=contestation.pk)
