"""One attempt at a time for each destination, in order by key, tried again until it is over."""

from datetime import timedelta
from functools import partial

import pytest

from governance.delivery_schedule import MOST_ATTEMPTS, WAITS
from governance.ids import uuid7
from governance.models import Delivery, Destination
from governance.services.channels import Outcome, Result
from governance.services.delivering import LEASE, prepare, settle, take_up
from governance.services.redelivering import hold
from tests.factories import NOON
from tests.governance.deliveries.recording import (
    NO,
    SILENT,
    SOON,
    TAKEN,
    Recording,
    place,
    put,
    register,
    states,
    work,
)
from tests.races.together import together

SECOND = timedelta(seconds=1)
LONG = timedelta(days=3)


@pytest.fixture
def recording(monkeypatch):
    recording = Recording()
    register(monkeypatch, recording)
    return recording


@pytest.mark.django_db
def test_what_is_delivered_is_over_and_says_so(recording):
    to, message = uuid7(), uuid7()
    put(to, message)

    assert work() == 1

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.status) == ("delivered", 1, 200)
    assert (delivery.ended_at, delivery.next_at) == (NOON, None)
    assert recording.got == [(to, message)]
    assert (place(to).next_at, place(to).lease, place(to).leased_until) == (None, None, None)
    assert work() == 0


@pytest.mark.django_db
def test_a_refused_one_is_tried_again_after_its_wait_until_it_is_given_up(recording):
    recording.answer = lambda *_: NO
    to, message = uuid7(), uuid7()
    put(to, message)
    at = NOON
    for attempts, wait in enumerate(WAITS, start=1):
        assert work(at) == 1
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempts) == ("pending", attempts)
        assert at + wait <= delivery.next_at <= at + wait * 1.2
        assert work(delivery.next_at - SECOND) == 0
        at = delivery.next_at
    assert work(at) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("dead", MOST_ATTEMPTS)
    assert (delivery.status, delivery.fault, delivery.ended_at) == (500, NO.detail, at)
    assert work(at + LONG) == 0
    assert {message for _, message in recording.got} == {message}


@pytest.mark.django_db
def test_what_can_never_be_delivered_is_given_up_at_once(recording):
    recording.answer = lambda *_: Outcome(Result.IMPOSSIBLE, None, "There is no such address.")
    put(to := uuid7(), uuid7(), uuid7())
    assert work() == 2
    assert states(to) == ["dead", "dead"]
    assert place(to).failing_since is None


@pytest.mark.django_db
def test_deliveries_of_one_key_wait_for_each_other_and_no_others_do(recording):
    to, key, other = uuid7(), uuid7(), uuid7()
    first, second, third, besides, free = (uuid7() for _ in range(5))
    put(to, first, second, order_key=key)
    put(to, besides, order_key=other)
    put(to, third, order_key=key)
    put(to, free)
    recording.answer = lambda _, message: NO if message == first else TAKEN

    assert work() == 3
    assert recording.messages(to) == [first, besides, free]
    # Put off until the one before them is due, and not looked at before.
    due = Delivery.objects.get(message_id=first).next_at
    assert set(Delivery.objects.pending().values_list("next_at", flat=True)) == {due}

    recording.answer = lambda *_: TAKEN
    assert work(due) == 3
    assert recording.messages(to)[3:] == [first, second, third]


@pytest.mark.django_db
def test_a_key_whose_first_is_given_up_goes_on_with_the_next(recording):
    to, key, first, second = (uuid7() for _ in range(4))
    put(to, first, second, order_key=key)
    recording.answer = lambda _, message: (
        Outcome(Result.IMPOSSIBLE, None, "No.") if message == first else TAKEN
    )
    work()
    assert states(to) == ["dead", "delivered"]


@pytest.mark.django_db
def test_one_that_comes_while_an_earlier_one_waits_stays_behind_it(recording):
    to, key, first, second = (uuid7() for _ in range(4))
    recording.answer = lambda *_: NO
    put(to, first, order_key=key)
    work()
    put(to, second, order_key=key, now=NOON + SECOND)

    assert work(NOON + SECOND) == 0
    recording.answer = lambda *_: TAKEN
    work(NOON + WAITS[0] * 2)
    assert recording.messages(to) == [first, first, second]


@pytest.mark.django_db
def test_destinations_have_their_turns_one_after_the_other(recording):
    full, late = uuid7(), uuid7()
    put(full, *(uuid7() for _ in range(5)))
    put(late, uuid7(), now=NOON + SECOND)

    work(NOON + SECOND)

    # The long queue was there first, and still the other one does not wait for its end.
    assert [to for to, _ in recording.got][:2] == [full, late]


@pytest.mark.django_db
def test_a_destination_is_held_by_one_at_a_time(recording):
    to = uuid7()
    put(to, uuid7(), uuid7())
    taken = take_up(now=NOON)
    assert taken is not None
    assert take_up(now=NOON) is None
    assert settle(taken, TAKEN, lasted=SOON, now=NOON)
    assert take_up(now=NOON) is not None


@pytest.mark.django_db
def test_what_a_worker_held_that_fell_silent_is_sent_again_under_the_same_id(recording):
    to, message = uuid7(), uuid7()
    put(to, message)
    lost = take_up(now=NOON)
    let_time_pass(to)

    again = take_up(now=NOON)
    assert (again.delivery.pk, again.delivery.message_id) == (lost.delivery.pk, message)
    # The first one comes to its end after all: it counts for nothing.
    assert not settle(lost, NO, lasted=SOON, now=NOON)
    assert states(to) == ["pending"]
    assert settle(again, TAKEN, lasted=SOON, now=NOON)
    assert states(to) == ["delivered"]


def let_time_pass(to):
    """Until after the lease, which is the database's clock's."""
    held = place(to)
    Destination.objects.filter(pk=held.pk).update(leased_until=held.leased_until - LEASE - SECOND)


@pytest.mark.django_db
def test_a_silent_destination_rests_and_what_comes_meanwhile_waits(recording):
    recording.answer = lambda *_: SILENT
    to = uuid7()
    put(to, *(uuid7() for _ in range(3)))

    assert work() == 1
    rests_until = place(to).rests_until
    assert NOON + 5 * SECOND <= rests_until <= NOON + 6 * SECOND
    put(to, uuid7(), now=NOON + SECOND)
    assert work(rests_until - SECOND) == 0
    assert work(rests_until) == 1
    assert place(to).silences == 2
    assert place(to).rests_until >= rests_until + 10 * SECOND

    recording.answer = lambda *_: TAKEN
    assert work(NOON + LONG) == 4
    assert (place(to).silences, place(to).rests_until) == (0, None)


@pytest.mark.django_db
def test_a_destination_that_asks_for_rest_gets_it_up_to_an_hour(recording):
    wish = Outcome(Result.REFUSED, 429, "It answers 429.", rest=timedelta(seconds=90))
    recording.answer = lambda *_: wish
    put(to := uuid7(), uuid7(), uuid7())
    assert work() == 1
    assert place(to).rests_until == NOON + 90 * SECOND

    recording.answer = lambda *_: Outcome(Result.REFUSED, 503, "No.", rest=timedelta(days=400))
    work(NOON + 90 * SECOND)
    assert place(to).rests_until == NOON + 90 * SECOND + timedelta(hours=1)


@pytest.mark.django_db
def test_since_when_a_destination_fails_is_known_until_it_takes_something(recording):
    recording.answer = lambda *_: NO
    put(to := uuid7(), uuid7())
    work()
    work(NOON + timedelta(minutes=1))
    assert place(to).failing_since == NOON

    recording.answer = lambda *_: TAKEN
    work(NOON + LONG)
    assert place(to).failing_since is None


@pytest.mark.django_db
def test_one_that_says_that_it_is_gone_is_sent_nothing_more(recording):
    recording.answer = lambda *_: Outcome(Result.GONE, 410, "It answers 410.")
    put(to := uuid7(), uuid7(), uuid7())
    assert work() == 1
    assert (place(to).is_gone, place(to).is_held) == (True, True)
    assert work(NOON + LONG) == 0
    assert states(to) == ["pending", "pending"]


@pytest.mark.django_db
def test_what_is_held_is_kept_and_what_comes_is_kept_as_well(recording):
    put(to := uuid7(), uuid7())
    hold(destination=place(to))
    put(to, uuid7())
    assert work(NOON + LONG) == 0
    assert states(to) == ["pending", "pending"]


@pytest.mark.django_db
def test_a_destination_that_took_long_is_left_out_where_only_quick_ones_are_wanted(recording):
    slow, quick = uuid7(), uuid7()
    put(slow, uuid7(), uuid7())
    taken = take_up(now=NOON)
    settle(taken, TAKEN, lasted=timedelta(seconds=3), now=NOON)
    put(quick, uuid7(), now=NOON + SECOND)

    taken = take_up(now=NOON + SECOND, quick_only=True)
    assert taken.delivery.destination.reference == quick
    assert take_up(now=NOON + SECOND, quick_only=True) is None
    assert take_up(now=NOON + SECOND).delivery.destination.reference == slow


@pytest.mark.django_db
def test_a_sender_that_cannot_even_begin_costs_an_attempt_and_no_more(monkeypatch):
    recording = Recording()
    monkeypatch.setattr(recording, "prepare", lambda *_: {}["nothing"])
    register(monkeypatch, recording)
    put(to := uuid7(), uuid7())

    taken = take_up(now=NOON)
    settle(taken, prepare(taken, now=NOON)(), lasted=SOON, now=NOON)

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert "could not be prepared" in delivery.fault
    assert states(to) == ["pending"]


@pytest.mark.django_db(transaction=True)
def test_workers_beside_each_other_deliver_each_once_and_each_key_in_order(recording):
    places, keys = [uuid7() for _ in range(3)], [uuid7() for _ in range(4)]
    messages = [uuid7() for _ in range(40)]
    for to in places:
        for number, message in enumerate(messages):
            put(to, message, order_key=keys[number % 4])

    def until_done():
        done = 0
        while Delivery.objects.pending().exists():
            done += work()
        return done

    assert sum(together([partial(until_done)] * 4)) == 120
    for to in places:
        got = recording.messages(to)
        assert sorted(got) == sorted(messages)
        for number in range(4):
            mine = messages[number::4]
            assert [message for message in got if message in mine] == mine


@pytest.mark.django_db
def test_to_take_up_costs_the_same_whatever_waits_elsewhere(
    recording, django_assert_max_num_queries
):
    for _ in range(30):
        put(uuid7(), *(uuid7() for _ in range(10)))
    with django_assert_max_num_queries(6):
        take_up(now=NOON)
