"""The broker is away for ten minutes: no sweep comes, intake and verdicts go on, and afterwards
each rung fires once."""

from datetime import timedelta

import pytest

from reviews.models import Case, Escalation, Verdict
from reviews.tasks import escalate_overdue_cases
from tests.factories import NOON, build_world
from tests.governance.api.calling import Caller, at, integrator
from tests.reviews.ladders.made import world_on
from tests.reviews.test_without_a_broker import no_redis

__all__ = ["no_redis"]
pytestmark = pytest.mark.django_db(transaction=True)

LADDER = """
version: 1
rungs:
  - {within: PT3M, raise_priority: 1}
  - {within: PT3M, raise_priority: 1}
  - {within: PT1H, raise_priority: 1}
"""
DUE = NOON + timedelta(hours=4)
MINUTE = timedelta(minutes=1)


def test_rungs_fire_when_it_is_back_and_nothing_twice(no_redis):
    world = world_on(build_world(), LADDER)
    program, reviewer = integrator(world), Caller(person=world.reviewer)
    late = [world.open_case() for _ in range(3)]
    for minute in range(10):
        now = DUE + minute * MINUTE
        with at(now):
            assert program.post("decisions", world.body()).status == 201
            case = Case.objects.order_by("id").last()
            assert reviewer.post(f"cases/{case.pk}/claim").status == 200
            verdict = {"claim": 1, "kind": "uphold", "reason_code": "agrees", "reason_text": ""}
            assert reviewer.post(f"cases/{case.pk}/verdict", verdict).status == 201
    assert Verdict.objects.count() == 10
    assert not Escalation.objects.exists()

    back = DUE + 10 * MINUTE
    for now in (back, back, back + 3 * MINUTE, back + 3 * MINUTE, back + 6 * MINUTE):
        with at(now):
            escalate_overdue_cases()

    for case in late:
        fired = case.escalations.order_by("rung").values_list("rung", "escalated_at")
        assert list(fired) == [
            (1, back), (2, back + 3 * MINUTE), (3, back + 6 * MINUTE),
        ]  # fmt: skip
    assert Escalation.objects.count() == 9
