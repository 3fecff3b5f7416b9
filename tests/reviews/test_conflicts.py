"""Standing conflicts of interest: recorded, ended, and what they do to claims."""

from datetime import timedelta

import pytest

from governance.errors import InputInvalid
from governance.models import Actor, Conflict, LedgerEntry
from reviews.errors import ConflictKnown, ConflictOver, NotSeparate
from reviews.models import Case
from reviews.selectors.matters import matters_of
from reviews.services.claiming import claim_case
from reviews.services.conflicts import end_conflict, record_conflict
from tests.factories import NOON, build_world, change
from tests.governance.api.calling import Caller
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def case(world):
    return world.open_case()


def record(world, **how):
    given = {"person": world.reviewer, "reason": "Family.", "now": NOON} | how
    return record_conflict(**given, actor=Actor.of(world.officer))


@pytest.mark.parametrize(
    "named",
    [
        lambda case: {"pseudonym": case.decision.subject_id},
        lambda case: {"reference": "customer-1"},
        lambda case: {"organisation": "Example Bank"},
    ],
)
def test_from_now_on_the_person_rules_on_nothing_of_it_and_gives_back_what_they_hold(
    world, case, named
):
    other = world.open_case(subject={"ref": "customer-2"})
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    claim_case(case_id=other.pk, reviewer=world.reviewer, now=NOON)
    written = Written()

    conflict = record(world, **named(case))

    case.refresh_from_db()
    other.refresh_from_db()
    assert case.state == "open"
    assert case.history.latest().actor == person(world.officer)
    touches_other = bool(conflict.organisation)
    assert other.state == ("open" if touches_other else "claimed")
    ended = ["reviews.case.claim_ended"] * (2 if touches_other else 1)
    assert written.events() == ["governance.conflict.recorded", *ended]
    assert conflict.history.latest().actor == person(world.officer)
    with refused(NotSeparate):
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def test_a_reference_is_looked_up_and_stands_nowhere(world, case):
    conflict = record(world, reference="customer-1")

    assert conflict.subject_id == case.decision.subject_id
    entry = LedgerEntry.objects.get(event="governance.conflict.recorded")
    assert b"customer-1" not in bytes(entry.leaf)
    stored = [str(value) for row in conflict.history.values() for value in row.values()]
    assert not [value for value in stored if "customer-1" in value]


@pytest.mark.parametrize(
    ("named", "pointer"),
    [
        ({}, ""),
        ({"organisation": "Example Bank", "reference": "customer-1"}, ""),
        ({"reference": "nobody"}, "/reference"),
        ({"pseudonym": "01939c6e-5c2f-7a10-8000-5a0b1c2d3e4f"}, "/pseudonym"),
        ({"organisation": "example bank"}, "/organisation"),
        ({"organisation": "Example Bank", "valid_until": NOON}, "/valid_until"),
    ],
)
def test_what_names_nothing_is_refused(world, case, named, pointer):
    with refused(InputInvalid) as refusal:
        record(world, **named)
    assert [fault.pointer for fault in refusal.value.errors] == [pointer]
    assert "nobody" not in str(refusal.value.errors)


def test_the_same_conflict_is_recorded_once(world, case):
    record(world, reference="customer-1")

    with refused(ConflictKnown):
        record(world, pseudonym=case.decision.subject_id)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=1)])
def test_an_ended_conflict_stands_in_nobodys_way(world, case, later):
    conflict = record(world, reference="customer-1")
    written, when = Written(), NOON + later

    ended = end_conflict(conflict_id=conflict.pk, actor=Actor.of(world.officer), now=when)

    assert ended.valid_until >= when
    assert written.entries() == [("governance.conflict.ended", person(world.officer))]
    soon = when + timedelta(seconds=1)
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=soon)
    with refused(ConflictOver):
        end_conflict(conflict_id=conflict.pk, actor=Actor.of(world.officer), now=soon)


def test_a_conflict_with_one_subject_does_not_touch_systems_without_an_organisation(world, case):
    """An empty organisation is nobody's."""
    record(world, reference="customer-1")
    world.system.organisation = ""
    change(world.system, "organisation")
    other = world.open_case(subject={"ref": "customer-2"})

    both = matters_of(list(Case.objects.all()), NOON)
    assert world.reviewer.pk in both[case.pk].near
    assert world.reviewer.pk not in both[other.pk].near


@pytest.mark.parametrize(
    ("who", "reads", "records"),
    [("officer", 200, 201), ("reviewer", 403, 403), ("owner", 403, 403)],
)
def test_who_may_record_and_end(world, case, who, reads, records):
    caller = Caller(person=getattr(world, who))
    body = {"person": world.reviewer.username, "reference": "customer-1", "reason": "Family."}

    assert caller.get("conflicts").status == reads
    answer = caller.post("conflicts", body)
    assert answer.status == records
    if records != 201:
        assert not Conflict.objects.exists()
        conflict = record(world, reference="customer-1")
        assert caller.post(f"conflicts/{conflict.pk}/end").status == 403
        return
    assert "reference" not in answer.body
    assert answer.body["pseudonym"] == str(case.decision.subject_id)
    assert caller.post(f"conflicts/{answer.body['id']}/end").status == 200
    assert caller.post(f"conflicts/{answer.body['id']}/end").status == 409


def test_the_list_is_narrowed_and_costs_the_same_however_long(
    world, case, django_assert_max_num_queries
):
    record(world, reference="customer-1")
    record(world, organisation="Example Bank", person=world.reviewers[1])
    caller = Caller(person=world.officer)

    with django_assert_max_num_queries(8):
        assert len(caller.get("conflicts").body["results"]) == 2
    mine = caller.get(f"conflicts?person={world.reviewer.username}&state=in_force")
    assert [row["organisation"] for row in mine.body["results"]] == [""]
    assert caller.get("conflicts?state=past").body["results"] == []
    assert caller.get("conflicts?state=odd").status == 400


def test_a_person_who_is_no_account_is_refused(world, case):
    body = {"person": "Ada Lovelace", "reference": "customer-1", "reason": "Family."}

    answer = Caller(person=world.officer).post("conflicts", body)

    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/person")
    assert not Conflict.objects.exists()
