"""The demo's registry, rights and access: whole, separate and made once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps

from governance.models import User
from governance.selectors.candidates import candidate_of
from models_registry.models import AISystem, ModelVersion
from reviews.demo.access import ensure_access
from reviews.demo.catalogue import SYSTEMS
from reviews.demo.credentials import KEY_FILE
from reviews.demo.people import AT_THE_SCREEN, CLIENT_OWNER, SIMULATED_REVIEWERS, SIMULATED_STAFF
from reviews.demo.registration import ensure_system
from reviews.demo.staffing import ensure_people, ensure_rights
from reviews.models import Queue
from tests.reviews.demo.trained import model_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSWORDS = {person.username: "correct horse battery staple" for person in AT_THE_SCREEN}

pytestmark = pytest.mark.django_db


def set_up(data_dir, now=NOON):
    people = ensure_people(passwords=PASSWORDS, now=now)
    for spec in SYSTEMS:
        ensure_system(spec, model_of(spec), people=people, now=now)
        ensure_rights(system=spec.slug, people=people, now=now)
    return ensure_access(owner=people[CLIENT_OWNER.username], data_dir=data_dir, now=now)


def row_counts():
    """Of every table of ours, histories and ledger included."""
    return {
        kind.__name__: kind._default_manager.count()
        for label in ("governance", "models_registry", "reviews")
        for kind in apps.get_app_config(label).get_models()
    }


def test_a_second_set_up_adds_nothing(tmp_path):
    first_key = set_up(tmp_path)
    before = row_counts()

    assert set_up(tmp_path, NOON + timedelta(hours=1)) == first_key
    assert row_counts() == before


def test_an_interrupted_set_up_is_completed(tmp_path):
    people = ensure_people(passwords=PASSWORDS, now=NOON)
    ensure_system(SYSTEMS[0], model_of(SYSTEMS[0]), people=people, now=NOON)

    set_up(tmp_path)

    assert set(AISystem.objects.values_list("status", flat=True)) == {"in_service"}
    assert AISystem.objects.filter(is_demo=True).count() == len(SYSTEMS)
    assert set(ModelVersion.objects.values_list("status", flat=True)) == {"in_service"}


def test_a_lost_key_is_replaced_and_the_old_one_revoked(tmp_path):
    lost = set_up(tmp_path)
    (tmp_path / KEY_FILE).unlink()

    found = set_up(tmp_path, NOON + timedelta(hours=1))

    assert found != lost
    client = User.objects.get(username=CLIENT_OWNER.username).api_clients.get()
    revoked = {key.prefix: key.revoked_at is not None for key in client.keys.all()}
    assert revoked == {lost.split(".")[0]: True, found.split(".")[0]: False}


@pytest.mark.parametrize("username", ["demo-reviewer", "demo-senior"])
def test_who_sits_at_the_screen_may_rule_in_every_system_and_stands_apart(tmp_path, username):
    set_up(tmp_path)
    person = User.objects.get(username=username)

    systems = {spec.slug for spec in SYSTEMS}
    assert {right.system for right in candidate_of(person, NOON).rights} == systems
    assert set(person.qualifications.values_list("system", flat=True)) == systems
    assert set(Queue.objects.reviewed_by(person).values_list("slug", flat=True)) >= {
        spec.queues.slug for spec in SYSTEMS
    }
    assert not person.owned_systems.exists()
    assert not person.authored_versions.exists()
    assert not person.api_clients.exists()
    assert not person.is_simulated


def test_everybody_invented_is_marked_as_simulated(tmp_path):
    set_up(tmp_path)

    simulated = set(User.objects.filter(is_simulated=True).values_list("username", flat=True))
    assert simulated == {spec.username for spec in (*SIMULATED_STAFF, *SIMULATED_REVIEWERS)}
    assert all("Simulated" in spec.display_name for spec in SIMULATED_REVIEWERS)
