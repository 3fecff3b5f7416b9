"""AI systems, versions, decision types and mandates through the administration."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.models import LedgerEntry, Motion, Refusal
from models_registry.models import AISystem, DecisionType, Mandate, ModelVersion
from tests.factories import build_world, make_person
from tests.governance.admin.forms import sent

pytestmark = pytest.mark.django_db

SYSTEMS = "/admin/models_registry/aisystem/"
TYPES = "/admin/models_registry/decisiontype/"
MANDATES = "/admin/models_registry/mandate/"
VERSIONS = "/admin/models_registry/modelversion/"


def events(row):
    found = LedgerEntry.objects.filter(subject_id=row.pk).order_by("object_seq")
    return list(found.values_list("event", flat=True))


def a_system(**changes):
    return {
        "slug": "screening", "name": "Screening", "intended_purpose": "Ranks applications.",
        "organisation": "Example", "roles": ["deployer"], "owner": make_person().pk, "sector": "",
    } | changes  # fmt: skip


def test_a_system_is_registered_described_and_keeps_its_status(signed_in):
    owner = signed_in("system-owner")
    assert owner.post(f"{SYSTEMS}add/", a_system(status="in_service")).status_code == 302
    system = AISystem.objects.get(slug="screening")
    assert (system.status, system.roles) == ("draft", ["deployer"])

    changed = a_system(name="Screener", registration_id="EU-1", status="retired", is_demo="on")
    changed["owner"] = system.owner_id
    assert owner.post(f"{SYSTEMS}{system.pk}/change/", changed).status_code == 302
    system.refresh_from_db()
    assert (system.name, system.status, system.is_demo) == ("Screener", "draft", False)
    assert events(system) == [
        "models_registry.aisystem.registered",
        "models_registry.aisystem.changed",
    ]
    assert system.history.latest().actor == system.history.earliest().actor


def test_a_status_that_does_not_follow_is_refused_and_entered(signed_in):
    world = build_world()
    owner = signed_in("system-owner")
    page = f"{SYSTEMS}{world.system.pk}/change-status/"
    answer = owner.post(page, {"status": "registered"})
    assert answer.status_code == 409
    assert "registered does not follow that" in answer.text
    assert Refusal.objects.get().code == "status_does_not_follow"

    assert owner.post(page, {"status": "suspended"}).status_code == 302
    world.system.refresh_from_db()
    assert world.system.status == "suspended"


def test_a_version_is_added_with_its_metrics_and_approved(signed_in):
    world, owner = build_world(), signed_in("system-owner")
    version = {
        "system": world.system.pk, "version": "2.0", "artefact_sha256": "c" * 64,
        "declared_metrics": "accuracy = 0.93\nrecall = 0.8", "limits": "", "author": "",
        "instructions_version": "2",
    }  # fmt: skip
    assert owner.post(f"{VERSIONS}add/", version).status_code == 302
    made = ModelVersion.objects.get(version="2.0")
    assert made.declared_metrics == {"accuracy": "0.93", "recall": "0.8"}
    owner.post(f"{VERSIONS}{made.pk}/change-status/", {"status": "approved"})
    made.refresh_from_db()
    assert made.status == "approved"

    faulty = owner.post(f"{VERSIONS}add/", version | {"version": "3", "declared_metrics": "good"})
    assert "name = value" in faulty.text
    assert not ModelVersion.objects.filter(version="3").exists()


def a_type(world, **changes):
    return {
        "system": world.system.pk, "slug": "limit-raise", "name": "Limit", "question": "Raise it?",
        "outcomes": "raise | Raise\nkeep | Keep | adverse",
        "fact_schema": "income | double | Monthly income | EUR\nage | int | Age | | personal",
        "effect": "similar", "reversible": "on", "confidence_required": "on", "impact_unit": "EUR",
        "policy": world.policy.pk,
    } | changes  # fmt: skip


def test_a_decision_type_is_defined_line_by_line(signed_in):
    world, officer = build_world(), signed_in("compliance-officer")
    answer = officer.post(f"{TYPES}add/", a_type(world))
    assert answer.status_code == 302, answer.context["errors"]
    made = DecisionType.objects.get(slug="limit-raise")
    assert made.outcomes == [
        {"key": "raise", "label": "Raise", "adverse": False},
        {"key": "keep", "label": "Keep", "adverse": True},
    ]
    assert made.fact_schema == {
        "income": {"type": "double", "label": "Monthly income", "unit": "EUR"},
        "age": {"type": "int", "label": "Age", "personal": True},
    }
    assert events(made) == ["models_registry.decisiontype.defined"]


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("outcomes", "raise", "needs 2 to 3 parts"),
        ("outcomes", "raise | Raise | good\nkeep | Keep", "can only be: adverse"),
        ("outcomes", "raise | Raise", "Name at least two outcomes"),
        ("outcomes", "raise | Raise\nraise | Again", "Appears twice"),
        ("fact_schema", "income | money | Income", "Must be one of"),
        ("fact_schema", "income | double", "needs 3 to 5 parts"),
        ("fact_schema", "income | double | Income | EUR | open", "can only be: personal"),
    ],
)
def test_a_faulty_line_of_a_decision_type_is_shown_at_its_field(signed_in, field, text, sentence):
    world, officer = build_world(), signed_in("compliance-officer")
    answer = officer.post(f"{TYPES}add/", a_type(world, **{field: text}))
    assert sentence in str(answer.context["adminform"].form.errors[field])
    assert not DecisionType.objects.filter(slug="limit-raise").exists()


def test_a_mandate_is_put_forward_issued_by_a_second_person_and_revoked(signed_in):
    world, officer = build_world(), signed_in("compliance-officer")
    ahead = datetime.now(UTC) + timedelta(days=2)
    mandate = sent(
        decision_type=world.decision_type.pk, objective="Clear the backlog.", max_decisions=10,
        max_impact="", allowed_outcomes="grant", valid_until=ahead, revoked_at="",
    )  # fmt: skip
    wrong = officer.post(f"{MANDATES}add/", mandate | {"allowed_outcomes": "give"})
    assert wrong.status_code == 422
    assert "Not outcomes: give" in wrong.text
    moved = officer.post(f"{MANDATES}add/", mandate)
    motion = Motion.objects.get()
    assert (moved.status_code, moved.url) == (302, f"/motions/{motion.pk}/")
    assert not Mandate.objects.exists()
    vote = {"choice": "approve", "reason": "", "digest": motion.digest}
    assert signed_in("system-owner").post(moved.url, vote).status_code == 302
    made = Mandate.objects.get()
    assert made.allowed_outcomes == ["grant"]

    assert officer.post(f"{MANDATES}{made.pk}/revoke/").status_code == 302
    assert officer.post(f"{MANDATES}{made.pk}/revoke/").status_code == 409
    assert events(made) == ["models_registry.mandate.issued", "models_registry.mandate.revoked"]
