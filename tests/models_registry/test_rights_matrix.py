"""The decision rights matrix: as it stood and will stand, in words, as CSV and as JSON."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import DecisionRight, ReviewerRole
from governance.services import accounts
from models_registry.motions.decision_rights import end
from models_registry.selectors.rights_export import COLUMNS, as_csv
from models_registry.selectors.rights_matrix import matrix_at, rights_at
from tests.factories import LONG_AGO, NOON, SETUP, build_world, change, make_person
from tests.governance.api.calling import Caller
from tests.governance.motions.motioning import officers
from tests.models_registry.motions.rights import approved, grant

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ROLE = "reviewer"


@pytest.fixture
def world():
    return build_world()


def give(role=ROLE, *, now=LONG_AGO, **what):
    return accounts.grant_right(
        **{
            "role": ReviewerRole.objects.get(slug=role),
            "verdicts": ["uphold"],
            "actor": SETUP,
            "now": now,
        }
        | what
    )


def cells(matrix, role=ROLE):
    """What stands in a role's row: {(system, type): words}, empty cells too."""
    [row] = [row for row in matrix.rows if row.role.slug == role]
    return {
        (cell.column.system, cell.column.decision_type): [one.words for one in cell.rights]
        for cell in row.cells
    }


def test_every_role_has_a_row_and_every_type_a_column(world):
    matrix = matrix_at(NOON)
    assert [row.role.slug for row in matrix.rows] == [
        role.slug for role in ReviewerRole.objects.order_by("name")
    ]
    assert [(group.label, [one.label for one in group.columns]) for group in matrix.groups] == [
        ("Every AI system", ["every type"]),
        ("Lending", ["every type", "Loan approval"]),
    ]
    assert cells(matrix) == {
        ("", ""): [],
        ("lending", ""): ["uphold, override, reverse, abstain"],
        ("lending", "lending-approval"): [],
    }
    assert cells(matrix, "auditor") == {place: [] for place in cells(matrix)}
    covered = {
        (row.role.slug, cell.column.decision_type)
        for row in matrix.rows
        for cell in row.cells
        if cell.is_covered
    }
    assert covered == {(role, "lending-approval") for role in (ROLE, "senior-reviewer")}


@pytest.mark.parametrize(
    ("what", "place", "words"),
    [
        ({}, ("", ""), "uphold"),
        (
            {
                "decision_type": "lending-approval",
                "verdicts": ["override", "uphold"],
                "outcomes": ["refuse"],
                "max_impact": Decimal(10_000),
                "valid_until": NOON.replace(year=2027, month=1, day=31, hour=0),
            },
            ("lending", "lending-approval"),
            "uphold, override to Refuse up to 10,000 EUR until 2027-01-31",
        ),
        (
            {"system": "lending", "max_impact": Decimal("0.5"), "valid_until": NOON + DAY},
            ("lending", ""),
            "uphold up to 0.5 EUR until 2026-11-24 12:00 UTC",
        ),
        # Named by a right, and registered nowhere: it still shows.
        (
            {"system": "hiring", "max_impact": Decimal(5)},
            ("hiring", ""),
            "uphold up to 5 (in the type's unit)",
        ),
        ({"decision_type": "triage", "outcomes": ["wait"]}, ("", "triage"), "uphold to wait"),
    ],
)
def test_each_right_stands_in_its_cell_in_words(world, what, place, words):
    give(**what)
    assert words in cells(matrix_at(NOON))[place]


def test_the_matrix_is_that_of_the_instant(world):
    give(system="lending", valid_from=NOON + DAY, valid_until=NOON + 2 * DAY, now=LONG_AGO)
    place = ("lending", "")

    def count(at):
        return len(cells(matrix_at(at))[place])

    tick = timedelta(microseconds=1)
    assert [count(LONG_AGO - tick), count(LONG_AGO)] == [0, 1]
    assert [count(NOON + DAY - tick), count(NOON + DAY)] == [1, 2]
    assert [count(NOON + 2 * DAY - tick), count(NOON + 2 * DAY)] == [2, 1]


def test_filters_leave_what_applies(world):
    give()
    give(system="hiring")
    give(decision_type="lending-approval")
    assert set(cells(matrix_at(NOON, system="lending"))) == {
        ("", ""), ("lending", ""), ("lending", "lending-approval"),
    }  # fmt: skip
    assert matrix_at(NOON, system="lending").count == 4
    assert matrix_at(NOON, system="hiring").count == 2
    assert [row.role.slug for row in matrix_at(NOON, role="auditor").rows] == ["auditor"]
    assert matrix_at(NOON, role="nobody").rows == ()
    assert {right.role.slug for right in rights_at(NOON, role="senior-reviewer")} == {
        "senior-reviewer"
    }


def test_its_queries_do_not_grow(world):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            matrix_at(NOON)
        return len(captured)

    few = queries()
    for number in range(20):
        give(system=f"system-{number}")
        change(ReviewerRole(slug=f"role-{number}", name="Role", permissions=[]))
    assert queries() == few == 4


# The API.


def fetch(path, person=None, **query):
    words = "&".join(f"{name}={value}" for name, value in query.items())
    caller = Caller(person=person or make_person(roles=["auditor"]))
    return caller.get(f"decision-rights{path}?{words}")


def table(answer):
    text = answer.response.content.decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_an_export_tells_who_moved_and_who_approved_both_ends(world):
    first, second, third = officers(3)
    granting = approved(
        first,
        second,
        grant(
            decision_type="lending-approval",
            max_impact=Decimal("10000.50"),
            outcomes=["refuse"],
            valid_until=NOON + 9 * DAY,
        ),
    )
    right = DecisionRight.objects.get(motion=granting)
    ending = approved(second, third, end(right.pk, NOON + 2 * DAY), now=NOON + DAY)

    [row] = [one for one in table(fetch("/export.csv")) if one["id"] == str(right.pk)]

    assert row == {
        "role": "reviewer",
        "system": "",
        "decision_type": "lending-approval",
        "max_impact": "10000.5",
        "unit": "EUR",
        "verdicts": "uphold; override",
        "outcomes": "refuse",
        "valid_from": "2026-11-23T12:00:00.000000Z",
        "valid_until": "2026-11-25T12:00:00.000000Z",
        "id": str(right.pk),
        "granted_by_motion": str(granting.pk),
        "moved_by": str(first.pseudonym),
        "approved_by": str(second.pseudonym),
        "ended_by_motion": str(ending.pk),
        "end_moved_by": str(second.pseudonym),
        "end_approved_by": str(third.pseudonym),
    }


def test_the_forms_say_the_same_in_the_same_order(world):
    for system in ("b", "a", "c"):
        give("senior-reviewer", system=system)
        give(system=system)
    as_table = fetch("/export.csv")
    whole = fetch("/export.json")
    assert as_table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        as_table.headers["Content-Disposition"]
        == 'attachment; filename="decision-rights-20261123T120000Z.csv"'
    )
    assert whole.body["as_of"] == "2026-11-23T12:00:00.000000Z"
    rows = whole.body["rights"]
    places = [(row["role"], row["system"], row["decision_type"]) for row in rows]
    assert len(places) == 8
    assert places == sorted(places)
    assert [row["id"] for row in rows] == [row["id"] for row in table(as_table)]
    assert list(rows[0]) == list(COLUMNS)
    assert fetch("/export.csv").response.content == as_table.response.content
    listed = fetch("", page_size=500).body["results"]
    assert sorted(listed, key=json.dumps) == sorted(rows, key=json.dumps)


def test_the_list_has_pages(world):
    first = fetch("", page_size=1).body
    assert len(first["results"]) == 1
    caller = Caller(person=make_person(roles=["auditor"]))
    second = caller.get("/" + first["next"].split("/", 3)[3]).body
    assert {row["role"] for row in first["results"] + second["results"]} == {
        "reviewer", "senior-reviewer",
    }  # fmt: skip


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_carry_out_begins_with_an_apostrophe(world, begins):
    world.decision_type.impact_unit = begins
    change(world.decision_type, "impact_unit")
    give(decision_type="lending-approval", max_impact=Decimal(1), outcomes=[begins, "grant"])
    [row] = [one for one in table(fetch("/export.csv")) if one["unit"]]
    assert row["unit"] == f"'{begins}"
    assert row["outcomes"].startswith(f"'{begins}; ")


def test_commas_quotes_and_line_ends_stay_in_their_cell():
    line = dict.fromkeys(COLUMNS) | {"unit": 'a "b", c\r\nd', "outcomes": ["x", "y"]}
    [row] = csv.DictReader(io.StringIO(as_csv([line]), newline=""))
    assert (row["unit"], row["outcomes"], row["role"]) == ('a "b", c\r\nd', "x; y", "")


@pytest.mark.parametrize("path", ["", "/export.csv", "/export.json"])
def test_each_form_is_as_of_an_instant_for_those_who_may_see_rights(world, path):
    give(system="lending", valid_until=NOON - DAY, verdicts=["abstain"])

    def count(**query):
        answer = fetch(path, **query)
        assert answer.status == 200
        if path == "/export.csv":
            return len(table(answer))
        return len(answer.body["rights" if path else "results"])

    assert count() == 2
    assert count(at="2026-11-20T00:00:00Z") == 3
    assert count(at="2026-11-20T00:00:00Z", role="reviewer") == 2
    assert count(system="hiring") == 0
    faulty = fetch(path, at="yesterday")
    assert (faulty.status, faulty.pointers) == (400, ["/at"])
    assert fetch(path, world.reviewer).status == 403
    assert Caller().get(f"decision-rights{path}").status == 401


def test_an_export_costs_the_same_for_more_rights(world):
    auditor = make_person(roles=["auditor"])
    first, second = officers(2)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert fetch("/export.csv", auditor).status == 200
        return len(captured)

    approved(first, second, grant())
    few = queries()
    for number in range(5):
        approved(first, second, grant(max_impact=Decimal(number)))
    assert queries() == few
