"""Faulty entries of the registry and hostile policy texts: named, and nothing left behind."""

from typing import Any

import pytest

from tests.factories import build_world
from tests.governance.api.calling import Caller
from tests.governance.api.expected import Expected, check_refused, invalid, unfit
from tests.reviews.written import TRACES_OF_REFUSAL, state_of_tables

pytestmark = pytest.mark.django_db

REGISTRY: dict[str, tuple[str, dict[str, Any], Expected]] = {
    "a slug that is a number": ("systems", {"slug": 5}, invalid("/slug")),
    "a slug with an accent": ("systems", {"slug": "système"}, invalid("/slug")),
    "a role that is an object": ("systems", {"roles": [{}]}, invalid("/roles/0")),
    "no role": ("systems", {"roles": []}, invalid("/roles")),
    "a taken slug": ("systems", {"slug": "lending"}, Expected(409, "conflict")),
    "an unknown system": ("model-versions", {"system": "x"}, unfit("/system")),
    "a taken version": ("model-versions", {"version": "1.0.0"}, Expected(409, "conflict")),
    "no digest": ("model-versions", {"artefact_sha256": "abc"}, invalid("/artefact_sha256")),
    "a metric as number": (
        "model-versions",
        {"declared_metrics": {"a": 1}},
        invalid("/declared_metrics/a"),
    ),
    "truth as text": ("decision-types", {"reversible": "yes"}, invalid("/reversible")),
    "one outcome": (
        "decision-types",
        {"outcomes": [{"key": "a", "label": "A", "adverse": True}]},
        unfit("/outcomes"),
    ),
    "a fact named as a built-in one": (
        "decision-types",
        {"fact_schema": {"confidence": {"type": "double", "label": "C"}}},
        unfit("/fact_schema/confidence"),
    ),
    "a fact that no rule can name": (
        "decision-types",
        {"fact_schema": {"a/b": {"type": "double", "label": "C"}}},
        unfit("/fact_schema/a~1b"),
    ),
    "an unknown policy": ("decision-types", {"policy": "x"}, unfit("/policy")),
    "a mandate for ever so many": (
        "mandates",
        {"max_decisions": 10**17},
        invalid("/max_decisions"),
    ),
    "a mandate for a text of decisions": (
        "mandates",
        {"max_decisions": "5"},
        invalid("/max_decisions"),
    ),
    "a mandate in the past": (
        "mandates",
        {"valid_until": "2020-01-01T00:00:00Z"},
        unfit("/valid_until"),
    ),
    "a drill by text": ("halts", {"is_drill": "off"}, invalid("/is_drill")),
    "a halt of nothing known": ("halts", {"system": "x"}, unfit("/system")),
}
GOOD: dict[str, dict[str, Any]] = {
    "systems": {
        "slug": "hiring",
        "name": "Hiring",
        "intended_purpose": "Ranks.",
        "organisation": "Example",
        "roles": ["deployer"],
    },
    "model-versions": {
        "system": "lending",
        "version": "2.0.0",
        "artefact_sha256": "b" * 64,
        "instructions_version": "2026-02",
    },
    "decision-types": {
        "system": "lending",
        "slug": "limit",
        "name": "Limit",
        "question": "Raise it?",
        "outcomes": [
            {"key": "raise", "label": "Raise", "adverse": False},
            {"key": "keep", "label": "Keep", "adverse": True},
        ],
        "effect": "none",
        "policy": "lending-policy",
    },
    "mandates": {
        "decision_type": "lending-approval",
        "objective": "Small loans.",
        "max_decisions": 5,
        "valid_until": "2027-01-01T00:00:00Z",
    },
    "halts": {"system": "lending", "reason": "Odd outputs."},
}


@pytest.mark.parametrize(("path", "fields", "expected"), REGISTRY.values(), ids=REGISTRY)
def test_a_faulty_entry_of_the_registry_is_named_and_leaves_nothing(path, fields, expected):
    world = build_world()
    caller = Caller(person=world.owner)
    before = state_of_tables(except_for=TRACES_OF_REFUSAL)

    answer = caller.post(path, GOOD[path] | fields)

    check_refused(answer, expected)
    assert state_of_tables(except_for=TRACES_OF_REFUSAL) == before


@pytest.mark.parametrize("path", GOOD)
def test_the_entries_that_those_vary_are_good_ones(path):
    world = build_world()

    # A mandate takes a second person.
    made = 202 if path == "mandates" else 201
    assert Caller(person=world.owner).post(path, GOOD[path]).status == made


POLICIES = [
    "a: &a [*a]",
    "[" * 20_000,
    "!!python/object:os.system x",
    "version: 1e999",
    "? {a: b}: c",
    "2026-13-45",
    "version: !!int 0x" + "f" * 5000,
    "\x01",
    "- " * 5000,
]


@pytest.mark.parametrize("text", POLICIES, ids=lambda text: repr(text[:20]))
def test_a_hostile_policy_text_is_422(text):
    world = build_world()
    caller = Caller(person=world.officer)
    before = state_of_tables()

    for door in ("validate", "versions"):
        answer = caller.post(f"policies/lending-policy/{door}", {"text": text})
        assert (answer.status, answer.code) in {(422, "policy_invalid"), (400, "invalid")}

    assert state_of_tables() == before
