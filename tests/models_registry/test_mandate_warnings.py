"""A mandate is warned of before it is used up or ends: each warning once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from governance.models import Actor, OutboxMessage
from governance.policies import Effect
from models_registry.services.mandate_warnings import mandates_to_warn_of, warn_of_mandate
from models_registry.services.mandates import issue_mandate, revoke_mandate
from models_registry.tasks import warn_of_mandates
from tests.factories import NOON, build_world, policy_text
from tests.governance.api.calling import at
from tests.reviews.written import Written

pytestmark = pytest.mark.django_db

PASSES = """
  - {id: all, title: All, when: confidence >= 0.0, then: pass, reason: Under the mandate.}
"""
DAY = timedelta(days=1)


@pytest.fixture
def world():
    text = policy_text(mode="hic", rules=PASSES, reviewer_sees="blind_first")
    return build_world(effect=Effect.NONE, text=text)


def allow(world, **limits):
    return issue_mandate(
        **{"max_decisions": 5, "valid_until": NOON + 30 * DAY} | limits,
        decision_type=world.decision_type,
        objective="Small loans.",
        issued_by=world.officer,
        now=NOON,
    )


def sweep(now=NOON):
    """As the worker runs it; the messages that it left."""
    written = Written()
    with at(now):
        warn_of_mandates()
    return [event for event, _ in written.messages()]


def test_four_fifths_of_the_decisions_are_warned_of_once(world):
    mandate = allow(world)
    for _ in range(3):
        world.submit()
    assert sweep() == []
    world.submit()
    written = Written()

    assert sweep() == ["mandate.nearly_used"]

    assert written.entries() == [("models_registry.mandate.nearly_used", "system:warn_of_mandates")]
    message = OutboxMessage.objects.get(event="mandate.nearly_used")
    assert (message.system, message.body["percent_used"]) == ("lending", 80)
    mandate.refresh_from_db()
    assert mandate.warned_of_use_at == NOON
    world.submit()
    assert sweep() == []


def test_four_fifths_of_the_impact_are_warned_of(world):
    allow(world, max_decisions=100, max_total_impact=Decimal(10))
    world.submit(impact=Decimal("7.9999"))
    assert sweep() == []
    world.submit(impact=Decimal("0.0001"))
    assert sweep() == ["mandate.nearly_used"]


def test_a_week_and_a_day_before_the_end_are_warned_of_once_each(world):
    mandate = allow(world)
    end = mandate.valid_until
    swept = [
        sweep(end - 7 * DAY - timedelta(seconds=1)),
        sweep(end - 7 * DAY),
        sweep(end - 6 * DAY),
        sweep(end - DAY),
        sweep(end - timedelta(hours=1)),
        sweep(end),
    ]
    assert swept == [[], ["mandate.ending"], [], ["mandate.ending"], [], []]


def test_a_late_sweep_gives_the_nearer_warning_alone(world):
    mandate = allow(world)
    assert sweep(mandate.valid_until - timedelta(hours=3)) == ["mandate.ending"]
    assert sweep(mandate.valid_until - timedelta(hours=2)) == []


def test_a_mandate_for_three_days_is_not_warned_of_a_week_before(world):
    mandate = allow(world, valid_until=NOON + 3 * DAY)
    assert sweep() == []
    assert sweep(mandate.valid_until - DAY) == ["mandate.ending"]


def test_what_was_revoked_is_not_warned_of(world):
    mandate = allow(world, max_decisions=1)
    world.submit()
    assert mandates_to_warn_of(NOON) == [mandate.pk]
    revoke_mandate(mandate=mandate, actor=Actor.of(world.officer), now=NOON)
    assert mandates_to_warn_of(NOON) == []
    actor = Actor.system("warn_of_mandates")
    assert warn_of_mandate(mandate_id=mandate.pk, actor=actor, now=NOON) == []


def test_looking_costs_the_same_for_any_number(world, django_assert_num_queries):
    for _ in range(5):
        allow(world)
        world.submit()
    with django_assert_num_queries(3):
        mandates_to_warn_of(NOON)
