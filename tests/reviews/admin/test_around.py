"""Conflicts, absences and delegations in the administration: recorded and ended by the verbs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.models import Absence, Conflict, Delegation, LedgerEntry
from reviews.services.queues import remove_member
from tests.factories import SETUP, build_world
from tests.reviews.around import lend

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def officer(signed_in):
    return signed_in("compliance-officer")


def url(model, page, *args):
    return reverse(f"admin:governance_{model}_{page}", args=args)


def in_days(days):
    return f"{timezone.now() + timedelta(days=days):%Y-%m-%d}"


@pytest.mark.parametrize("how", ["pseudonym", "reference", "organisation"])
def test_a_conflict_is_recorded_and_its_reference_shown_nowhere(world, officer, how):
    case = world.open_case(subject={"ref": "customer-4711"})
    named = {
        "pseudonym": str(case.decision.subject_id),
        "reference": "customer-4711",
        "organisation": "Example Bank",
    }
    body = {"person": world.reviewer.pk, "reason": "Family.", how: named[how]}

    answer = officer.post(url("conflict", "add"), body)

    assert answer.status_code == 302
    conflict = Conflict.objects.get()
    assert conflict.organisation == ("Example Bank" if how == "organisation" else "")
    pages = url("conflict", "changelist"), url("conflict", "change", conflict.pk)
    shown = [officer.get(page) for page in pages]
    assert all(page.status_code == 200 for page in shown)
    assert not any("customer-4711" in page.content.decode() for page in shown)
    assert officer.post(url("conflict", "end-conflict", conflict.pk)).status_code == 302
    conflict.refresh_from_db()
    assert conflict.valid_until is not None
    assert officer.post(url("conflict", "end-conflict", conflict.pk)).status_code == 409


def test_a_conflict_with_nobody_comes_back_with_what_was_typed(world, officer):
    body = {"person": world.reviewer.pk, "reason": "Family.", "reference": "nobody"}

    answer = officer.post(url("conflict", "add"), body)

    assert answer.status_code == 422
    assert "Nobody is known by that reference" in answer.content.decode()
    assert not Conflict.objects.exists()


def test_an_absence_of_another_is_recorded_and_ended(world, officer):
    body = {
        "person": world.reviewer.pk,
        "valid_from_0": "", "valid_from_1": "",
        "valid_until_0": in_days(3), "valid_until_1": "08:00:00",
    }  # fmt: skip

    assert officer.post(url("absence", "add"), body).status_code == 302

    absence = Absence.objects.get()
    assert absence.person == world.reviewer
    assert officer.post(url("absence", "end-absence", absence.pk)).status_code == 302
    absence.refresh_from_db()
    assert absence.ended_at is not None
    events = set(LedgerEntry.objects.values_list("event", flat=True))
    assert {"governance.absence.recorded", "governance.absence.ended"} <= events


def test_a_delegation_is_read_and_revoked_and_made_by_nobody_else(world, officer):
    now = timezone.now()
    delegation = lend(
        world.reviewer, world.reviewers[1], now=now, valid_until=now + timedelta(days=1)
    )

    assert officer.get(url("delegation", "add")).status_code == 403
    assert officer.get(url("delegation", "change", delegation.pk)).status_code == 200
    address = url("delegation", "revoke-delegation", delegation.pk)
    assert officer.post(address).status_code == 302

    assert Delegation.objects.get().revoked_at is not None
    assert officer.post(address).status_code == 409


def test_an_alarm_is_read(world, officer):
    for membership in world.first_line.memberships.all():
        remove_member(membership=membership, actor=SETUP, now=timezone.now())
    world.open_case(now=timezone.now())

    shown = officer.get(reverse("admin:reviews_staffingalarm_changelist"))

    assert "Nobody reviews the queue" in shown.content.decode()
