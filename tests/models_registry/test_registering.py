"""AI systems and model versions through their lives, step by step."""

import pytest

from models_registry.errors import StatusDoesNotFollow, SystemNotClassified, SystemProhibited
from models_registry.models import AISystem, ModelVersion
from models_registry.services.registering import change_status, register_system
from models_registry.services.versions import add_version, change_version_status
from tests.factories import NOON, SETUP, build_world, change, make_person
from tests.governance.api.calling import Caller, integrator
from tests.reviews.written import Written, refused

pytestmark = pytest.mark.django_db

LIVES = {
    "draft": {"registered", "retired"},
    "registered": {"in_service", "retired"},
    "in_service": {"suspended", "retired"},
    "suspended": {"in_service", "retired"},
    "retired": set(),
}
VERSION_LIVES = {
    "candidate": {"approved", "withdrawn"},
    "approved": {"in_service", "withdrawn"},
    "in_service": {"withdrawn"},
    "withdrawn": set(),
}


def make_system(status="draft", risk_class="H3"):
    system = register_system(
        slug="hiring",
        name="Hiring",
        intended_purpose="Ranks applicants.",
        organisation="Example",
        roles=[AISystem.Role.DEPLOYER],
        owner=make_person(),
        actor=SETUP,
        now=NOON,
    )
    system.status, system.risk_class = status, risk_class
    change(system, "status", "risk_class")
    return system


def make_version(status="candidate"):
    version = add_version(
        system=make_system(),
        version="1",
        artefact_sha256="a" * 64,
        declared_metrics={},
        limits="",
        instructions_version="1",
        actor=SETUP,
        now=NOON,
    )
    version.status = status
    change(version, "status")
    return version


def test_a_system_is_entered_as_a_draft():
    written = Written()

    system = make_system()

    assert system.status == "draft"
    assert ("models_registry.aisystem.registered", "system:setup") in written.entries()
    assert system.history.earliest().actor == "system:setup"


@pytest.mark.parametrize(
    ("before", "after"), [(before, after) for before in LIVES for after in LIVES]
)
def test_a_system_takes_one_step_at_a_time(before, after):
    system = make_system(before)

    def move():
        return change_status(system=system, status=AISystem.Status(after), actor=SETUP, now=NOON)

    if after in LIVES[before]:
        written = Written()
        assert move().status == after
        assert written.events() == ["models_registry.aisystem.status_changed"]
        assert system.history.latest().status == after
    else:
        with refused(StatusDoesNotFollow):
            move()


@pytest.mark.parametrize(
    ("risk_class", "error"), [("", SystemNotClassified), ("X", SystemProhibited)]
)
def test_nothing_goes_into_service_unclassified_or_prohibited(risk_class, error):
    system = make_system("registered", risk_class)

    with refused(error):
        change_status(system=system, status=AISystem.Status.IN_SERVICE, actor=SETUP, now=NOON)


@pytest.mark.parametrize(
    ("before", "after"), [(before, after) for before in VERSION_LIVES for after in VERSION_LIVES]
)
def test_a_version_takes_one_step_at_a_time(before, after):
    version = make_version(before)

    def move():
        return change_version_status(
            version=version, status=ModelVersion.Status(after), actor=SETUP, now=NOON
        )

    if after in VERSION_LIVES[before]:
        written = Written()
        assert move().status == after
        assert written.events() == ["models_registry.modelversion.status_changed"]
    else:
        with refused(StatusDoesNotFollow):
            move()


@pytest.mark.parametrize("what", ["system", "version"])
def test_decisions_of_what_is_out_of_service_go_to_a_person(what):
    world = build_world()
    if what == "system":
        change_status(system=world.system, status=AISystem.Status.SUSPENDED, actor=SETUP, now=NOON)
    else:
        change_version_status(
            version=world.version, status=ModelVersion.Status.WITHDRAWN, actor=SETUP, now=NOON
        )

    decision = world.submit(outcome="grant", confidence=0.99)

    codes = [reason["code"] for reason in decision.evaluation.result["reasons"]]
    assert decision.evaluation.disposition == "review"
    assert "version_not_in_service" in codes


ROLES = {
    "reviewer": 403,
    "senior-reviewer": 403,
    "compliance-officer": 403,
    "system-owner": 200,
    "auditor": 403,
    "administrator": 403,
}


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_who_may_take_a_system_out_of_service(role, status):
    world = build_world()
    caller = Caller(person=make_person(roles=[role]))

    assert caller.post("systems/lending/status", {"status": "suspended"}).status == status
    assert integrator(world).post("systems/lending/status", {"status": "retired"}).status == 403
