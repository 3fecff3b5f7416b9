"""Signing in and out, with one factor and with two, and what the ledger tells of it."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.core.cache import cache
from django.db import connection
from django.test import Client

from governance.ledger import record
from governance.models import LedgerEntry, User
from tests.factories import LONG_AGO, PASSWORD, SETUP, make_person
from tests.governance.pages.reading import Markup, text_of

pytestmark = pytest.mark.django_db

SIGN_IN = "/sign-in/"


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def person() -> User:
    return make_person("mira", roles=["reviewer"])


def sign_in(client: Client, password: str = PASSWORD, name: str = "mira", query: str = "") -> Any:
    return client.post(SIGN_IN + query, {"login": name, "password": password})


def told() -> list[tuple[str, str]]:
    """Events about people and who acted, without those of the set-up."""
    entries = LedgerEntry.objects.filter(subject_type="governance.user").order_by("id")
    return [(e.event, e.actor) for e in entries if e.event != "governance.user.created"]


def test_a_sign_in_opens_a_session_and_is_entered(client: Client, person: User) -> None:
    response = sign_in(client, query="?next=/queues/")
    assert (response.status_code, response["Location"]) == (302, "/queues/")
    assert client.get("/").status_code == 200
    assert told() == [("governance.session.opened", f"person:{person.pseudonym}")]


def test_an_old_password_hash_is_renewed_with_its_entry(
    client: Client, person: User, settings: Any
) -> None:
    old = person.password
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]

    assert sign_in(client).status_code == 302
    person.refresh_from_db()
    assert person.password != old
    assert person.check_password(PASSWORD)
    assert ("governance.user.password_rehashed", "system:sign_in") in told()
    connection.check_constraints()


def test_a_wrong_password_is_entered_as_nobodys_act(client: Client, person: User) -> None:
    response = sign_in(client, "wrong")
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    assert told() == [("governance.session.refused", "system:web")]


def test_a_name_that_no_account_has_leaves_no_entry(client: Client, person: User) -> None:
    sign_in(client, name="nobody")
    assert told() == []


def test_the_sixth_wrong_password_in_five_minutes_is_not_even_tried(
    client: Client, person: User
) -> None:
    for _ in range(5):
        sign_in(client, "wrong")
    response = sign_in(client)
    assert "Too many failed login attempts" in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert len(told()) == 5


def test_an_inactive_account_stays_outside(client: Client, person: User) -> None:
    person.is_active = False
    record.keep(person, "governance.user.deactivated", actor=SETUP, at=LONG_AGO)
    sign_in(client)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_the_way_on_stays_in_this_house(client: Client, person: User, target: str) -> None:
    assert sign_in(client, query=f"?next={target}")["Location"] == "/"


def test_signing_out_takes_a_post_and_is_entered(client: Client, person: User) -> None:
    sign_in(client)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == SIGN_IN
    assert client.get("/").status_code == 302
    assert told()[-1] == ("governance.session.closed", f"person:{person.pseudonym}")


def test_the_administration_has_the_same_way_in(client: Client, person: User) -> None:
    there = client.get("/admin/", follow=True)
    assert there.redirect_chain[-1][0] == "/sign-in/?next=%2Fadmin%2F"
    sign_in(client)
    # Signed in and not allowed: said once, instead of a circle of redirects.
    assert client.get("/admin/", follow=True).status_code == 403


def test_nobody_signs_up(client: Client) -> None:
    for path in ("/sign-up/", "/account/signup/", "/accounts/signup/"):
        assert client.get(path).status_code == 404


def test_a_new_password_is_kept_with_its_entry(client: Client, person: User) -> None:
    sign_in(client)
    new = "another horse, another staple"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/account/password/", fields).status_code == 302
    person.refresh_from_db()
    assert person.check_password(new)
    assert ("governance.user.password_changed", f"person:{person.pseudonym}") in told()


@pytest.mark.parametrize(
    "path", [SIGN_IN, "/sign-in/again/", "/account/second-factor/totp/activate/"]
)
def test_its_pages_keep_to_the_strict_policy(client: Client, person: User, path: str) -> None:
    if path != SIGN_IN:
        sign_in(client)
        client.post("/sign-in/again/", {"password": PASSWORD})
    response = client.get(path)
    assert response.status_code == 200
    assert Markup(text_of(response)).forbidden == []
    assert "unsafe" not in response["Content-Security-Policy"]


class TestSecondFactor:
    """Set up through the pages, as a person does it."""

    @pytest.fixture(autouse=True)
    def secret(self, person: User) -> str:
        client = Client()
        sign_in(client)
        # Whoever finds the browser open must not lock its owner out: the password is asked again.
        asked = client.get("/account/second-factor/totp/activate/", follow=True)
        assert asked.redirect_chain[-1][0].startswith("/sign-in/again/")
        client.post("/sign-in/again/", {"password": PASSWORD})
        page = client.get("/account/second-factor/totp/activate/")
        secret: str = page.context["form"].secret
        client.post("/account/second-factor/totp/activate/", {"code": code(secret)})
        # Else the code just used would be refused as a repetition.
        cache.clear()
        return secret

    def test_setting_it_up_is_entered_and_its_secrets_lie_sealed(
        self, person: User, secret: str
    ) -> None:
        assert ("governance.secondfactor.added", f"person:{person.pseudonym}") in told()
        stored = dict(Authenticator.objects.values_list("type", "data"))
        assert set(stored) == {"totp", "recovery_codes"}
        assert secret not in str(stored)

    def test_the_password_alone_opens_nothing(self, client: Client) -> None:
        before = told()
        assert sign_in(client)["Location"].startswith("/account/second-factor/authenticate/")
        assert client.get("/").status_code == 302
        assert told() == before

    def test_the_code_opens_the_session(self, client: Client, person: User, secret: str) -> None:
        sign_in(client)
        client.post("/account/second-factor/authenticate/", {"code": code(secret)})
        assert client.get("/").status_code == 200
        assert told()[-1] == ("governance.session.opened", f"person:{person.pseudonym}")

    def test_the_recovery_codes_page_keeps_to_the_strict_policy(
        self, client: Client, secret: str
    ) -> None:
        sign_in(client)
        client.post("/account/second-factor/authenticate/", {"code": code(secret)})
        client.post("/sign-in/again/", {"password": PASSWORD})
        response = client.get("/account/second-factor/recovery-codes/")
        assert response.status_code == 200
        assert Markup(text_of(response)).forbidden == []

    def test_a_wrong_code_is_entered(self, client: Client, secret: str) -> None:
        sign_in(client)
        wrong = str((int(code(secret)) + 1) % 1_000_000).zfill(6)
        client.post("/account/second-factor/authenticate/", {"code": wrong})
        assert client.get("/").status_code == 302
        assert told()[-1] == ("governance.session.refused", "system:web")


def code(secret: str) -> str:
    """RFC 6238, by another implementation than the one under test."""
    key = base64.b32decode(secret)
    totp = TOTP(key, 6, SHA1(), 30, enforce_key_length=False)
    return totp.generate(int(time.time())).decode()
