"""Using a permit, looking at one, and getting a new one where it ran out."""

from datetime import timedelta

import jwt
import pytest
from django.conf import settings

from governance.policies import Effect
from governance.services.api_keys import create_client
from reviews.errors import (
    AlreadyExecuted,
    HaltInForce,
    NotPermittedYet,
    PermitExpired,
    PermitInvalid,
    PermitSpent,
    PermitVoided,
)
from reviews.models import Decision, Permit, PermitUse, VerdictKind
from reviews.services.closing import withdraw_decision
from reviews.services.executing import consume_permit, inspect_permit, renew_permit
from reviews.services.halting import lift_halt, place_halt
from reviews.services.permits import public_keys
from tests.factories import NOON, SETUP, build_world, policy_text
from tests.governance.api.calling import Caller, integrator
from tests.reviews.written import Written, refused, state_of_tables

pytestmark = pytest.mark.django_db

LAPSED = NOON + timedelta(minutes=15)


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def permit(world):
    return world.submit(outcome="grant", confidence=0.99).permits.get()


def halt(world, **scope):
    return place_halt(
        **{"system": world.system, "decision_type": None} | scope,
        reason="Implausible outputs.",
        placed_by=world.senior,
        actor=SETUP,
        now=NOON,
    )


def use(world, permit, now=NOON, token=""):
    return consume_permit(token=token or permit.token, client=world.client, now=now)


def test_a_permit_is_a_jws_that_the_published_key_checks(permit):
    [key] = public_keys()["keys"]

    claims = jwt.decode(
        permit.token,
        jwt.PyJWK(key).key,
        algorithms=["EdDSA"],
        options={"verify_exp": False, "verify_iat": False},
    )

    assert jwt.get_unverified_header(permit.token)["typ"] == "countersign-permit+jwt"
    assert claims["jti"] == str(permit.pk)
    assert claims["sub"] == str(permit.decision_id)
    assert (claims["outcome"], claims["digest"]) == ("grant", permit.digest)
    assert (claims["disposition"], claims["verdicts"]) == ("pass", [])
    assert (claims["iat"], claims["exp"]) == (NOON.timestamp(), LAPSED.timestamp())


def test_a_permit_is_used_once(world, permit):
    written = Written()

    once = use(world, permit)

    assert (once.permit, once.decision, once.used_at) == (permit, permit.decision, NOON)
    assert written.entries() == [("reviews.permit.consumed", f"client:{world.client.pk}")]
    assert written.messages() == []
    with refused(PermitSpent):
        use(world, permit)


def test_looking_at_a_permit_changes_nothing(world, permit):
    before = state_of_tables()

    assert inspect_permit(token=permit.token, client=world.client, now=NOON) is None
    assert state_of_tables() == before


def test_a_permit_ends_at_the_very_instant_that_it_says(world, permit):
    with refused(PermitExpired):
        use(world, permit, now=LAPSED)

    use(world, permit, now=LAPSED - timedelta(microseconds=1))


def test_a_withdrawn_decision_has_no_permit_any_more(world, permit):
    withdraw_decision(
        decision_id=permit.decision_id, reason="Twice.", client=world.client, now=NOON
    )

    with refused(PermitVoided):
        use(world, permit)


def test_a_permit_of_a_halted_system_stays_void_after_the_lifting(world, permit):
    stop = halt(world)
    with refused(PermitVoided):
        use(world, permit)

    lift_halt(halt_id=stop.pk, reason="Mended.", lifted_by=world.senior, now=NOON)

    with refused(PermitVoided):
        use(world, permit)


def test_another_clients_permit_is_none_of_ours(world, permit):
    other = create_client(name="Other", systems=[], owner=world.owner, actor=SETUP, now=NOON)

    with refused(NotPermittedYet):
        consume_permit(token=permit.token, client=other, now=NOON)


def resigned(claims, **header):
    return jwt.encode(
        claims,
        settings.COUNTERSIGN_PERMIT_KEY,
        algorithm="EdDSA",
        headers={"typ": "countersign-permit+jwt"} | header,
    )


FORGERIES = {
    "nonsense": lambda permit: "nonsense",
    "empty parts": lambda permit: "..",
    "signature cut": lambda permit: permit.token[:-4],
    "unsigned": lambda permit: jwt.encode(
        {"jti": str(permit.pk), "sub": "x"}, None, algorithm="none"
    ),
    "symmetric": lambda permit: jwt.encode(
        {"jti": str(permit.pk), "sub": "x"}, "k" * 32, algorithm="HS256"
    ),
    "another kind of token": lambda permit: resigned(
        {"jti": str(permit.pk), "sub": "x"}, typ="JWT"
    ),
    "no id": lambda permit: resigned({"sub": "x"}),
    "an id that is none": lambda permit: resigned({"jti": "12", "sub": "x"}),
    "an id that is no text": lambda permit: resigned({"jti": 12, "sub": "x"}),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_what_was_not_issued_here_is_refused(world, permit, forge):
    with refused(PermitInvalid):
        use(world, permit, token=forge(permit))


def test_a_lapsed_permit_is_issued_anew_and_only_then(world, permit):
    same = renew_permit(decision_id=permit.decision_id, client=world.client, now=NOON)
    written = Written()

    new = renew_permit(decision_id=permit.decision_id, client=world.client, now=LAPSED)

    assert same == permit
    assert new != permit
    assert (new.outcome, new.digest) == (permit.outcome, permit.digest)
    assert written.entries() == [("reviews.permit.issued", f"client:{world.client.pk}")]
    use(world, new, now=LAPSED)


def test_after_a_halt_a_new_permit_must_be_asked_for(world, permit):
    stop = halt(world)
    with refused(HaltInForce):
        renew_permit(decision_id=permit.decision_id, client=world.client, now=NOON)

    lift_halt(halt_id=stop.pk, reason="Mended.", lifted_by=world.senior, now=NOON)

    new = renew_permit(decision_id=permit.decision_id, client=world.client, now=NOON)
    assert new != permit
    use(world, new)


def test_a_settled_review_is_permitted_anew_with_the_verdicts_that_settled_it(world):
    case = world.open_case()
    verdict = world.rule(case, VerdictKind.OVERRIDE, outcome="grant")

    new = renew_permit(decision_id=case.decision_id, client=world.client, now=LAPSED)

    assert (new.outcome, new.verdict_ids) == ("grant", [verdict.pk])


def in_review(world):
    return world.submit()


def used(world):
    decision = world.submit(outcome="grant", confidence=0.99)
    use(world, decision.permits.get())
    return decision


def withdrawn(world):
    decision = world.submit(outcome="grant", confidence=0.99)
    withdraw_decision(decision_id=decision.pk, reason="Twice.", client=world.client, now=NOON)
    return decision


def blocked(world):
    stop = halt(world)
    decision = world.submit(outcome="grant", confidence=0.99)
    lift_halt(halt_id=stop.pk, reason="Mended.", lifted_by=world.senior, now=NOON)
    return decision


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (in_review, NotPermittedYet),
        (used, AlreadyExecuted),
        (withdrawn, NotPermittedYet),
        (blocked, NotPermittedYet),
    ],
)
def test_nothing_unsettled_ended_or_used_gets_a_permit(world, make, error):
    decision = make(world)

    with refused(error):
        renew_permit(decision_id=decision.pk, client=world.client, now=LAPSED)


def test_a_decision_of_anothers_system_is_not_there(world, permit):
    other = create_client(name="Other", systems=[], owner=world.owner, actor=SETUP, now=NOON)

    with refused(Decision.DoesNotExist):
        renew_permit(decision_id=permit.decision_id, client=other, now=LAPSED)


def test_the_digest_is_the_same_before_and_after_the_database():
    world = build_world(
        effect=Effect.NONE, text=policy_text(mode="hotl", rules=" []", audit_rate=1)
    )
    case = world.open_case(facts={"income": 1e22, "years": 2**53 - 1})
    caller = integrator(world)
    token = case.decision.permits.get().token

    world.rule(case, VerdictKind.OVERRIDE, outcome="grant")

    corrected = Permit.objects.exclude(token=token).get()
    answer = caller.post("permits/consume", {"permit": corrected.token})
    assert answer.body["content"]["facts"] == {"income": 1e22, "years": 2**53 - 1}
    assert isinstance(answer.body["content"]["facts"]["income"], float)


@pytest.mark.parametrize(("who", "status"), [("key", 200), ("reviewer", 403), ("nobody", 401)])
def test_only_a_key_uses_and_renews_permits(world, permit, who, status):
    caller = {
        "key": integrator(world),
        "reviewer": Caller(person=world.reviewer),
        "nobody": Caller(),
    }[who]

    assert caller.post(f"decisions/{permit.decision_id}/permit").status == status
    assert caller.post("permits/introspect", {"permit": permit.token}).status == status
    assert caller.post("permits/consume", {"permit": permit.token}).status == status
    assert PermitUse.objects.count() == (1 if status == 200 else 0)


def test_looking_says_why_a_permit_would_be_refused(world, permit):
    caller = integrator(world)
    usable = caller.post("permits/introspect", {"permit": permit.token}).body
    use(world, permit)
    spent = caller.post("permits/introspect", {"permit": permit.token}).body

    assert (usable["active"], usable["code"]) == (True, "")
    assert (spent["active"], spent["code"]) == (False, "permit_spent")
