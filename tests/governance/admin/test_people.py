"""Accounts, roles and who holds them, through the administration's forms."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError

from governance.ledger import record
from governance.models import LedgerEntry, Refusal, ReviewerRole, RoleAssignment, User
from tests.factories import PASSWORD, make_person
from tests.governance.admin.forms import sent

pytestmark = pytest.mark.django_db

PEOPLE = "/admin/governance/user/"
ROLES = "/admin/governance/reviewerrole/"
HELD = "/admin/governance/roleassignment/"
NEW = {
    "username": "grace",
    "display_name": "Grace Hopper",
    "email": "grace@example.org",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


@pytest.fixture
def administrator(signed_in):
    return signed_in("administrator")


def who(client):
    return User.objects.get(pk=client.session["_auth_user_id"])


def entries_of(row):
    return list(
        LedgerEntry.objects.filter(subject_id=row.pk)
        .order_by("object_seq")
        .values_list("event", "actor", "history_id")
    )


def newest_body(row):
    entry = LedgerEntry.objects.filter(subject_id=row.pk).latest("object_seq")
    return json.loads(bytes(entry.leaf))["body"]


def test_a_new_account_is_made_by_its_verb_with_the_signed_in_person_as_actor(administrator):
    answer = administrator.post(f"{PEOPLE}add/", NEW)
    assert answer.status_code == 302, answer.context["errors"]

    made = User.objects.get(username="grace")
    history = made.history.get()
    actor = f"person:{who(administrator).pseudonym}"
    assert made.check_password(PASSWORD)
    assert (history.actor, history.history_user_id) == (actor, who(administrator).pk)
    assert entries_of(made) == [("governance.user.created", actor, history.pk)]
    assert not LogEntry.objects.exists()


def test_a_weak_password_is_shown_at_its_field_and_leaves_nothing(administrator):
    before = LedgerEntry.objects.count()
    answer = administrator.post(
        f"{PEOPLE}add/", NEW | {"password": "1234", "password_again": "1234"}
    )
    assert answer.status_code == 422
    assert "too short" in str(answer.context["adminform"].form.errors["password"])
    assert not User.objects.filter(username="grace").exists()
    assert LedgerEntry.objects.count() == before
    assert "grace@example.org" in answer.text
    assert "1234" not in answer.text


def test_a_changed_name_leaves_its_field_but_not_its_value_in_the_ledger(administrator):
    person = make_person("grace")
    answer = administrator.post(
        f"{PEOPLE}{person.pk}/change/",
        {"display_name": "Rear Admiral", "email": "", "is_active": "on"},
    )
    assert answer.status_code == 302

    person.refresh_from_db()
    newest = person.history.latest()
    actor = f"person:{who(administrator).pseudonym}"
    assert person.display_name == "Rear Admiral"
    assert newest.actor == actor
    assert entries_of(person)[-1] == ("governance.user.changed", actor, newest.pk)
    assert newest_body(person) == {"fields": ["display_name"], "values": {}}


def test_a_save_that_changes_nothing_leaves_no_trace(administrator):
    person = make_person("grace")
    before = entries_of(person)
    administrator.post(
        f"{PEOPLE}{person.pk}/change/",
        {"display_name": person.display_name, "email": "", "is_active": "on"},
    )
    assert entries_of(person) == before
    assert person.history.count() == 1


def test_a_save_whose_entry_fails_leaves_neither_row_nor_history(administrator, monkeypatch):
    person = make_person("grace")

    def fail(*_, **__):
        raise DatabaseError("the ledger is full")

    monkeypatch.setattr(record, "append_all", fail)
    with pytest.raises(DatabaseError):
        administrator.post(
            f"{PEOPLE}{person.pk}/change/",
            {"display_name": "Rear Admiral", "email": "", "is_active": "on"},
        )
    person.refresh_from_db()
    assert person.display_name == "Grace"
    assert person.history.count() == 1


def test_nobody_sets_what_only_the_system_may_set(administrator):
    person = make_person("grace")
    pseudonym = person.pseudonym
    administrator.post(
        f"{PEOPLE}{person.pk}/change/",
        {
            "display_name": "Grace", "is_active": "on", "is_simulated": "on", "username": "other",
            "password": "plain", "pseudonym": "00000000-0000-0000-0000-000000000000",
        },
    )  # fmt: skip
    person.refresh_from_db()
    assert (person.username, person.is_simulated, person.pseudonym) == ("grace", False, pseudonym)
    assert person.check_password(PASSWORD)


def test_a_lost_password_is_set_by_the_verb_and_ends_the_persons_sessions(administrator, client):
    person = make_person("grace", roles=["auditor"])
    client.force_login(person)
    page = f"{PEOPLE}{person.pk}/set-password/"
    fresh = "an entirely other phrase"

    assert administrator.get(page).status_code == 200
    refused = administrator.post(page, {"password": fresh, "password_again": "else"})
    assert refused.status_code == 200
    assert "not the same" in refused.text
    assert fresh not in refused.text
    answer = administrator.post(page, {"password": fresh, "password_again": fresh})

    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.check_password(fresh)
    assert entries_of(person)[-1][:2] == (
        "governance.user.password_set",
        f"person:{who(administrator).pseudonym}",
    )
    assert client.get("/admin/").status_code == 302


def test_a_role_is_given_on_the_persons_page_and_taken_back_on_its_own(administrator):
    person, auditor = make_person("grace"), ReviewerRole.objects.get(slug="auditor")
    given = administrator.post(f"{PEOPLE}{person.pk}/assign-role/", {"role": auditor.pk})
    held = RoleAssignment.objects.get(person=person)
    assert given.status_code == 302
    assert [event for event, *_ in entries_of(held)] == ["governance.roleassignment.created"]

    taken = administrator.post(f"{HELD}{held.pk}/end/")
    held.refresh_from_db()
    assert taken.status_code == 302
    assert held.valid_until is not None
    assert entries_of(held)[-1][0] == "governance.roleassignment.ended"


def test_a_refused_act_is_shown_and_entered_after_the_rollback(administrator):
    person, auditor = make_person("grace"), ReviewerRole.objects.get(slug="auditor")
    administrator.post(f"{PEOPLE}{person.pk}/assign-role/", {"role": auditor.pk})
    held = RoleAssignment.objects.get(person=person)
    administrator.post(f"{HELD}{held.pk}/end/")
    before = entries_of(held)

    again = administrator.post(f"{HELD}{held.pk}/end/")

    assert again.status_code == 409
    assert "This assignment has already ended" in again.text
    refusal = Refusal.objects.get()
    assert (refusal.code, refusal.actor) == (
        "assignment_ended",
        f"person:{who(administrator).pseudonym}",
    )
    assert refusal.act == "admin:governance_roleassignment_end"
    assert entries_of(held) == before


def test_a_name_that_differs_only_in_case_is_taken(administrator):
    make_person("Grace")
    answer = administrator.post(f"{PEOPLE}add/", NEW)
    assert "is taken" in str(answer.context["adminform"].form.errors["username"])
    assert "grace@example.org" in answer.text
    assert User.objects.filter(username__iexact="grace").count() == 1


def test_a_role_that_would_end_in_the_past_is_a_fault_of_its_field(administrator):
    person, auditor = make_person("grace"), ReviewerRole.objects.get(slug="auditor")
    past = datetime.now(UTC) - timedelta(days=1)
    answer = administrator.post(
        f"{HELD}add/", sent(person=person.pk, role=auditor.pk, valid_until=past)
    )
    assert answer.status_code == 200
    assert "This lies in the past" in answer.text
    assert not RoleAssignment.objects.filter(person=person).exists()


def test_a_role_is_made_changed_and_while_unused_deleted_on_the_record(administrator):
    role = {"slug": "trainee", "name": "Trainee", "description": "", "max_claims": 1}
    added = administrator.post(
        f"{ROLES}add/", role | {"permissions": "reviews.claim_case\n\n*.view_queue"}
    )
    assert added.status_code == 302
    made = ReviewerRole.objects.get(slug="trainee")
    assert made.permissions == ["reviews.claim_case", "*.view_queue"]

    administrator.post(
        f"{ROLES}{made.pk}/change/",
        {"name": "Trainee", "description": "", "permissions": "*.view_queue", "max_claims": 2},
    )
    assert newest_body(made) == {
        "fields": ["max_claims", "permissions"],
        "values": {"max_claims": "2", "permissions": ["*.view_queue"]},
    }
    deleted = administrator.post(f"{ROLES}{made.pk}/delete/", {"post": "yes"})
    assert deleted.status_code == 302
    assert not ReviewerRole.objects.filter(slug="trainee").exists()
    assert [event for event, *_ in entries_of(made)] == [
        "governance.reviewerrole.created",
        "governance.reviewerrole.changed",
        "governance.reviewerrole.deleted",
    ]
    # Every one of them commits to its own history row.
    assert len({history for *_, history in entries_of(made)}) == 3


def test_a_role_that_somebody_held_stays(administrator):
    reviewer = ReviewerRole.objects.get(slug="auditor")
    make_person("grace", roles=["auditor"])
    administrator.post(f"{ROLES}{reviewer.pk}/delete/", {"post": "yes"})
    assert ReviewerRole.objects.filter(slug="auditor").exists()


def test_the_history_says_who_changed_what(administrator):
    role = ReviewerRole.objects.get(slug="auditor")
    administrator.post(
        f"{ROLES}{role.pk}/change/",
        {
            "name": "Inspector", "description": role.description,
            "permissions": "\n".join(role.permissions), "max_claims": role.max_claims,
        },
    )  # fmt: skip
    text = administrator.get(f"{ROLES}{role.pk}/history/").text
    assert str(who(administrator)) in text
    assert "<del>Auditor</del> <ins>Inspector</ins>" in text
    assert "governance.reviewerrole.changed" in text


def test_there_is_no_bulk_deletion(administrator):
    make_person("grace")
    answer = administrator.post(
        ROLES, {"action": "delete_selected", "_selected_action": [ReviewerRole.objects.first().pk]}
    )
    assert "delete_selected" not in administrator.get(ROLES).text
    assert answer.status_code in (200, 302)
    assert ReviewerRole.objects.count() == 6
