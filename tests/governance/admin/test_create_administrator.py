"""The first account, from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from governance.management.commands import create_administrator
from governance.models import LedgerEntry, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(monkeypatch):
    """What is typed at the two questions."""

    def type_in(first, second):
        answers = iter([first, second])
        monkeypatch.setattr(create_administrator, "getpass", lambda _: next(answers))

    return type_in


def test_it_makes_an_account_that_opens_the_administration(typed, client):
    typed(PASSWORD, PASSWORD)
    out = io.StringIO()
    call_command(
        "create_administrator", username="ada", name="Ada", role=["auditor", "administrator"],
        stdout=out,
    )  # fmt: skip

    person = User.objects.get(username="ada")
    assert "ada can sign in now" in out.getvalue()
    assert person.check_password(PASSWORD)
    held = person.role_assignments.order_by("id").values_list("role__slug", flat=True)
    assert list(held) == ["administrator", "auditor"]
    assert set(LedgerEntry.objects.filter(subject_id=person.pk).values_list("event", "actor")) == {
        ("governance.user.created", "system:create_administrator")
    }
    client.force_login(person)
    assert client.get("/admin/").status_code == 200


def test_the_password_can_come_from_a_pipe(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    call_command("create_administrator", username="ada", password_stdin=True, stdout=io.StringIO())
    assert User.objects.get(username="ada").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("passwords", "options", "sentence"),
    [
        ((PASSWORD, PASSWORD), {"username": "ADA"}, "already"),
        ((PASSWORD, "other"), {"username": "bob"}, "not the same"),
        (("1234", "1234"), {"username": "bob"}, "too short"),
        ((PASSWORD, PASSWORD), {"username": "bob", "role": ["king"]}, "no role king"),
    ],
)
def test_it_refuses_politely_and_leaves_nothing(typed, passwords, options, sentence):
    typed(PASSWORD, PASSWORD)
    call_command("create_administrator", username="ada", stdout=io.StringIO())
    before = (User.objects.count(), LedgerEntry.objects.count())
    typed(*passwords)
    with pytest.raises(CommandError, match=sentence):
        call_command("create_administrator", **options, stdout=io.StringIO())
    assert (User.objects.count(), LedgerEntry.objects.count()) == before
