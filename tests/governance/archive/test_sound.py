"""With a month of real work in the archive, the verification is as sound as before."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import connection

from governance import ids
from governance.ledger.partitions import make_ahead
from governance.models import Payload
from governance.services.archive_moves import detach_partition, restore_partition
from governance.services.erasure import erase_subject
from governance.services.sealing import seal_once
from governance.services.verifying.whole import verify_ledger
from reviews.models import Case, Decision
from reviews.selectors.history import history_of
from tests.factories import build_world
from tests.governance.archive.conftest import AUGUST, JUNE, MAY, OF_MAY, OPERATOR, write
from tests.governance.ledger.entered import enter_many, id_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """Sets the clock that ids are made with; each is a millisecond after the one before."""

    def set_to(at):
        later = count()
        monkeypatch.setattr(ids, "_uuid7", lambda: id_at(at + timedelta(milliseconds=next(later))))

    return set_to


@pytest.fixture
def world(clock):
    """A product at work in May, and a case that is still open; May is in the archive and here."""
    make_ahead(MAY)
    clock(MAY)
    world = build_world()
    world.rule(world.open_case())
    world.open_case()
    enter_many(260, JUNE)
    # What is looked at when a transaction commits: it has to be, while all entries are here.
    connection.check_constraints()
    clock(AUGUST)
    seal_once(now=AUGUST)
    write()
    seal_once(now=AUGUST)
    return world


def detach():
    connection.check_constraints()
    detach_partition(name=OF_MAY, actor=OPERATOR, now=AUGUST)
    seal_once(now=AUGUST)


def test_a_month_that_is_here_and_in_the_archive_changes_nothing(world):
    assert verify_ledger().faults == []


def test_without_the_month_it_is_sound_and_says_how_many_entries_are_in_the_archive(world):
    before = verify_ledger().counts["entries"]
    detach()

    found = verify_ledger()

    assert found.faults == []
    assert found.archived[OF_MAY] > 40
    assert found.counts["entries"] == before + 1 - found.archived[OF_MAY]


def test_with_the_month_back_it_is_sound_and_everything_is_looked_at(world):
    before = verify_ledger().counts
    detach()

    restore_partition(name=OF_MAY, actor=OPERATOR, now=AUGUST)
    seal_once(now=AUGUST)

    found = verify_ledger()
    assert found.faults == []
    assert found.archived == {}
    assert found.counts["entries"] == before["entries"] + 2
    assert found.counts["history_rows"] == before["history_rows"] + 2


def test_work_about_objects_with_archived_entries_goes_on_and_stays_sound(world):
    detach()

    world.rule(Case.objects.get(state=Case.State.OPEN))
    world.submit()
    subject = Payload.objects.order_by("id")[0].subject_id
    erase_subject(subject_id=subject, ground="They asked.", person=world.officer, now=AUGUST)
    seal_once(now=AUGUST)

    found = verify_ledger()
    assert found.faults == []
    restore_partition(name=OF_MAY, actor=OPERATOR, now=AUGUST)
    assert verify_ledger().faults == []


def test_a_decision_is_shown_without_the_entries_that_are_in_the_archive(world):
    decision = Decision.objects.order_by("id")[0]
    assert len(history_of(decision)) > 3
    detach()

    assert history_of(decision) == []
