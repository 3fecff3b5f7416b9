"""What newer versions give to the standard roles, and what is never given back by itself."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from governance.errors import InputInvalid, NotPermitted
from governance.models import LedgerEntry, ReviewerRole
from governance.services import installation
from governance.services.standard_roles import add_standard_permissions, standings
from tests.factories import NOON, PASSWORD, change, make_person

pytestmark = pytest.mark.django_db

NEW = "reviews.watch_something"
ROLES = "/admin/governance/reviewerrole/"


@pytest.fixture
def newer(monkeypatch):
    """A version that gives auditors one permission more than the one that made the roles."""
    specs = {spec.slug: spec for spec in installation.ROLES}
    monkeypatch.setattr(specs["auditor"], "permissions", [*specs["auditor"].permissions, NEW])


@pytest.fixture(autouse=True)
def specs_may_change(monkeypatch):
    """The specs are frozen; a copy that is not stands in for those of another version."""

    class Spec:
        def __init__(self, spec):
            self.slug, self.permissions = spec.slug, spec.permissions

    specs = [Spec(spec) for spec in installation.ROLES]
    monkeypatch.setattr("governance.services.standard_roles.ROLES", specs)
    monkeypatch.setattr(installation, "ROLES", specs)


@pytest.fixture
def administrator():
    return make_person("root", roles=["administrator"])


def auditor():
    return ReviewerRole.objects.get(slug="auditor")


def standing(slug="auditor"):
    return next(one for one in standings() if one.role.slug == slug)


def narrowed(without):
    role = auditor()
    role.permissions = [one for one in role.permissions if one != without]
    change(role, "permissions")


def add(by, *permissions):
    return add_standard_permissions(role=auditor(), permissions=permissions, added_by=by, now=NOON)


def test_a_new_installation_lacks_nothing():
    assert {one.role.slug for one in standings()} == {spec.slug for spec in installation.ROLES}
    assert not [one for one in standings() if one.offered or one.taken_away]


@pytest.mark.usefixtures("newer")
def test_what_a_newer_version_gives_is_offered_and_added_on_request_once(administrator):
    assert (standing().offered, standing().taken_away) == ((NEW,), ())
    assert NEW not in auditor().permissions

    role = add(administrator, NEW)
    assert role.permissions[-1] == NEW
    entry = LedgerEntry.objects.get(event="governance.reviewerrole.widened")
    assert entry.actor == f"person:{administrator.pseudonym}"
    assert entry.subject_id == role.pk
    assert not standing().offered

    add(administrator, NEW)
    assert LedgerEntry.objects.filter(event="governance.reviewerrole.widened").count() == 1


@pytest.mark.usefixtures("newer")
def test_what_was_taken_away_is_told_and_not_offered(administrator):
    narrowed(without="governance.issue_bundle")
    assert standing().offered == (NEW,)
    assert standing().taken_away == ("governance.issue_bundle",)
    with pytest.raises(InputInvalid) as refused:
        add(administrator, NEW, "governance.issue_bundle", "governance.erase_subject")
    assert [fault.code for fault in refused.value.errors] == ["taken_away", "unknown"]
    assert NEW not in auditor().permissions


@pytest.mark.usefixtures("newer")
def test_a_pattern_that_covers_it_is_enough():
    role = auditor()
    role.permissions = [*role.permissions, "reviews.*"]
    change(role, "permissions")
    assert not standing().offered


@pytest.mark.usefixtures("newer")
def test_it_takes_the_right_to_change_roles():
    with pytest.raises(NotPermitted):
        add(make_person(roles=["compliance-officer"]), NEW)
    assert NEW not in auditor().permissions


class TestCommand:
    @pytest.fixture
    def typed(self, monkeypatch):
        def put(text):
            monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))

        put(PASSWORD)
        return put

    def roles(self, *args):
        out = io.StringIO()
        call_command("roles", *args, stdout=out)
        return out.getvalue()

    @pytest.mark.usefixtures("newer")
    def test_it_tells_and_changes_nothing(self):
        narrowed(without="governance.issue_bundle")
        told = self.roles()
        assert f"auditor: may be given {NEW}" in told
        assert "auditor: lacks governance.issue_bundle (taken away here; not offered)" in told
        assert "reviewer: has all that a new installation gives it" in told
        assert not LedgerEntry.objects.filter(event="governance.reviewerrole.widened").exists()

    @pytest.mark.usefixtures("newer", "administrator", "typed")
    def test_it_adds_what_is_offered(self):
        assert self.roles("add", "auditor", "--by", "root") == f"auditor: was given {NEW}\n"
        assert standing().offered == ()

    @pytest.mark.usefixtures("administrator", "typed")
    def test_there_may_be_nothing_to_add(self):
        assert self.roles("add", "auditor", "--by", "root") == "auditor: nothing to add\n"

    @pytest.mark.usefixtures("newer", "administrator")
    def test_a_wrong_password_a_stranger_and_an_unknown_role_are_refused(self, typed):
        for args, password, says in [
            (("auditor", "--by", "root"), "wrong", "no active account with that password"),
            (("auditor", "--by", "nobody"), PASSWORD, "no active account"),
            (("weather", "--by", "root"), PASSWORD, "no standard role 'weather'"),
            (("auditor", "--by", "root", "--permission", "x.y"), PASSWORD, "gives x.y"),
        ]:
            typed(password)
            with pytest.raises(CommandError, match=says):
                self.roles("add", *args)
        assert NEW not in auditor().permissions


class TestPages:
    @pytest.mark.usefixtures("newer")
    def test_dashboard_and_role_tell_those_who_may_change_roles(self, client, administrator):
        client.force_login(administrator)
        page = f"{ROLES}{auditor().pk}/"
        assert f"{page}change/" in client.get("/").text
        assert f"{page}add-standard/" in client.get(f"{page}change/").text
        assert client.post(f"{page}add-standard/", {"permissions": [NEW]}).status_code == 302
        assert NEW in auditor().permissions
        assert f"{page}change/" not in client.get("/").text
        assert f"{page}add-standard/" not in client.get(f"{page}change/").text

    @pytest.mark.usefixtures("newer")
    def test_others_are_told_nothing(self, client):
        client.force_login(make_person(roles=["compliance-officer"]))
        assert "newer version" not in client.get("/").text

    @pytest.mark.usefixtures("newer")
    def test_what_is_not_offered_cannot_be_sent(self, client, administrator):
        client.force_login(administrator)
        page = f"{ROLES}{auditor().pk}/add-standard/"
        assert client.post(page, {"permissions": ["governance.*"]}).status_code == 200
        assert "governance.*" not in auditor().permissions
