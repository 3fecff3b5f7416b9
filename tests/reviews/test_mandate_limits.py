"""What a mandate limits besides the number of decisions: periods, impact, segments, its end."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from governance.errors import InputInvalid
from governance.models import Actor
from governance.policies import Effect
from governance.services.motions import move
from models_registry.models import Mandate, MandateUse
from models_registry.motions import mandates
from models_registry.selectors.mandate_use import Used, period_began, used_up, used_up_of
from models_registry.services.mandates import issue_mandate, revoke_mandate
from reviews.errors import MandateEnded, PermitExpired
from reviews.models import Permit
from reviews.services.derivation import derive_again
from reviews.services.executing import consume_permit, inspect_permit, renew_permit
from tests.factories import NOON, build_world, policy_text
from tests.governance.motions.motioning import vote
from tests.reviews.written import refused

pytestmark = pytest.mark.django_db

EVERYTHING_PASSES = """
  - id: all
    title: Everything passes
    when: confidence >= 0.0
    then: pass
    reason: Under the mandate.
"""
HOUR = timedelta(hours=1)
UNTIL = NOON + timedelta(days=40)


@pytest.fixture
def world():
    text = policy_text(mode="hic", rules=EVERYTHING_PASSES, reviewer_sees="blind_first")
    return build_world(effect=Effect.NONE, text=text)


def allow(world, **limits):
    return issue_mandate(
        **{"max_decisions": 100, "valid_until": UNTIL} | limits,
        decision_type=world.decision_type,
        objective="Small loans this week.",
        issued_by=world.officer,
        now=NOON,
    )


def answer(decision):
    codes = [reason["code"] for reason in decision.evaluation.result["reasons"]]
    return decision.evaluation.disposition, codes[0]


PASSED = ("pass", "rule")


@pytest.mark.parametrize(
    ("period", "still", "afresh"),
    [
        ("day", NOON.replace(hour=23, minute=59), NOON.replace(day=24, hour=0)),
        ("week", NOON.replace(day=29), NOON.replace(day=30, hour=0)),
        ("month", NOON.replace(day=30), NOON.replace(month=12, day=1, hour=0)),
        ("PT12H", NOON + 12 * HOUR - timedelta(seconds=1), NOON + 12 * HOUR),
    ],
)
def test_decisions_count_by_period_and_begin_afresh_with_the_next(world, period, still, afresh):
    allow(world, period=period, max_decisions_per_period=2)
    passed = [answer(world.submit()) for _ in range(2)]

    assert [disposition for disposition, _ in passed] == ["pass", "pass"]
    assert answer(world.submit(now=still)) == ("block", "mandate_period_used_up")
    assert answer(world.submit(now=afresh))[0] == "pass"
    assert [use.period_ordinal for use in MandateUse.objects.order_by("ordinal")] == [1, 2, 1]


def test_impact_counts_exactly_in_all_and_per_period(world):
    mandate = allow(
        world,
        max_total_impact=Decimal("0.3"),
        period="day",
        max_impact_per_period=Decimal("0.2"),
    )
    tenth, later = Decimal("0.1"), NOON + timedelta(days=1)

    assert answer(world.submit(impact=tenth))[0] == "pass"
    assert answer(world.submit(impact=tenth))[0] == "pass"
    assert answer(world.submit(impact=tenth)) == ("block", "mandate_period_used_up")
    assert answer(world.submit(impact=Decimal("0.1001"), now=later)) == ("block", "mandate_used_up")
    assert answer(world.submit(impact=tenth, now=later))[0] == "pass"
    assert answer(world.submit(impact=Decimal("0.0001"), now=later)) == ("block", "mandate_used_up")
    assert used_up(mandate, later) == Used(
        3, Decimal("0.3"), later.replace(hour=0), 1, Decimal("0.1")
    )


def test_an_unknown_impact_cannot_be_counted_so_a_person_rules(world):
    allow(world, max_total_impact=Decimal(100))

    assert answer(world.submit()) == ("review", "outside_mandate")
    assert not MandateUse.objects.exists()


@pytest.mark.parametrize(
    ("facts", "disposition"),
    [
        ({"years": 3}, "pass"),
        ({"years": 4}, "review"),
        ({"years": None}, "review"),
        ({}, "review"),
    ],
)
def test_outside_of_a_segment_a_person_rules(world, facts, disposition):
    allow(world, segments={"years": [1, 2, 3]})

    decision = world.submit(facts={"income": 1200.5, **facts})

    assert answer(decision)[0] == disposition
    if disposition == "review":
        assert "outside_mandate" in str(decision.evaluation.result["reasons"])


def test_every_evaluation_under_these_limits_derives_again(world):
    allow(
        world,
        period="day",
        max_decisions_per_period=2,
        max_total_impact=Decimal("12.5"),
        max_impact_per_period=Decimal(9),
        segments={"years": [3]},
    )
    for impact in ("4.25", "4.75", "0.1"):
        row = world.submit(impact=Decimal(impact)).evaluation
        row.refresh_from_db()
        assert derive_again(row).to_json() == row.result


def test_what_was_stored_before_these_limits_derives_as_before(world):
    allow(world)
    row = world.submit().evaluation
    for name in ("remaining_in_period", "remaining_impact", "remaining_impact_in_period"):
        del row.inputs["context"]["mandate"][name]
    del row.inputs["context"]["mandate"]["segments"]

    assert derive_again(row).to_json() == row.result


def test_a_mandate_that_runs_out_while_the_decision_is_taken_in_blocks_it(world):
    """In force by the clock of the request, over before the policy is asked: every transaction
    takes longer than a microsecond."""
    allow(world, valid_until=NOON + timedelta(microseconds=1))

    assert answer(world.submit()) == ("block", "mandate_lapsed")
    assert not Permit.objects.exists()


def test_a_permit_does_not_outlive_its_mandate(world):
    until = NOON + timedelta(minutes=5)
    allow(world, valid_until=until)
    decision = world.submit()
    permit = decision.permits.get()

    assert permit.expires_at == until
    with refused(PermitExpired):
        consume_permit(token=permit.token, client=world.client, now=until)
    with refused(MandateEnded):
        renew_permit(decision_id=decision.pk, client=world.client, now=until)


def test_a_renewed_permit_does_not_outlive_it_either(world):
    until = NOON + timedelta(minutes=20)
    allow(world, valid_until=until)
    decision = world.submit()

    renewed = renew_permit(
        decision_id=decision.pk, client=world.client, now=NOON + timedelta(minutes=15)
    )

    assert renewed.expires_at == until


def test_a_revoked_mandate_takes_its_unused_permits_with_it(world):
    mandate = allow(world)
    decision = world.submit()
    token = decision.permits.get().token
    revoke_mandate(mandate=mandate, actor=Actor.of(world.officer), now=NOON)

    with refused(MandateEnded):
        consume_permit(token=token, client=world.client, now=NOON)
    refusal = inspect_permit(token=token, client=world.client, now=NOON)
    assert isinstance(refusal, MandateEnded)
    with refused(MandateEnded):
        renew_permit(decision_id=decision.pk, client=world.client, now=NOON + HOUR)


FAULTY = [
    ({"max_decisions_per_period": 5}, "/period"),
    ({"max_impact_per_period": Decimal(5)}, "/period"),
    ({"period": "day"}, "/period"),
    ({"period": "fortnight", "max_decisions_per_period": 5}, "/period"),
    ({"period": "PT1S", "max_decisions_per_period": 5}, "/period"),
    ({"period": "PT0S", "max_decisions_per_period": 5}, "/period"),
    ({"max_total_impact": Decimal(-1)}, "/max_total_impact"),
    ({"max_total_impact": Decimal(10) ** 11}, "/max_total_impact"),
    ({"segments": {"unheard": ["a"]}}, "/segments/unheard"),
    ({"segments": {"postcode": ["8000"]}}, "/segments/postcode"),
    ({"segments": {"income": [1.0]}}, "/segments/income"),
    ({"segments": {"years": []}}, "/segments/years"),
    ({"segments": {"years": [True]}}, "/segments/years"),
    ({"segments": {"years": ["3"]}}, "/segments/years"),
    ({"segments": {"years": [2**60]}}, "/segments/years"),
    ({"segments": {"years": "3"}}, "/segments/years"),
    ({"segments": {"years": [3] * 201}}, "/segments/years"),
]


@pytest.mark.parametrize(("limits", "pointer"), FAULTY)
def test_limits_that_make_no_sense_are_refused_with_their_field(world, limits, pointer):
    with refused(InputInvalid) as refusal:
        allow(world, **limits)

    assert [error.pointer for error in refusal.value.errors] == [pointer]


def test_a_period_that_was_counted_in_is_not_gone_back_of(world):
    """Two machines' clocks differ: the one that is behind counts in the period already begun."""
    mandate = allow(world, period="day", max_decisions_per_period=2)
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    world.submit(now=midnight)
    world.submit(now=midnight - timedelta(milliseconds=5))

    assert used_up(mandate, midnight).period_decisions == 2
    assert answer(world.submit(now=midnight)) == ("block", "mandate_period_used_up")


def test_what_is_used_up_costs_two_queries_for_any_number(world, django_assert_num_queries):
    mandates = [allow(world, period="day", max_decisions_per_period=9) for _ in range(3)]
    for _ in range(4):
        world.submit()

    with django_assert_num_queries(2):
        used = used_up_of(mandates, NOON)

    assert [used[one.pk].decisions for one in mandates] == [0, 0, 4]
    assert [used[one.pk].period_decisions for one in mandates] == [0, 0, 4]
    assert period_began(mandates[0], NOON) == NOON.replace(hour=0)


def test_a_motion_from_before_these_limits_is_carried_out(world):
    """Its content, whose digest was voted on, does not name them."""
    content = mandates.content_of(
        decision_type=world.decision_type,
        objective="Small loans.",
        max_decisions=5,
        valid_until=UNTIL,
    )
    later = (
        "period",
        "max_decisions_per_period",
        "max_total_impact",
        "max_impact_per_period",
        "segments",
    )
    older = {name: value for name, value in content.items() if name not in later}
    motion = move(act=mandates.NAME, content=older, reason="Now.", mover=world.owner, now=NOON)

    vote(motion, world.officer)

    mandate = Mandate.objects.get()
    assert [getattr(mandate, name) for name in later] == [None] * 5
    assert answer(world.submit())[0] == "pass"
