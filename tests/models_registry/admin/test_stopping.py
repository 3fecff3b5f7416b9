"""From the page of a system, a decision type or a version to the page that stops it."""

import pytest

from models_registry.models import Halt, ModelVersion
from tests.factories import build_world, change, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


def scopes(world):
    admin, version = "/admin/models_registry", world.version
    return {
        f"{admin}/aisystem/{world.system.pk}/change/": ("system", world.system.slug),
        f"{admin}/decisiontype/{world.decision_type.pk}/change/": (
            "type",
            world.decision_type.slug,
        ),
        f"{admin}/modelversion/{version.pk}/change/": ("version", str(version.pk)),
    }


def test_two_clicks_and_a_reason_stop_it(world, client):
    client.force_login(world.officer)
    for page, (kind, name) in scopes(world).items():
        address = f"/halts/place/?{kind}={name}"
        assert f'href="{address}" class="grave"' in client.get(page).text
        form = client.get(address)
        assert form.context["form"]["scope"].value() == f"{kind}:{name}"
        sent = {"scope": f"{kind}:{name}", "reason": "Odd outputs."}
        assert client.post(address, sent).status_code == 302
    assert Halt.objects.count() == 3


def test_who_may_not_stop_is_offered_nothing(world, client):
    client.force_login(make_person(roles=["auditor"]))
    for page in scopes(world):
        assert "/halts/place/" not in client.get(page).text


def test_what_does_not_run_cannot_be_stopped(world, client):
    client.force_login(world.officer)
    world.version.status = ModelVersion.Status.WITHDRAWN
    change(world.version, "status")
    page = f"/admin/models_registry/modelversion/{world.version.pk}/change/"
    assert "/halts/place/" not in client.get(page).text
