"""A round serves many destinations at once: one that hangs keeps no other waiting."""

from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.utils import timezone

from governance.ids import uuid7
from governance.models import Destination
from governance.services.delivery_rounds import LANES, SLOW_LANES, deliver_due
from tests.factories import NOON
from tests.governance.deliveries.recording import TAKEN, Recording, put, register, states

pytestmark = pytest.mark.django_db

# A slow machine takes longer than the product gives a round.
ROUND = timedelta(minutes=5)


@pytest.fixture
def recording(monkeypatch):
    recording = Recording()
    register(monkeypatch, recording)
    return recording


def test_a_round_delivers_all_that_is_due(recording):
    places = [uuid7() for _ in range(5)]
    for to in places:
        put(to, *(uuid7() for _ in range(4)))

    assert deliver_due(clock=lambda: NOON, within=ROUND) == 20

    assert all(states(to) == ["delivered"] * 4 for to in places)
    assert deliver_due(clock=lambda: NOON, within=ROUND) == 0


def test_attempts_at_different_destinations_are_made_at_the_same_time(recording):
    everybody = Barrier(LANES, timeout=120)
    recording.answer = lambda *_: (everybody.wait(), TAKEN)[1]
    for _ in range(LANES):
        put(uuid7(), uuid7())
    # Unless all are there at once, the barrier breaks.
    deliver_due(clock=lambda: NOON, within=ROUND)
    assert not everybody.broken


def test_receivers_that_hang_keep_nobody_else_waiting(recording):
    hanging, others = {uuid7() for _ in range(LANES - 1)}, [uuid7() for _ in range(10)]
    all_done = Event()

    def answer(to, _):
        if to in hanging:
            # Ends only when everybody else has been served.
            assert all_done.wait(120)
        elif len([got for got, _ in recording.got if got not in hanging]) == 50:
            all_done.set()
        return TAKEN

    recording.answer = answer
    for to in hanging:
        put(to, uuid7())
    for to in others:
        put(to, *(uuid7() for _ in range(5)), now=NOON)

    assert deliver_due(clock=lambda: NOON, within=ROUND) == LANES - 1 + 50
    assert all(states(to) == ["delivered"] * 5 for to in others)


def test_slow_destinations_never_fill_all_lanes(recording):
    slow, quick = [uuid7() for _ in range(LANES + 4)], uuid7()
    seen = Event()
    recording.answer = lambda to, _: (seen.set() if to == quick else seen.wait(120), TAKEN)[1]
    for to in slow:
        put(to, uuid7(), now=NOON - timedelta(minutes=1))
    Destination.objects.update(is_slow=True)
    put(quick, uuid7())

    deliver_due(clock=lambda: NOON, within=ROUND)

    assert seen.is_set()
    before = [to for to, _ in recording.got].index(quick)
    assert before <= SLOW_LANES


def test_an_attempt_that_breaks_off_lets_its_destination_go(recording):
    recording.answer = lambda *_: 1 / 0
    put(to := uuid7(), uuid7())
    assert deliver_due(clock=timezone.now) == 1
    destination = Destination.objects.get()
    assert destination.lease is None
    assert destination.next_at is not None
    assert states(to) == ["pending"]


def test_a_round_whose_time_is_over_begins_nothing_more(recording):
    put(to := uuid7(), uuid7())
    assert deliver_due(clock=lambda: NOON, within=timedelta(0)) == 0
    assert states(to) == ["pending"]
