"""Accounts, roles, qualifications, and the keys of programs."""

import hashlib
from datetime import timedelta

import pytest

from governance.errors import InputInvalid
from governance.models import Actor, ReviewerRole, Scope
from governance.services.accounts import (
    AssignmentEnded,
    UsernameTaken,
    assign_role,
    create_account,
    end_role,
)
from governance.services.api_keys import KeyRevoked, create_client, issue_key, revoke_key
from governance.services.subjects import external_reference, subject_for
from tests.factories import NOON, PASSWORD, make_person
from tests.governance.api.calling import Caller
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db

ADMIN = Actor.system("setup")


def create(username="ada", password=PASSWORD):
    return create_account(
        username=username,
        display_name="Ada",
        password=password,
        actor=ADMIN,
        now=NOON,
    )


def test_a_new_account_may_do_nothing_yet_and_its_name_is_in_no_entry():
    written = Written()

    ada = create()

    assert not ada.permissions
    assert written.entries() == [("governance.user.created", "system:setup")]
    assert ada.check_password(PASSWORD)
    assert "password" not in {field.name for field in ada.history.model._meta.fields}


def test_one_name_is_one_person_whatever_its_case():
    create("Ada")

    with refused(UsernameTaken):
        create("aDA")


@pytest.mark.parametrize("password", ["", "short", "1234567890123", "password", "adaadaada"])
def test_a_weak_password_is_named_and_makes_no_account(password):
    with refused(InputInvalid) as refusal:
        create("adaadaada", password)

    assert {error.pointer for error in refusal.value.errors} == {"/password"}


def test_a_role_holds_from_its_instant_until_it_is_taken_back():
    ada = make_person()
    role = ReviewerRole.objects.get(slug="auditor")
    actor = Actor.of(make_person())
    written = Written()

    assignment = assign_role(person=ada, role=role, actor=actor, now=NOON)
    before = Caller(person=ada).get("ledger/entries").status
    ended = end_role(assignment=assignment, actor=actor, now=NOON + timedelta(hours=1))

    assert ended.valid_until == NOON + timedelta(hours=1)
    after = Caller(person=ada).get("ledger/entries", now=NOON + timedelta(hours=1)).status
    assert (before, after) == (200, 403)
    assert written.entries()[0] == ("governance.roleassignment.created", actor.label)
    assert ("governance.roleassignment.ended", actor.label) in written.entries()
    with refused(AssignmentEnded):
        end_role(assignment=assignment, actor=actor, now=NOON + timedelta(hours=2))


def test_a_keys_text_is_shown_once_and_kept_nowhere():
    owner = make_person()
    client = create_client(
        name="Engine", systems=["lending"], owner=owner, actor=Actor.of(owner), now=NOON
    )
    written = Written()

    issued = issue_key(
        client=client,
        scopes=[Scope.PERMITS],
        expires_at=NOON + timedelta(days=1),
        actor=Actor.of(owner),
        now=NOON,
    )

    _, secret = issued.text.split(".")
    assert secret not in str(vars(issued.key))
    assert issued.key.secret_sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert issued.key.scopes == ["permits:consume"]
    assert written.entries() == [("governance.apikey.issued", person(owner))]


@pytest.mark.parametrize(
    ("scopes", "expires_at", "pointers"),
    [
        ([], NOON + timedelta(days=1), ["/scopes"]),
        ([Scope.PERMITS], NOON, ["/expires_at"]),
        ([], NOON, ["/scopes", "/expires_at"]),
    ],
)
def test_a_key_without_scope_or_time_is_not_issued(scopes, expires_at, pointers):
    owner = make_person()
    client = create_client(name="Engine", systems=[], owner=owner, actor=ADMIN, now=NOON)

    with refused(InputInvalid) as refusal:
        issue_key(client=client, scopes=scopes, expires_at=expires_at, actor=ADMIN, now=NOON)

    assert [error.pointer for error in refusal.value.errors] == pointers


def test_a_key_is_revoked_at_once_and_once():
    owner = make_person()
    client = create_client(name="Engine", systems=[], owner=owner, actor=ADMIN, now=NOON)
    issued = issue_key(
        client=client,
        scopes=[Scope.DECISIONS_READ],
        expires_at=NOON + timedelta(days=1),
        actor=ADMIN,
        now=NOON,
    )
    caller = Caller(key=issued.text)
    before = caller.get("decisions").status
    written = Written()

    revoke_key(key=issued.key, actor=ADMIN, now=NOON)

    assert (before, caller.get("decisions").status) == (200, 401)
    assert written.events() == ["governance.apikey.revoked"]
    with refused(KeyRevoked):
        revoke_key(key=issued.key, actor=ADMIN, now=NOON)


def test_one_reference_is_one_subject_and_nobody_is_somebody_new():
    first, again = subject_for("customer-1", now=NOON), subject_for("customer-1", now=NOON)
    other, nobody, nobody_else = (subject_for(who, now=NOON) for who in ("customer-2", None, None))

    assert first == again
    assert len({first.pk, other.pk, nobody.pk, nobody_else.pk}) == 4
    assert external_reference(first) == "customer-1"
    assert external_reference(nobody) is None
    assert "customer-1" not in str(bytes(first.identity.sealed_reference))
