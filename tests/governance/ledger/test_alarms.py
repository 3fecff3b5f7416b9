"""Alarms of the ledger are raised once and cleared once, each with its entry and its message."""

from datetime import timedelta

import pytest

from governance.models import Actor, LedgerAlarm, LedgerEntry, OutboxMessage
from governance.services.ledger_alarms import clear_alarm, raise_alarm
from tests.factories import NOON, build_world
from tests.governance.api.calling import integrator
from tests.races.together import together

LAGGING = LedgerAlarm.Kind.LAGGING
WATCH = Actor.system("watch")


def alarm(kind=LAGGING, detail="Nobody seals", now=NOON):
    return raise_alarm(kind=kind, detail=detail, actor=WATCH, now=now)


def events():
    return list(
        LedgerEntry.objects.filter(event__startswith="governance.ledgeralarm.")
        .order_by("id")
        .values_list("event", flat=True)
    )


@pytest.mark.django_db
def test_an_alarm_that_is_open_is_not_raised_again():
    first = alarm()

    assert alarm(detail="Still nobody", now=NOON + timedelta(minutes=1)) == first
    assert alarm(LedgerAlarm.Kind.SILENT) != first
    assert LedgerAlarm.objects.get(kind=LAGGING).detail == "Nobody seals"
    assert events() == ["governance.ledgeralarm.raised"] * 2


@pytest.mark.django_db
def test_a_cleared_alarm_keeps_its_time_and_the_next_one_is_another():
    later = NOON + timedelta(minutes=5)
    first = alarm()

    cleared = clear_alarm(kind=LAGGING, actor=WATCH, now=later)
    assert (cleared, cleared.raised_at, cleared.cleared_at) == (first, NOON, later)
    assert clear_alarm(kind=LAGGING, actor=WATCH, now=later) is None
    assert alarm(now=later) != first
    assert events() == [
        "governance.ledgeralarm.raised",
        "governance.ledgeralarm.cleared",
        "governance.ledgeralarm.raised",
    ]


@pytest.mark.django_db
def test_a_long_detail_is_cut_and_the_alarm_raised():
    assert len(alarm(detail="x" * 2000).detail) == 500


@pytest.mark.django_db
def test_integrators_read_of_it_among_their_events():
    world = build_world()
    raised = alarm()
    clear_alarm(kind=LAGGING, actor=WATCH, now=NOON)

    told = [
        (event["event"], event["system"], event["body"])
        for event in integrator(world).get("events").body["results"]
        if event["event"].startswith("ledgeralarm.")
    ]
    body = {"alarm": str(raised.pk), "kind": "lagging"}
    assert told == [("ledgeralarm.raised", "", body), ("ledgeralarm.cleared", "", body)]


@pytest.mark.django_db(transaction=True)
def test_two_who_raise_it_at_once_raise_one():
    assert len({raised.pk for raised in together([alarm] * 4)}) == 1
    assert events() == ["governance.ledgeralarm.raised"]
    assert OutboxMessage.objects.filter(event="ledgeralarm.raised").count() == 1
