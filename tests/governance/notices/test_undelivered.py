"""What could not be delivered is shown, and sent again under its id."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from governance.ids import uuid7
from governance.models import Delivery, Destination, LedgerEntry, NoticeMessage
from governance.services.notice_messages import CHAT
from tests.factories import NOON, build_world, make_person
from tests.governance.deliveries.recording import put, work
from tests.governance.notices.mail_server import mail_server
from tests.governance.notices.telling import tell
from tests.governance.notices.test_mail import LATER, alarm, give_address, with_mail
from tests.governance.notices.test_pages import SIGNING_IN
from tests.governance.pages.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = with_mail(build_world())
    tell(NOON - timedelta(days=1))
    return world


@pytest.fixture
def inbox(settings):
    with mail_server(settings) as inbox:
        yield inbox


@pytest.fixture
def refused(world, inbox):
    """Two addresses that the server refuses, one that it takes."""
    for name in ("one", "two"):
        give_address(make_person(name, roles=["auditor"]), f"{name}@gone.example")
        inbox.refuses[f"{name}@gone.example"] = "550 no such user"
    alarm()
    work(LATER)
    return inbox


def browser_of(person):
    client = Client()
    client.force_login(person)
    return client


def test_it_says_to_whom_what_and_why_not(world, refused):
    page = text_of(browser_of(world.officer).get("/notices/undelivered/"))
    for words in ("One", "Two", "Alarm of the ledger", "refuses the address (550)", "Given up"):
        assert words in page
    assert "gone.example" not in page


def test_one_is_sent_again_and_then_all(world, refused):
    refused.refuses.clear()
    browser = browser_of(world.officer)
    first = Delivery.objects.filter(state="dead").order_by("id")[0]
    answer = browser.post("/notices/undelivered/again/", {"delivery": first.pk})
    assert answer.status_code == 302
    work(LATER.replace(year=2040))
    assert Delivery.objects.filter(state="dead").count() == 1
    assert browser.post("/notices/undelivered/again/").status_code == 302
    work(LATER.replace(year=2040))
    assert not Delivery.objects.exclude(state="delivered").exists()
    ids = [mail["Message-ID"] for _, mail in refused.mails]
    assert len(set(ids)) == len(ids) == Delivery.objects.count()
    entries = LedgerEntry.objects.filter(event="governance.notices.sent_again")
    assert entries.count() == 2
    assert "Everything was delivered" in text_of(browser.get("/notices/undelivered/"))


def test_what_was_delivered_or_forgotten_or_is_no_notice_is_not_sent_again(world, refused):
    browser = browser_of(world.officer)
    done = Delivery.objects.get(state="delivered")
    answer = browser.post("/notices/undelivered/again/", {"delivery": done.pk})
    assert answer.status_code == 409
    assert "nothing to send again" in text_of(answer)
    NoticeMessage.objects.all().delete()
    assert browser.post("/notices/undelivered/again/").status_code == 409
    put(uuid7(), uuid7())
    Delivery.objects.filter(destination__kind="test").update(
        state="dead", next_at=None, ended_at=NOON
    )
    assert browser.post("/notices/undelivered/again/").status_code == 409
    assert Delivery.objects.filter(state="dead").count() == 3


@pytest.mark.parametrize("named", ["x", "-1", "1" * 30, "1.5"])
def test_what_is_no_number_is_not_found(world, named):
    browser = browser_of(world.officer)
    sent = browser.post("/notices/undelivered/again/", {"delivery": named})
    assert sent.status_code == 404
    assert browser.get("/notices/undelivered/", {"before": named}).status_code == 404


def test_the_auditor_sees_it_and_sends_nothing(world, refused):
    browser = browser_of(make_person(roles=["auditor"]))
    page = browser.get("/notices/undelivered/")
    assert "Send" not in text_of(page)
    assert browser.post("/notices/undelivered/again/").status_code == 403


def test_it_costs_the_same_for_many(world, settings, django_assert_max_num_queries):
    place, ids = uuid7(), [uuid7() for _ in range(120)]
    NoticeMessage.objects.bulk_create(
        NoticeMessage(
            id=one, person=world.senior, created_at=NOON,
            items=[{"kind": "ledger_alarm", "values": {"alarm": "silent"}, "path": "/", "at": ""}],
        )
        for one in ids
    )  # fmt: skip
    put(place, *ids)
    Delivery.objects.update(state="dead", next_at=None, ended_at=NOON)
    Destination.objects.update(kind=CHAT)
    browser = browser_of(world.officer)
    with django_assert_max_num_queries(SIGNING_IN + 5):
        first = browser.get("/notices/undelivered/")
    assert len(first.context["rows"]) == 50
    assert len(browser.get(first.context["next_url"]).context["rows"]) == 50
