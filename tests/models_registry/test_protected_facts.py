"""Marking the protected facts of a decision type."""

from __future__ import annotations

import pytest

from governance.errors import InputInvalid
from governance.models import LedgerEntry
from models_registry.services.protected_facts import mark_protected_facts
from tests.factories import NOON, SETUP, build_world
from tests.governance.api.calling import Caller
from tests.models_registry.admin.test_systems import TYPES, a_type, events

pytestmark = pytest.mark.django_db

REGION = {"region": {"kind": "proxy", "basis": "Known from the form."}}
PLACE = "decision-types/lending-approval/protected"


@pytest.fixture
def world():
    return build_world()


def mark(world, marks):
    return mark_protected_facts(
        decision_type=world.decision_type, marks=marks, actor=SETUP, now=NOON
    )


def test_marks_are_kept_with_history_and_entry_and_once(world):
    marks = {"income": {"kind": "attribute", "basis": ""}}
    assert world.decision_type.protected is None
    kind = mark(world, marks)
    assert kind.protected == marks
    assert kind.history.latest().protected == marks
    event = "models_registry.decisiontype.protected_marked"
    entry = LedgerEntry.objects.get(event=event)
    assert (entry.subject_id, entry.history_id) == (kind.pk, kind.history.latest().history_id)

    mark(world, marks)
    assert LedgerEntry.objects.filter(event=event).count() == 1
    assert mark(world, {}).protected == {}


@pytest.mark.parametrize(
    ("marks", "pointer"),
    [
        ({"weather": {"kind": "proxy", "basis": ""}}, "/protected/weather"),
        ({"a/b": {"kind": "proxy", "basis": ""}}, "/protected/a~1b"),
        ({"income": {"kind": "odd", "basis": ""}}, "/protected/income/kind"),
        ({"income": {"kind": "proxy", "basis": "x" * 501}}, "/protected/income/basis"),
    ],
)
def test_what_is_no_mark_is_named_and_nothing_kept(world, marks, pointer):
    with pytest.raises(InputInvalid) as refused:
        mark(world, marks)
    assert [fault.pointer for fault in refused.value.errors] == [pointer]
    world.decision_type.refresh_from_db()
    assert world.decision_type.protected is None


def test_groups_are_the_marked_facts_that_divide_and_that_policies_see(world):
    kind = world.decision_type
    kind.fact_schema = {
        "age": {"type": "int", "label": "Age"},
        "sex": {"type": "string", "label": "Sex", "personal": True},
        "region": {"type": "string", "label": "Region"},
        "student": {"type": "bool", "label": "Student"},
        "topic": {"type": "string", "label": "Topic"},
    }
    kind.protected = {name: {"kind": "proxy", "basis": ""} for name in kind.fact_schema}
    del kind.protected["topic"]
    assert kind.protected_groups == ["region", "student"]


class TestApi:
    def test_marks_are_set_and_read(self, world):
        caller = Caller(person=world.officer)
        marks = {"income": {"kind": "proxy"}}
        answer = caller.post(PLACE, {"protected": marks})
        assert answer.status == 200
        assert answer.body["protected"] == {"income": {"kind": "proxy", "basis": ""}}

    @pytest.mark.parametrize(
        ("body", "status", "pointer"),
        [
            ({}, 400, "/protected"),
            ({"protected": []}, 400, "/protected"),
            ({"protected": {"income": "proxy"}}, 400, "/protected/income"),
            ({"protected": {"income": {"kind": "odd"}}}, 400, "/protected/income/kind"),
            ({"protected": {"weather": {"kind": "proxy"}}}, 422, "/protected/weather"),
            ({"protected": {}, "more": 1}, 400, "/more"),
        ],
    )
    def test_a_faulty_body_is_named(self, world, body, status, pointer):
        answer = Caller(person=world.officer).post(PLACE, body)
        assert answer.status == status
        assert pointer in [fault["pointer"] for fault in answer.body["errors"]]

    def test_a_type_that_is_not_there_and_a_person_who_may_not(self, world):
        assert Caller(person=world.officer).post(
            "decision-types/nothing/protected", {"protected": {}}
        ).status == 404  # fmt: skip
        assert Caller(person=world.reviewer).post(PLACE, {"protected": {}}).status == 403


def fields(world, line):
    kind = world.decision_type
    return {
        "name": kind.name, "question": kind.question, "policy": kind.policy_id, "protected": line,
    }  # fmt: skip


class TestAdministration:
    def test_the_form_takes_marks_line_by_line_and_keeps_them_by_the_verb(self, world, client):
        client.force_login(world.officer)
        page = f"{TYPES}{world.decision_type.pk}/change/"
        line = "income | proxy | The form."
        assert client.post(page, fields(world, line)).status_code == 302
        world.decision_type.refresh_from_db()
        assert world.decision_type.protected == {"income": {"kind": "proxy", "basis": "The form."}}
        assert events(world.decision_type)[-1].endswith(".protected_marked")
        assert line in client.get(page).text
        count = len(events(world.decision_type))
        assert client.post(page, fields(world, line)).status_code == 302
        assert len(events(world.decision_type)) == count

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ("weather | proxy", "no such fact"),
            ("income", "needs 2 to 3 parts"),
            ("income | odd", "Must be one of"),
        ],
    )
    def test_a_faulty_line_is_shown(self, world, client, line, sentence):
        client.force_login(world.officer)
        page = f"{TYPES}{world.decision_type.pk}/change/"
        answer = client.post(page, fields(world, line))
        assert sentence in answer.text
        world.decision_type.refresh_from_db()
        assert world.decision_type.protected is None

    def test_a_new_type_brings_its_marks(self, world, client):
        client.force_login(world.officer)
        new = a_type(world, protected="age | attribute | Sealed.")
        assert client.post(f"{TYPES}add/", new).status_code == 302
        made = world.policy.decision_types.get(slug="limit-raise")
        assert made.protected == {"age": {"kind": "attribute", "basis": "Sealed."}}
