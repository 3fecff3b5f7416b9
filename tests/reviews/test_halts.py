"""The stop of Art. 14(4)(e): scopes, permits, lifting, who may."""

import pytest

from governance.models import Actor, OutboxMessage
from models_registry.models import Halt, ModelVersion
from models_registry.services import versions
from reviews.errors import HaltInForce, HaltLifted
from reviews.models import Case, Permit, PermitVoid
from reviews.services.derivation import derive_again
from reviews.services.executing import consume_permit, renew_permit
from reviews.services.halting import lift_halt, place_halt
from tests.factories import LONG_AGO, NOON, SETUP, build_world, change, make_person
from tests.governance.api.calling import Caller, integrator
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


def grant(world):
    return world.submit(outcome="grant", confidence=0.99)


def stop(world, system=None, decision_type=None, model_version=None, is_drill=False):
    return place_halt(
        system=system,
        decision_type=decision_type,
        model_version=model_version,
        reason="Implausible outputs.",
        is_drill=is_drill,
        placed_by=world.senior,
        actor=Actor.of(world.senior),
        now=NOON,
    )


def lift(world, halt):
    return lift_halt(halt_id=halt.pk, reason="Mended.", lifted_by=world.senior, now=NOON)


SCOPES = {
    "everything": lambda world: {},
    "the system": lambda world: {"system": world.system},
    "the type": lambda world: {
        "system": world.system,
        "decision_type": world.decision_type,
    },
    "the version": lambda world: {
        "system": world.system,
        "model_version": world.version,
    },
}


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_a_halt_voids_unused_permits_and_blocks_what_comes(world, scope):
    unused = grant(world).permits.get()
    written = Written()

    halt = stop(world, **scope(world))

    assert (unused.void.reason, unused.void.halt) == (PermitVoid.Reason.HALT, halt)
    assert written.entries() == [
        ("models_registry.halt.placed", person(world.senior)),
        ("reviews.permit.voided", person(world.senior)),
    ]
    assert written.messages() == [("halt.placed", None)]
    assert halt.history.latest().actor == person(world.senior)
    blocked = grant(world)
    assert blocked.evaluation.disposition == "block"
    assert blocked.evaluation.halt_ids == [str(halt.pk)]
    assert derive_again(blocked.evaluation).to_json() == blocked.evaluation.result
    assert not Permit.objects.outstanding(NOON).exists()


def test_a_used_permit_is_past_stopping(world):
    permit = grant(world).permits.get()
    consume_permit(token=permit.token, client=world.client, now=NOON)

    stop(world)

    assert not PermitVoid.objects.exists()


def test_a_halt_of_one_system_leaves_the_others_alone(world):
    other = build_world_beside(world)
    elsewhere = other.submit(outcome="grant", confidence=0.99).permits.get()

    stop(world, system=world.system)

    assert list(Permit.objects.outstanding(NOON)) == [elsewhere]
    assert other.submit(outcome="grant", confidence=0.99).evaluation.disposition == "pass"


def build_world_beside(world):
    """A second system in the same installation, in the first one's queues."""
    world.first_line.slug, world.second_line.slug = "its-first-line", "its-second-line"
    for queue in (world.first_line, world.second_line):
        change(queue, "slug")
    return build_world(slug="hiring")


def test_after_the_lifting_decisions_pass_again_and_voided_permits_stay_void(world):
    old = grant(world).permits.get()
    halt = stop(world)
    written = Written()

    lift(world, halt)

    halt.refresh_from_db()
    assert (halt.lifted_at, halt.lifted_by, halt.lift_reason) == (NOON, world.senior, "Mended.")
    assert written.entries() == [("models_registry.halt.lifted", person(world.senior))]
    assert written.messages() == [("halt.lifted", None)]
    assert halt.history.latest().actor == person(world.senior)
    assert grant(world).evaluation.disposition == "pass"
    assert not Permit.objects.outstanding(NOON).filter(pk=old.pk).exists()


def test_one_of_two_halts_lifted_is_not_enough(world):
    first, _ = stop(world, system=world.system), stop(world)

    lift(world, first)

    assert grant(world).evaluation.disposition == "block"


def test_a_halt_is_lifted_once(world):
    halt = stop(world)
    lift(world, halt)

    with refused(HaltLifted):
        lift(world, halt)


def test_a_drill_stops_as_the_real_thing_does_and_is_marked(world):
    permit = grant(world).permits.get()

    halt = stop(world, is_drill=True)

    assert halt.is_drill
    assert permit.void.reason == PermitVoid.Reason.HALT


ROLES = {
    "reviewer": (201, 403),
    "senior-reviewer": (201, 202),
    "compliance-officer": (201, 202),
    "system-owner": (201, 202),
    "auditor": (403, 403),
    "administrator": (403, 403),
}


@pytest.mark.parametrize(("role", "statuses"), ROLES.items())
def test_who_may_stop_and_who_may_move_to_release(world, role, statuses):
    caller = Caller(person=make_person(roles=[role]))
    standing = stop(world)

    placed = caller.post("halts", {"system": "lending", "reason": "Odd outputs."})
    lifted = caller.post(f"halts/{standing.pk}/lift", {"reason": "Mended."})

    assert (placed.status, lifted.status) == statuses
    standing.refresh_from_db()
    assert standing.lifted_at is None


def test_a_client_stops_its_own_system_and_lifts_nothing(world):
    other = build_world_beside(world)
    caller = integrator(other)

    assert caller.post("halts", {"reason": "Everything."}).status == 403
    placed = caller.post("halts", {"system": "hiring", "reason": "Odd."})
    assert placed.status == 201
    assert caller.post(f"halts/{placed.body['id']}/lift", {"reason": "x"}).status == 403
    halt = Halt.objects.get()
    assert (halt.placed_by, halt.placed_by_label) == (None, f"client:{other.client.pk}")


def test_a_type_of_another_system_is_unknown(world):
    build_world_beside(world)
    body = {"system": "hiring", "decision_type": "lending-approval", "reason": "Odd."}

    answer = Caller(person=world.senior).post("halts", body)

    assert (answer.status, answer.pointers) == (422, ["/system"])


FOREIGN = {
    "its system": ({"system": "lending"}, {"system": "nothing"}),
    "its type": ({"decision_type": "lending-approval"}, {"decision_type": "nothing"}),
    "its version": (
        {"system": "lending", "model_version": "1.0.0"},
        {"system": "nothing", "model_version": "1.0.0"},
    ),
}


@pytest.mark.parametrize(("foreign", "unknown"), FOREIGN.values(), ids=FOREIGN)
def test_a_client_does_not_tell_what_is_anothers_from_what_is_not_there(world, foreign, unknown):
    caller = integrator(build_world_beside(world))

    there = caller.post("halts", {**foreign, "reason": "Odd."})
    absent = caller.post("halts", {**unknown, "reason": "Odd."})

    named = str(next(iter(foreign.values())))
    assert there.status == absent.status == 422
    assert (there.pointers, there.body["title"]) == (absent.pointers, absent.body["title"])
    assert str(there.body["errors"]).replace(named, "nothing") == str(absent.body["errors"])
    assert not Halt.objects.exists()


FAULTY = {
    "a version without its system": ({"model_version": "1.0.0"}, "/system"),
    "an unknown version": ({"system": "lending", "model_version": "9"}, "/model_version"),
    "a type and a version": (
        {"system": "lending", "decision_type": "lending-approval", "model_version": "1.0.0"},
        "/model_version",
    ),
    "no reason": ({"system": "lending", "reason": ""}, "/reason"),
}


@pytest.mark.parametrize(("body", "pointer"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_scope_names_the_field_and_stops_nothing(world, body, pointer):
    answer = Caller(person=world.senior).post("halts", {"reason": "Odd.", **body})

    assert answer.status in (400, 422)
    assert answer.pointers == [pointer]
    assert not Halt.objects.exists()


def test_a_halt_of_a_version_leaves_the_others_of_its_system_alone(world):
    newer = version_beside(world)
    halted = grant(world).permits.get()

    stop(world, system=world.system, model_version=world.version)

    assert halted.void.reason == PermitVoid.Reason.HALT
    assert grant(world).evaluation.disposition == "block"
    other = world.submit(outcome="grant", confidence=0.99, model_version=newer.version)
    assert other.evaluation.disposition == "pass"


def version_beside(world):
    version = versions.add_version(
        system=world.system,
        version="2.0.0",
        artefact_sha256="b" * 64,
        declared_metrics={},
        limits="",
        instructions_version="2",
        actor=SETUP,
        now=LONG_AGO,
    )
    for status in (ModelVersion.Status.APPROVED, ModelVersion.Status.IN_SERVICE):
        version = versions.change_version_status(
            version=version, status=status, actor=SETUP, now=LONG_AGO
        )
    return version


def test_the_caller_is_told_which_halts_blocked_it_and_so_are_its_messages(world):
    halt = stop(world, system=world.system)

    answer = integrator(world).post("decisions", world.body(occurred_at="2026-11-23T11:59:00Z"))

    assert (answer.body["disposition"], answer.body["halts"]) == ("block", [str(halt.pk)])
    placed = OutboxMessage.objects.get(event="halt.placed")
    lift(world, halt)
    lifted = OutboxMessage.objects.get(event="halt.lifted")
    said = {
        "halt": str(halt.pk),
        "is_drill": False,
        "system": "lending",
        "decision_type": None,
        "model_version": None,
    }
    assert (placed.body, lifted.body) == (said, said)
    assert (placed.system, lifted.system) == ("lending", "lending")


def test_what_was_stored_before_halts_had_ids_derives_as_before(world):
    stop(world)
    evaluation = grant(world).evaluation
    del evaluation.inputs["context"]["halt_ids"]

    assert derive_again(evaluation).to_json() == evaluation.result
    assert evaluation.halt_ids == []


def test_a_permit_that_was_missed_is_refused_with_the_halts_id(world):
    halt = stop(world)
    permit = grant_before(world, halt)

    with refused(HaltInForce) as refusal:
        consume_permit(token=permit.token, client=world.client, now=NOON)
    assert str(halt.pk) in refusal.value.detail


def grant_before(world, halt):
    """A permit as if the halt had not been there when it was issued."""
    halt.lifted_at, halt.lifted_by = NOON, world.senior
    change(halt, "lifted_at", "lifted_by")
    permit = grant(world).permits.get()
    halt.lifted_at = halt.lifted_by = None
    change(halt, "lifted_at", "lifted_by")
    return permit


def test_a_verdict_under_a_halt_is_kept_and_gives_no_permit_until_it_is_lifted(world):
    case = world.open_case()
    halt = stop(world)

    verdict = world.rule(case)

    case.refresh_from_db()
    assert (case.state, verdict.outcome) == (Case.State.DECIDED, "refuse")
    assert not Permit.objects.exists()
    with refused(HaltInForce):
        renew_permit(decision_id=case.decision_id, client=world.client, now=NOON)
    lift(world, halt)
    renewed = renew_permit(decision_id=case.decision_id, client=world.client, now=NOON)
    assert renewed.outcome == "refuse"
