"""What people do about deliveries, and what becomes of old ones."""

from datetime import timedelta

import pytest

from governance.ids import uuid7
from governance.models import Delivery, OutboxMessage
from governance.services.channels import Outcome, Result
from governance.services.redelivering import hold, let_go_on, prune, send_again, send_dead_again
from tests.factories import NOON
from tests.governance.deliveries.recording import (
    NO,
    TAKEN,
    Recording,
    place,
    put,
    register,
    say,
    states,
    work,
)

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=2)
NEVER = Outcome(Result.IMPOSSIBLE, None, "No.")


@pytest.fixture
def recording(monkeypatch):
    recording = Recording()
    register(monkeypatch, recording)
    return recording


def test_what_was_given_up_is_sent_again_with_all_its_attempts(recording):
    recording.answer = lambda *_: NEVER
    to, other, message = uuid7(), uuid7(), uuid7()
    [dead] = put(to, message)
    [elsewhere] = put(other, uuid7())
    work()

    again = send_again(destination=place(to), deliveries=[dead.pk, elsewhere.pk], now=LATER)

    assert again == 1
    assert (states(to), states(other)) == (["pending"], ["dead"])
    dead.refresh_from_db()
    assert (dead.attempts, dead.status, dead.fault, dead.ended_at) == (0, None, "", None)
    recording.answer = lambda *_: TAKEN
    assert work(LATER) == 1
    assert recording.messages(to) == [message, message]


def test_what_waits_is_not_put_back_a_second_time(recording):
    recording.answer = lambda *_: NO
    [waiting] = put(to := uuid7(), uuid7())
    work()
    assert send_again(destination=place(to), deliveries=[waiting.pk], now=NOON) == 0
    waiting.refresh_from_db()
    assert waiting.attempts == 1


def test_all_dead_ones_of_a_destination_are_sent_again_oldest_first(recording):
    recording.answer = lambda *_: NEVER
    to, messages = uuid7(), [uuid7() for _ in range(5)]
    put(to, *messages)
    work()
    recording.got.clear()
    recording.answer = lambda *_: TAKEN

    assert send_dead_again(destination=place(to), now=LATER, most=3) == 3
    assert send_dead_again(destination=place(to), now=LATER) == 2
    assert send_dead_again(destination=place(to), now=LATER) == 0
    work(LATER)
    assert recording.messages(to) == messages


def test_a_destination_that_goes_on_gets_what_waited_at_once(recording):
    recording.answer = lambda *_: Outcome(Result.GONE, 410, "Gone.")
    to, messages = uuid7(), [uuid7() for _ in range(3)]
    put(to, *messages)
    work()
    recording.answer = lambda *_: TAKEN

    let_go_on(destination=place(to), now=NOON)

    assert work(NOON) == 3
    assert not place(to).is_gone
    assert sorted(recording.messages(to)[1:]) == sorted(messages)


def test_one_that_was_held_while_it_was_sent_to_is_still_held_afterwards(recording):
    put(to := uuid7(), uuid7(), uuid7())
    recording.answer = lambda *_: (hold(destination=place(to)), TAKEN)[1]
    assert work() == 1
    assert states(to) == ["delivered", "pending"]
    assert place(to).is_held


def test_old_deliveries_go_and_their_messages_stay(recording, settings):
    settings.COUNTERSIGN_DELIVERIES_KEPT_FOR = timedelta(days=30)
    old, message = uuid7(), say()
    put(old, message.pk, now=NOON)
    work()
    hold(destination=place(old))
    put(old, uuid7(), now=NOON)
    put(old, uuid7(), now=NOON + timedelta(days=5))

    assert prune(now=NOON + timedelta(days=30)) == 0
    assert prune(now=NOON + timedelta(days=31)) == 2

    assert Delivery.objects.count() == 1
    assert OutboxMessage.objects.get() == message
