"""Each message of the outbox goes to everybody it is for, once, and none is lost."""

from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.db import connections, transaction

from governance.ids import uuid7
from governance.models import Delivery, OutboxMessage, OutboxPending
from governance.services.channels import Addressed
from governance.services.fan_out import fan_out
from tests.factories import NOON
from tests.governance.deliveries.recording import KIND, Recording, register, say, to_all
from tests.races.together import together

LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def receivers(monkeypatch):
    references = [uuid7(), uuid7()]
    register(monkeypatch, Recording(), to_all(*references))
    return references


def delivered_to(reference):
    rows = Delivery.objects.filter(destination__reference=reference).order_by("id")
    return list(rows.values_list("message_id", flat=True))


@pytest.mark.django_db
def test_a_message_goes_to_each_it_is_for_and_leaves_the_queue(receivers):
    messages = [say().pk for _ in range(3)]

    assert fan_out(now=NOON) == 3

    for reference in receivers:
        assert delivered_to(reference) == messages
    assert not OutboxPending.objects.exists()
    assert fan_out(now=NOON) == 0


@pytest.mark.django_db
def test_a_message_that_is_for_nobody_leaves_the_queue(monkeypatch):
    register(monkeypatch, Recording(), to_all())
    say()

    assert fan_out(now=NOON) == 1
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_a_message_written_past_the_verb_is_queued_as_well():
    OutboxMessage.objects.bulk_create(
        OutboxMessage(event="x.y", subject_id=uuid7(), system="", body={}, created_at=NOON)
        for _ in range(2)
    )
    assert OutboxPending.objects.count() == 2


@pytest.mark.django_db
def test_a_message_whose_addressing_fails_waits_alone(monkeypatch, receivers):
    good, bad = say(), say("decision.reversed")

    def refusing(messages):
        if any(message.pk == bad.pk for message in messages):
            raise LookupError("no such thing")
        return to_all(*receivers)(messages)

    register(monkeypatch, Recording(), refusing)
    last = say()

    assert fan_out(now=NOON) == 2
    assert delivered_to(receivers[0]) == [good.pk, last.pk]
    assert fan_out(now=NOON) == 0

    register(monkeypatch, Recording(), to_all(*receivers))
    assert fan_out(now=LATER) == 1
    assert delivered_to(receivers[1]) == [good.pk, last.pk, bad.pk]


def test_what_is_delivered_in_order_cannot_wait_for_an_instant():
    with pytest.raises(ValueError, match="in order"):
        Addressed(KIND, uuid7(), uuid7(), uuid7(), NOON)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_open_is_neither_lost_nor_waited_for(receivers):
    written, go_on = Event(), Event()

    def slow():
        try:
            with transaction.atomic():
                message = say()
                written.set()
                go_on.wait()
            return message.pk
        finally:
            connections.close_all()

    def quick():
        written.wait()
        message = say()
        assert fan_out(now=NOON) == 1
        go_on.set()
        return message.pk

    early, late = together([slow, quick])

    assert delivered_to(receivers[0]) == [late]
    assert fan_out(now=NOON) == 1
    assert delivered_to(receivers[0]) == [late, early]


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_lose_nothing_and_double_nothing(receivers):
    messages = [say().pk for _ in range(200)]

    def sweep():
        taken = 0
        while OutboxPending.objects.exists():
            taken += fan_out(now=NOON, limit=7)
        return taken

    shares = together([partial(sweep)] * 4)

    assert sum(shares) == 200
    for reference in receivers:
        assert delivered_to(reference) == messages
