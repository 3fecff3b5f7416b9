"""No verb without a guard, no door beside the verbs, one judge."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.contrib import admin

from governance.admin.base import RecordedAdmin
from tests.authorisation import one_gate
from tests.authorisation.verbs import (
    CHANGED_BY_FORM,
    CLAIM,
    DELETED_BY_FORM,
    GATE,
    MADE_BY_FORM,
    MOTION,
    READ,
    STEP,
    SYSTEM,
    VERBS,
    WRITTEN_BY_DOORS,
)

JUDGES = {
    # The gate: the judgement becomes an entitlement or a refusal, at claim and at verdict.
    "reviews/services/rights.py",
    # "Who may?": the same judgement in words, of everybody in the queue; nothing is done with it.
    "reviews/services/eligibility.py",
    # The alarm that nobody may rule; it refuses nobody and lets nobody through.
    "reviews/selectors/staffing.py",
    # Who is told of a case; it refuses nobody and lets nobody through.
    "reviews/selectors/rulers.py",
}
RECORDED = {
    model._meta.label: door
    for model, door in admin.site._registry.items()
    if isinstance(door, RecordedAdmin)
}


def test_every_verb_has_a_row_and_every_row_a_verb():
    known = set(one_gate.verbs())
    assert known - set(VERBS) == set(), "verbs without a row in verbs.py"
    assert set(VERBS) - known == set(), "rows of verbs.py that no verb has"


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_is_called_by_the_doors_of_its_row_and_no_others(name):
    assert one_gate.callers()[name] == VERBS[name].doors


@pytest.mark.parametrize("name", [name for name, verb in VERBS.items() if verb.guard == GATE])
def test_the_gate_is_asked_inside_the_verb(name):
    assert one_gate.reaches(name.split(".")[-1], frozenset({"entitlement", "rulable_by"}))


@pytest.mark.parametrize("name", [name for name, verb in VERBS.items() if verb.guard == MOTION])
def test_the_deed_of_a_motion_is_carried_out_by_an_act_alone(name):
    """Only a module of acts names it; beside them the demonstration, which installs rights."""
    deed, own = name.split(".")[-1], f"{name.split('.')[1]}.py"
    naming = {
        path
        for path, tree in one_gate.sources(*one_gate.APPS)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id == deed)
        or (isinstance(node, ast.Attribute) and node.attr == deed)
        if not path.endswith(f"services/{own}")
    }
    acts = {path for path in naming if "motions" in Path(path).with_suffix("").parts}
    assert acts, "no act carries it out"
    assert all(path.startswith("reviews/demo/") for path in naming - acts), naming - acts


@pytest.mark.parametrize("name", [name for name, verb in VERBS.items() if verb.guard == CLAIM])
def test_a_claim_is_asked_for_inside_the_verb(name):
    assert one_gate.reaches(name.split(".")[-1], frozenset({"held_case"}))


def test_no_door_that_somebody_calls_leads_to_what_only_the_system_does():
    for name, verb in VERBS.items():
        if verb.guard in (SYSTEM, STEP):
            called = {door for door in verb.doors if door.split(".")[-1] in ("api", "admin")}
            # Signals of the sign-in stand among the pages.
            if ".sessions." not in name:
                called |= {door for door in verb.doors if door.endswith(".pages")}
            assert called == set(), name
        if verb.guard == STEP:
            assert verb.doors == frozenset(), name


def test_what_reads_writes_nothing():
    reads = {name.split(".")[-1] for name, verb in VERBS.items() if verb.guard == READ}
    written = [
        f"{path} {write}"
        for path, tree in one_gate.sources("governance", "models_registry", "reviews")
        if "/services/" in path
        for write in one_gate.writes_in(tree)
        if write.split(":")[0] in reads
    ]
    assert written == []


def test_no_door_writes_a_row_but_by_a_verb():
    found = {
        f"{path} {write}"
        for path, tree in one_gate.door_sources()
        for write in one_gate.writes_in(tree)
    }
    assert found == WRITTEN_BY_DOORS


def test_the_administrations_form_changes_these_fields_and_no_others():
    found = {
        label: " ".join(door.change_fields)
        for label, door in RECORDED.items()
        if door.change_fields
    }
    assert found == {label: fields for label, fields in CHANGED_BY_FORM.items() if fields}


def test_the_administration_makes_and_deletes_rows_by_verbs_but_for_these():
    def is_own(door, method):
        return getattr(type(door), method) is not getattr(RecordedAdmin, method)

    made = {
        label
        for label, door in RECORDED.items()
        if door.add_fields and not is_own(door, "add_by_verb")
    }
    deleted = {
        label
        for label, door in RECORDED.items()
        if door.delete_perm != "" and not is_own(door, "delete_model")
    }
    assert (made, deleted) == (MADE_BY_FORM, DELETED_BY_FORM)


def test_one_judgement_is_asked_in_three_places_alone():
    """`judge` decides; all others only carry what it looks at. Nobody goes past the package."""
    inside = "governance/rights/"
    judges, deep = set(), set()
    for path, tree in one_gate.sources(*one_gate.APPS, "config"):
        if path.startswith(inside):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                if node.module == "governance.rights" and "judge" in {
                    alias.name for alias in node.names
                }:
                    judges.add(path)
                if node.module.startswith("governance.rights."):
                    deep.add(path)
            if isinstance(node, ast.Import):
                deep |= {path for one in node.names if one.name.startswith("governance.rights")}
    assert judges == JUDGES
    assert deep == set()


def test_the_conditions_are_refused_by_one_module_alone():
    """The four refusals of a ruling are raised where the gate stands."""
    refusals = {"RightMissing", "CompetenceMissing", "NotSeparate", "CaseNotVisible"}
    found = {
        path
        for path, tree in one_gate.sources(*one_gate.APPS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in refusals
    }
    assert found == {"reviews/services/rights.py"}


def test_verdicts_claims_and_permits_are_written_in_these_modules_alone():
    makers = {"Verdict": set(), "Permit": set(), "PermitUse": set(), "Execution": set()}
    for path, tree in one_gate.sources(*one_gate.APPS):
        if path == "governance/evidence/verify_bundle.py":
            continue  # it stands alone, and its verdicts are on evidence
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            for name in makers:
                if called in (name, f"{name}.objects.create", f"{name}.objects.bulk_create"):
                    makers[name].add(path)
    assert makers == {
        "Verdict": {"reviews/services/deciding.py"},
        "Permit": {"reviews/services/permits.py"},
        "PermitUse": {"reviews/services/executing.py"},
        "Execution": {"reviews/services/executing.py"},
    }
