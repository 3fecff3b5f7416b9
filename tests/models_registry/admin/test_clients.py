"""API clients and keys through the administration."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from governance.models import ApiClient, ApiKey, LedgerEntry
from tests.factories import build_world
from tests.governance.admin.forms import sent

pytestmark = pytest.mark.django_db

CLIENTS = "/admin/governance/apiclient/"
KEYS = "/admin/governance/apikey/"


def test_a_key_is_shown_once_never_again_and_revoked_by_post(signed_in):
    world, administrator = build_world(), signed_in("administrator")
    expires = datetime.now(UTC) + timedelta(days=30)
    issue = f"{CLIENTS}{world.client.pk}/issue-key/"

    shown = administrator.post(issue, sent(scopes=["permits:consume"], expires_at=expires))

    key = ApiKey.objects.latest("id")
    found = re.search(r'value="(\w+\.[\w-]+)"', shown.text)
    assert found
    secret = found[1]
    assert "no-store" in shown.headers["Cache-Control"]
    assert secret.startswith(f"{key.prefix}.")
    again = [issue, f"{CLIENTS}{world.client.pk}/change/", f"{KEYS}{key.pk}/change/", KEYS]
    for page in again:
        assert secret.split(".")[1] not in administrator.get(page).text

    assert administrator.get(f"{KEYS}{key.pk}/revoke/").status_code == 200
    key.refresh_from_db()
    assert key.revoked_at is None
    assert administrator.post(f"{KEYS}{key.pk}/revoke/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None
    found = LedgerEntry.objects.filter(subject_id=key.pk).order_by("object_seq")
    assert [entry.event for entry in found] == [
        "governance.apikey.issued",
        "governance.apikey.revoked",
    ]


def test_a_key_without_a_scope_or_a_future_is_not_issued(signed_in):
    world, administrator = build_world(), signed_in("administrator")
    issue = f"{CLIENTS}{world.client.pk}/issue-key/"
    past = datetime.now(UTC) - timedelta(days=1)
    before = ApiKey.objects.count()
    answer = administrator.post(issue, sent(expires_at=past))
    assert set(answer.context["form"].errors) == {"scopes", "expires_at"}
    assert ApiKey.objects.count() == before


def test_a_client_speaks_for_registered_systems_only(signed_in):
    world, administrator = build_world(), signed_in("administrator")
    client = {"name": "Engine", "owner": world.owner.pk}
    unknown = administrator.post(f"{CLIENTS}add/", client | {"systems": ["lendign"]})
    assert "lendign" in str(unknown.context["adminform"].form.errors["systems"])
    assert (
        administrator.post(f"{CLIENTS}add/", client | {"systems": ["lending"]}).status_code == 302
    )
    assert ApiClient.objects.get(name="Engine").systems == ["lending"]
