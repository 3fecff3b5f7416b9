"""The same thing sent many times at once, and a halt among decisions that come in."""

from decimal import Decimal
from functools import partial

import pytest

from governance.models import IdempotentAnswer, LedgerEntry
from governance.policies import Effect
from models_registry.services.mandates import issue_mandate
from reviews.models import Decision, Permit
from reviews.services.halting import place_halt
from tests.factories import NOON, SETUP, build_world, policy_text
from tests.governance.api.calling import at, integrator
from tests.races.together import together, won

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 16
PASSES = policy_text(mode="hotl", rules=" []")


def test_one_external_id_from_sixteen_is_one_decision():
    world = build_world()

    results = together([partial(world.submit, external_id="same")] * THREADS)

    assert len({decision.pk for decision in won(results)}) == 1
    assert len(won(results)) == THREADS
    assert Decision.objects.count() == 1
    assert LedgerEntry.objects.filter(event="reviews.decision.received").count() == 1


@pytest.mark.parametrize("round_", range(6))
def test_after_a_halt_no_usable_permit_is_left_however_many_came_in_beside_it(round_):
    world = build_world(effect=Effect.NONE, text=PASSES)
    for index in range(3):
        world.submit(external_id=f"before-{index}")
    stop = partial(
        place_halt,
        system=None if round_ % 2 else world.system,
        decision_type=None,
        reason="Implausible outputs.",
        placed_by=world.senior,
        actor=SETUP,
        now=NOON,
    )
    sends = [partial(world.submit, external_id=f"beside-{index}") for index in range(THREADS)]

    results = together([*sends[:8], stop, *sends[8:]])

    assert len(won(results)) == THREADS + 1
    assert not Permit.objects.outstanding(NOON).exists()
    assert Decision.objects.count() == THREADS + 3
    assert not Decision.objects.filter(evaluation=None).exists()


@pytest.mark.parametrize(
    "limits",
    [
        {"max_decisions": 5},
        {"max_decisions": 100, "period": "day", "max_decisions_per_period": 5},
        {"max_decisions": 100, "max_total_impact": Decimal("0.5")},
        {"max_decisions": 100, "period": "PT1H", "max_impact_per_period": Decimal("0.55")},
    ],
    ids=["in all", "per period", "impact in all", "impact per period"],
)
def test_a_mandate_for_five_lets_five_pass(limits):
    text = policy_text(
        mode="hic",
        reviewer_sees="blind_first",
        rules="""
  - {id: all, title: All, when: confidence >= 0.0, then: pass, reason: Under the mandate.}
""",
    )
    world = build_world(effect=Effect.NONE, text=text)
    issue_mandate(
        decision_type=world.decision_type,
        objective="Small loans.",
        **limits,
        valid_until=NOON.replace(year=2030),
        issued_by=world.officer,
        now=NOON,
    )

    tenth = Decimal("0.1")
    sends = [partial(world.submit, external_id=f"d{n}", impact=tenth) for n in range(THREADS)]
    together(sends)

    dispositions = list(Decision.objects.values_list("evaluation__disposition", flat=True))
    assert (dispositions.count("pass"), dispositions.count("block")) == (5, THREADS - 5)


def test_twenty_twins_with_one_idempotency_key_are_one_decision_with_one_answer():
    world = build_world()
    caller, body = integrator(world), world.body()

    def send():
        return caller.post("decisions", body, Idempotency_Key="once")

    with at(NOON):
        answers = together([send] * 20)

    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["id"] for answer in answers}) == 1
    replayed = [answer.headers.get("Idempotent-Replayed") for answer in answers]
    assert replayed.count("true") == 19
    assert Decision.objects.count() == IdempotentAnswer.objects.count() == 1
