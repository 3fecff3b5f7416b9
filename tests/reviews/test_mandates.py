"""Human in command: without a mandate nothing happens, outside of it a person rules."""

from datetime import timedelta
from decimal import Decimal

import pytest

from governance.errors import InputInvalid
from governance.models import Actor, Motion
from governance.policies import Effect
from models_registry.errors import MandateRevoked
from models_registry.models import Mandate, MandateUse
from models_registry.services.mandates import issue_mandate, revoke_mandate
from tests.factories import NOON, build_world, change, make_person, policy_text
from tests.governance.api.calling import Caller, integrator
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db

EVERYTHING_PASSES = """
  - id: all
    title: Everything passes
    when: confidence >= 0.0
    then: pass
    reason: Under the mandate.
"""
UNTIL = NOON + timedelta(days=1)


@pytest.fixture
def world():
    text = policy_text(mode="hic", rules=EVERYTHING_PASSES, reviewer_sees="blind_first")
    return build_world(effect=Effect.NONE, text=text)


def allow(world, **limits):
    return issue_mandate(
        **{"max_decisions": 10, "valid_until": UNTIL} | limits,
        decision_type=world.decision_type,
        objective="Small loans this week.",
        issued_by=world.officer,
        now=NOON,
    )


def disposition(decision):
    codes = [reason["code"] for reason in decision.evaluation.result["reasons"]]
    return decision.evaluation.disposition, codes[0]


def test_without_a_mandate_everything_is_blocked(world):
    assert disposition(world.submit()) == ("block", "no_mandate")


def test_within_the_mandate_it_passes_and_is_counted(world):
    written = Written()
    mandate = allow(world)

    decision = world.submit()

    assert decision.evaluation.disposition == "pass"
    use = MandateUse.objects.get()
    assert (use.mandate, use.ordinal, use.decision_id) == (mandate, 1, decision.pk)
    assert written.entries()[0] == ("models_registry.mandate.issued", person(world.officer))
    assert "reviews.mandate.used" in written.events()
    assert mandate.history.latest().actor == person(world.officer)


def test_a_mandate_that_is_used_up_blocks(world):
    allow(world, max_decisions=1)
    world.submit()

    assert disposition(world.submit()) == ("block", "mandate_used_up")


def test_a_repeated_decision_is_counted_once(world):
    allow(world, max_decisions=2)
    world.submit(external_id="a")
    world.submit(external_id="a")

    assert MandateUse.objects.count() == 1


@pytest.mark.parametrize(
    ("limits", "submitted"),
    [
        ({"allowed_outcomes": ["grant"]}, {"outcome": "refuse"}),
        ({"max_impact": Decimal(100)}, {"impact": Decimal("100.01")}),
        ({"max_impact": Decimal(100)}, {}),
    ],
)
def test_outside_the_mandate_a_person_rules(world, limits, submitted):
    allow(world, **limits)

    assert disposition(world.submit(**submitted)) == ("review", "outside_mandate")
    assert not MandateUse.objects.exists()


def test_what_is_critical_never_passes(world):
    world.decision_type.critical = True
    change(world.decision_type, "critical")
    allow(world)

    assert disposition(world.submit()) == ("review", "critical")


def test_a_mandate_that_ran_out_or_was_revoked_is_none(world):
    mandate = allow(world)

    assert disposition(world.submit(now=UNTIL)) == ("block", "no_mandate")
    written = Written()
    revoke_mandate(mandate=mandate, actor=Actor.of(world.officer), now=NOON)
    assert written.entries() == [("models_registry.mandate.revoked", person(world.officer))]
    assert disposition(world.submit()) == ("block", "no_mandate")


def test_a_mandate_is_revoked_once(world):
    mandate = allow(world)
    revoke_mandate(mandate=mandate, actor=Actor.of(world.officer), now=NOON)

    with refused(MandateRevoked):
        revoke_mandate(mandate=mandate, actor=Actor.of(world.officer), now=NOON)


@pytest.mark.parametrize(
    ("limits", "pointer"),
    [
        ({"valid_until": NOON}, "/valid_until"),
        ({"allowed_outcomes": ["grant", "unheard-of"]}, "/allowed_outcomes"),
    ],
)
def test_a_mandate_that_could_allow_nothing_is_refused(world, limits, pointer):
    with refused(InputInvalid) as refusal:
        allow(world, **limits)

    assert [error.pointer for error in refusal.value.errors] == [pointer]


ROLES = {
    "reviewer": 403,
    "senior-reviewer": 403,
    "compliance-officer": 202,
    "system-owner": 202,
    "auditor": 403,
    "administrator": 403,
}


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_who_may_put_a_mandate_forward(world, role, status):
    body = {
        "decision_type": "lending-approval",
        "objective": "Small loans.",
        "max_decisions": 5,
        "valid_until": UNTIL.isoformat(),
    }

    assert Caller(person=make_person(roles=[role])).post("mandates", body).status == status
    assert integrator(world).post("mandates", body).status == 403
    assert Motion.objects.count() == (1 if status == 202 else 0)
    assert not Mandate.objects.exists()
