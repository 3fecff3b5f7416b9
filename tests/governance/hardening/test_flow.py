"""The product works under the rights of its roles: the same flows, in a hardened database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection
from django.test import Client

from governance.ledger.key_files import add_key_file
from governance.models import CheckpointKey, LedgerEntry, LedgerPending, SubjectKey
from governance.services.erasure import erase_subject
from governance.services.integrating import integrate
from governance.services.sealing import seal_once
from reviews.models import Permit
from tests.factories import NOON, PASSWORD, World, build_world
from tests.flows.test_from_intake_to_report import (
    test_a_decision_goes_its_whole_way,
    test_a_late_case_climbs_and_a_report_tells_of_it,
)
from tests.governance.hardening.conftest import log_of_its_own
from tests.reviews.test_halts import lift, stop

__all__ = [
    "test_a_decision_goes_its_whole_way",
    "test_a_late_case_climbs_and_a_report_tells_of_it",
]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(application) -> World:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_database()")
        assert cursor.fetchone() == (application.roles.application, application.database)
    return build_world()


def test_people_sign_in_stop_a_system_release_it_and_erase(world):
    client = Client()
    login = {"login": world.reviewer.username, "password": PASSWORD}
    assert client.post("/sign-in/", login).status_code == 302
    assert client.get("/").status_code == 200

    world.submit(outcome="grant", confidence=0.99)
    halt = stop(world)
    assert not Permit.objects.outstanding(NOON).exists()
    lift(world, halt)
    [subject] = SubjectKey.objects.all()
    erase_subject(subject_id=subject.pk, ground="As asked.", person=world.officer, now=NOON)

    events = set(LedgerEntry.objects.values_list("event", flat=True))
    assert events >= {
        "governance.session.opened",
        "governance.policyversion.published",
        "models_registry.halt.placed",
        "reviews.permit.voided",
        "models_registry.halt.lifted",
        "governance.subjectkey.erased",
    }


def test_the_sealer_seals_and_follows_its_keys_and_the_application_cannot(hardened, tmp_path):
    application, sealer = hardened.roles.application, hardened.roles.sealer
    with log_of_its_own(hardened, tmp_path):
        with hardened.signed_in(application):
            world = build_world()
        with hardened.signed_in(sealer):
            seal_once(now=NOON)
            add_key_file(tmp_path)
            seal_once(now=NOON + timedelta(minutes=1))
            (tmp_path / "1.pem").unlink()
            newest = seal_once(now=NOON + timedelta(minutes=2))
        with hardened.signed_in(application):
            assert not LedgerPending.objects.exists()
            assert newest.size == LedgerEntry.objects.count()
            retired = CheckpointKey.objects.order_by("introduced_at").values_list(
                "retired_at", flat=True
            )
            assert list(retired) == [NOON + timedelta(minutes=2), None]
            world.submit()
            with pytest.raises(ProgrammingError, match="permission denied"):
                integrate()
