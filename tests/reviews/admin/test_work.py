"""Halts, queues, rights and cases through the administration."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import (
    LedgerEntry,
    Motion,
    Refusal,
    ReviewerRole,
    RoleAssignment,
)
from governance.services.accounts import assign_role
from models_registry.models import Halt
from reviews.models import Case, Permit, PermitVoid, Queue, QueueMembership
from tests.factories import SETUP, build_world, make_person, policy_text, remove

pytestmark = pytest.mark.django_db

HALTS = "/admin/models_registry/halt/"
CASES = "/admin/reviews/case/"
MEMBERS = "/admin/reviews/queuemembership/"


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def officer(signed_in):
    return signed_in("compliance-officer")


def events(row):
    found = LedgerEntry.objects.filter(subject_id=row.pk).order_by("object_seq")
    return list(found.values_list("event", flat=True))


def test_a_halt_is_placed_by_one_and_lifted_by_two(world, officer, signed_in):
    world.submit(outcome="grant", confidence=0.99, now=timezone.now())
    placed = officer.post(
        f"{HALTS}add/", {"decision_type": world.decision_type.pk, "reason": "Drift."}
    )
    assert placed.status_code == 302
    halt = Halt.objects.get()
    assert halt.system == world.system
    assert PermitVoid.objects.get().permit == Permit.objects.get()

    unexplained = officer.post(f"{HALTS}{halt.pk}/lift/", {"reason": ""})
    assert "reason" in unexplained.context["form"].errors
    moved = officer.post(f"{HALTS}{halt.pk}/lift/", {"reason": "Mended."})
    motion = Motion.objects.get()
    assert (moved.status_code, moved.url) == (302, f"/motions/{motion.pk}/")
    halt.refresh_from_db()
    assert halt.lifted_at is None
    vote = {"choice": "approve", "reason": "", "digest": motion.digest}
    assert signed_in("senior-reviewer").post(moved.url, vote).status_code == 302
    halt.refresh_from_db()
    assert str(halt.lifted_by_id) == officer.session["_auth_user_id"]
    again = officer.post(f"{HALTS}{halt.pk}/lift/", {"reason": "Mended."})
    assert again.status_code == 409
    assert Refusal.objects.get().code == "halt_lifted"
    assert events(halt) == ["models_registry.halt.placed", "models_registry.halt.lifted"]


def test_a_halt_of_another_systems_type_is_a_fault(world, officer):
    halt = {"system": world.system.pk, "decision_type": world.policy.pk, "reason": "Drift."}
    answer = officer.post(f"{HALTS}add/", halt)
    assert answer.status_code == 200
    assert not Halt.objects.exists()


def test_a_queue_is_made_changed_closed_and_its_members_come_and_go(world, officer):
    queue = {
        "slug": "care", "name": "Care", "escalates_to": world.second_line.pk,
        "rung_within": "02:00:00", "lease_within": "00:10:00",
    }  # fmt: skip
    assert officer.post("/admin/reviews/queue/add/", queue).status_code == 302
    made = Queue.objects.get(slug="care")
    officer.post(f"/admin/reviews/queue/{made.pk}/change/", queue | {"name": "Care team"})
    officer.post(f"/admin/reviews/queue/{made.pk}/close/")
    made.refresh_from_db()
    assert (made.name, made.is_open) == ("Care team", False)
    assert events(made) == [
        "reviews.queue.created",
        "reviews.queue.changed",
        "reviews.queue.closed",
    ]

    person = make_person()
    officer.post(f"{MEMBERS}add/", {"queue": made.pk, "person": person.pk})
    member = QueueMembership.objects.get(queue=made)
    assert officer.post(f"{MEMBERS}{member.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not QueueMembership.objects.filter(queue=made).exists()
    assert events(member) == ["reviews.queuemembership.added", "reviews.queuemembership.removed"]


def test_what_only_the_database_refuses_is_a_message_not_an_error(world, officer):
    """The form checks no rule about a field that it does not show."""
    queue = world.first_line
    answer = officer.post(
        f"/admin/reviews/queue/{queue.pk}/change/",
        {
            "name": queue.name, "escalates_to": queue.pk, "rung_within": "01:00:00",
            "lease_within": "00:10:00",
        },
    )  # fmt: skip
    assert answer.status_code in (200, 409)
    queue.refresh_from_db()
    assert queue.escalates_to == world.second_line


def test_a_case_is_claimed_and_given_back_by_who_may_rule_and_nobody_else(world, client, officer):
    case = world.open_case(now=timezone.now())
    reviewer = world.reviewer
    auditor = ReviewerRole.objects.get(slug="auditor")
    assign_role(person=reviewer, role=auditor, actor=SETUP, now=timezone.now())
    client.force_login(reviewer)

    assert client.post(f"{CASES}{case.pk}/claim/").status_code == 302
    case.refresh_from_db()
    assert case.claimed_by == reviewer
    assert client.post(f"{CASES}{case.pk}/claim/").status_code == 409
    assert client.post(f"{CASES}{case.pk}/release/").status_code == 302
    case.refresh_from_db()
    assert case.state == Case.State.OPEN
    assert officer.post(f"{CASES}{case.pk}/claim/").status_code == 403


def test_a_case_of_anothers_queue_is_not_claimed(world, client):
    case = world.open_case(now=timezone.now())
    stranger = make_person(roles=["reviewer", "auditor"])
    client.force_login(stranger)
    answer = client.post(f"{CASES}{case.pk}/claim/")
    assert answer.status_code == 404
    assert "not yours to see" in answer.text
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


def test_who_reviews_and_administers_sees_the_cases_of_their_queues_alone(world, client):
    case = world.open_case()
    administrator = ReviewerRole.objects.get(slug="administrator")
    assign_role(person=world.reviewer, role=administrator, actor=SETUP, now=timezone.now())
    client.force_login(world.reviewer)
    assert list(client.get(CASES).context["cl"].result_list) == [case]
    client.force_login(make_person(roles=["reviewer", "administrator"]))
    assert not client.get(CASES).context["cl"].result_list


def test_cases_are_filtered_by_deadline_and_found_by_decision(world, officer):
    now = timezone.now()
    late, early = world.open_case(now=now - timedelta(days=1)), world.open_case(now=now)
    shown = officer.get(CASES, {"deadline": "overdue"}).context["cl"].result_list
    assert list(shown) == [late]
    found = officer.get(CASES, {"q": str(early.decision_id)}).context["cl"].result_list
    assert list(found) == [early]


def test_decisions_are_found_by_both_ids(world, officer):
    first, second = world.submit(), world.submit()
    for term in (str(first.pk), first.external_id):
        found = officer.get("/admin/reviews/decision/", {"q": term}).context["cl"].result_list
        assert list(found) == [first]
    everything = officer.get("/admin/reviews/decision/").context["cl"].result_list
    assert list(everything) == [second, first]


def test_decisions_and_evaluations_are_filtered_by_disposition(world, officer):
    world.submit()
    passed = world.submit(outcome="grant", confidence=0.99)
    for page, expected in (("decision", passed), ("evaluation", passed.evaluation)):
        answer = officer.get(f"/admin/reviews/{page}/", {"disposition": "pass"})
        assert list(answer.context["cl"].result_list) == [expected]


def test_who_rules_finds_neither_blind_decisions_nor_open_ballots(client):
    world = build_world(text=policy_text(verdicts=2, reviewer_sees="blind_first"))
    case = world.open_case()
    both = world.reviewers[1]
    role = ReviewerRole.objects.get(slug="auditor")
    assign_role(person=both, role=role, actor=SETUP, now=timezone.now())
    client.force_login(both)
    assert not client.get("/admin/reviews/decision/").context["cl"].result_list
    assert client.get(f"/admin/reviews/decision/{case.decision_id}/change/").status_code == 302
    assert not client.get("/admin/reviews/evaluation/").context["cl"].result_list
    remove(RoleAssignment.objects.get(person=both, role__slug="reviewer"))
    assert client.get("/admin/reviews/decision/").context["cl"].result_list
