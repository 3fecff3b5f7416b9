"""Notices by mail, to a server that really receives."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db.models import F
from django.test import Client

from governance.ledger import record
from governance.models import Delivery, Destination, HeldNotice, LedgerAlarm, Notice, NoticeMessage
from governance.services import notice_mail
from governance.services.delivering import LEASE, prepare, settle, take_up
from governance.services.ledger_alarms import clear_alarm, raise_alarm
from governance.services.notice_choices import Wanted, choose_notices
from governance.services.notice_messages import release_held
from governance.services.redelivering import send_dead_again
from reviews.services.escalation import escalate_late_case
from tests.crash.forked import ended, fork
from tests.factories import NOON, PASSWORD, SETUP, World, build_world, make_person
from tests.governance.deliveries.recording import work
from tests.governance.notices.mail_server import mail_server, no_server, silent_server, text_of
from tests.governance.notices.telling import tell

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=5)


def give_address(person, address):
    person.email = address
    record.keep(person, "test.user.changed", actor=SETUP, at=NOON, fields=["email"])


def with_mail(world: World) -> World:
    give_address(world.senior, "senior@bank.example")
    give_address(world.officer, "officer@bank.example")
    return world


@pytest.fixture
def world():
    world = with_mail(build_world())
    # What the world's own making told of.
    tell(NOON - timedelta(days=1))
    return world


@pytest.fixture
def inbox(settings):
    with mail_server(settings) as inbox:
        yield inbox


def move_up(world, now=LATER):
    case = world.open_case()
    escalate_late_case(case_id=case.pk, actor=SETUP, now=now)
    tell(now)
    return case


def alarm(now=LATER):
    raise_alarm(kind=LedgerAlarm.Kind.SILENT, detail="Since noon.", actor=SETUP, now=now)
    tell(now)


def mail_states():
    rows = Delivery.objects.filter(destination__kind="mail").order_by("id")
    return list(rows.values_list("state", flat=True))


class TestAMail:
    def test_it_says_what_happened_in_text_and_html_and_leads_to_the_page(self, world, inbox):
        case = move_up(world)
        work(LATER)
        [mail] = inbox.to("senior@bank.example")
        message = NoticeMessage.objects.get(person=world.senior)
        url = f"https://oversight.example/cases/{case.pk}/"
        assert mail["Message-ID"] == f"<{message.pk}@oversight.example>"
        assert mail["Subject"] == f"A case moved up to {world.second_line.name}"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert url in text_of(mail)
        assert "its deadline passed" in text_of(mail)
        assert f'<a href="{url}">Open in Countersign</a>' in text_of(mail, "html")
        assert mail_states() == ["delivered"]

    def test_it_speaks_the_language_and_the_time_zone_of_its_reader(self, world, inbox):
        wanted = Wanted(language="de", time_zone="Europe/Berlin")
        choose_notices(person=world.senior, wanted=wanted, now=NOON)
        case = move_up(world)
        work(LATER)
        [mail] = inbox.to("senior@bank.example")
        text = text_of(mail)
        case.refresh_from_db()
        assert "weil seine Frist abgelaufen ist" in text
        assert "23.11.2026, 22:00 (CET)" in text
        assert case.due_at == datetime(2026, 11, 23, 21, 0, tzinfo=UTC)

    def test_a_name_with_markup_and_line_breaks_stays_text(self, world, inbox):
        world.second_line.name = "<b>Second</b>\r\nBcc: all@bank.example"
        record.keep(world.second_line, "test.queue.changed", actor=SETUP, at=NOON)
        move_up(world)
        work(LATER)
        [(to, mail)] = inbox.mails
        assert to == "senior@bank.example"
        assert mail["Bcc"] is None
        assert "&lt;b&gt;Second&lt;/b&gt;" in text_of(mail, "html")
        assert "<b>Second" not in text_of(mail, "html")

    def test_it_holds_nothing_of_the_person_that_the_decision_is_about(self, world, inbox):
        move_up(world)
        work(LATER)
        [mail] = inbox.to("senior@bank.example")
        for secret in ("customer-1", "I would like a loan", "1200.5"):
            assert secret not in mail.as_string()
            assert secret not in str(Notice.objects.get(person=world.senior).values)

    def test_its_link_asks_for_the_sign_in_then_shows_the_case_and_changes_nothing(
        self, world, inbox
    ):
        case = move_up(world)
        work(LATER)
        path = f"/cases/{case.pk}/"
        assert f"https://oversight.example{path}" in text_of(inbox.mails[0][1])
        before = case.history.count()
        browser = Client()
        answer = browser.get(path)
        assert answer.status_code == 302
        assert answer.url.startswith("/sign-in/?next=")
        signed_in = browser.post(
            answer.url, {"login": world.senior.username, "password": PASSWORD}, follow=True
        )
        assert signed_in.redirect_chain[-1][0] == path
        assert signed_in.status_code == 200
        assert case.history.count() == before
        case.refresh_from_db()
        assert case.state == "open"

    def test_without_a_server_or_an_address_nothing_waits_for_one(self, world, settings):
        settings.COUNTERSIGN_SENDS_MAIL = False
        move_up(world)
        assert Notice.objects.filter(person=world.senior).exists()
        settings.COUNTERSIGN_SENDS_MAIL = True
        give_address(world.senior, "")
        move_up(world)
        assert not NoticeMessage.objects.exists()


class TestSummariesAndQuietHours:
    def test_an_hour_goes_in_one_mail(self, world, inbox):
        choose_notices(person=world.senior, wanted=Wanted(summary="hourly"), now=NOON)
        first, second = move_up(world), move_up(world, LATER + timedelta(minutes=20))
        work(LATER + timedelta(minutes=59))
        assert inbox.mails == []
        assert release_held(now=LATER + timedelta(minutes=59)) == 0
        at = LATER + timedelta(hours=1)
        assert release_held(now=at) == 2
        assert release_held(now=at) == 0
        work(at)
        [mail] = inbox.to("senior@bank.example")
        assert mail["Subject"] == "Countersign: 2 notices"
        text = text_of(mail)
        assert text.index(str(first.pk)) < text.index(str(second.pk))
        assert not HeldNotice.objects.exists()

    def test_the_night_holds_all_but_the_urgent(self, world, inbox):
        choose_notices(
            person=world.officer,
            wanted=Wanted(time_zone="Europe/Berlin", quiet_from=time(22), quiet_until=time(7)),
            now=NOON,
        )
        at_night = datetime(2027, 3, 27, 22, 30, tzinfo=UTC)
        alarm(at_night)
        clear_alarm(kind=LedgerAlarm.Kind.SILENT, actor=SETUP, now=at_night)
        tell(at_night)
        work(at_night)
        assert [mail["Subject"] for mail in inbox.to("officer@bank.example")] == [
            "Alarm of the ledger: the sealer gives no sign of life"
        ]
        # The clock is set forward in this night: seven o'clock is an hour earlier.
        morning = datetime(2027, 3, 28, 5, 0, tzinfo=UTC)
        assert release_held(now=morning - timedelta(seconds=1)) == 0
        assert release_held(now=morning) == 1
        work(morning)
        assert len(inbox.to("officer@bank.example")) == 2

    def test_who_turns_summaries_off_gets_what_waits_at_once(self, world, inbox):
        choose_notices(person=world.senior, wanted=Wanted(summary="daily"), now=NOON)
        move_up(world)
        assert release_held(now=LATER) == 0
        choose_notices(person=world.senior, wanted=Wanted(), now=LATER)
        assert release_held(now=LATER) == 1

    def test_what_does_not_leave_a_person_still_reaches_the_product(self, world, inbox):
        wanted = Wanted(channels={"case_escalated": frozenset({"mail"})})
        choose_notices(person=world.senior, wanted=wanted, now=NOON)
        move_up(world)
        work(LATER)
        assert len(inbox.to("senior@bank.example")) == 1
        assert not Notice.objects.shown_to(world.senior).exists()


class TestAServerThatMisbehaves:
    def test_one_address_that_it_refuses_is_given_up_and_the_others_are_not(self, world, inbox):
        second = make_person(roles=["auditor"])
        give_address(second, "gone@bank.example")
        inbox.refuses["gone@bank.example"] = "550 no such user gone@bank.example"
        alarm()
        work(LATER)
        assert len(inbox.to("officer@bank.example")) == 1
        dead = Delivery.objects.get(state="dead")
        assert dead.status == 550
        assert dead.fault == "The mail server refuses the address (550)."
        # Mended, it is sent again under the same id.
        inbox.refuses.clear()
        send_dead_again(destination=dead.destination, now=LATER)
        work(LATER)
        [mail] = inbox.to("gone@bank.example")
        assert str(dead.message_id) in mail["Message-ID"]

    def test_what_it_puts_off_comes_later_under_the_same_id(self, world, inbox):
        move_up(world)
        inbox.at_data = "451 try again later"
        work(LATER)
        assert mail_states() == ["pending"]
        assert Delivery.objects.get().status == 451
        inbox.at_data = ""
        work(LATER + timedelta(seconds=10))
        [mail] = inbox.to("senior@bank.example")
        assert str(Delivery.objects.get().message_id) in mail["Message-ID"]
        assert mail_states() == ["delivered"]

    def test_a_message_that_it_never_takes_is_given_up(self, world, inbox):
        move_up(world)
        inbox.at_data = "552 too large"
        work(LATER)
        assert mail_states() == ["dead"]

    def test_while_it_is_down_all_rests_and_nothing_is_lost(self, world, settings):
        no_server(settings)
        people = [make_person(roles=["auditor"]) for _ in range(30)]
        for number, person in enumerate(people):
            give_address(person, f"auditor{number}@bank.example")
        alarm()
        # One try in each lane, not one for each person.
        assert work(LATER) <= 4
        assert set(mail_states()) == {"pending"}
        with mail_server(settings) as inbox:
            for minute in range(1, 8):
                work(LATER + timedelta(minutes=minute))
            assert set(mail_states()) == {"delivered"}
            assert len(inbox.mails) == len(people) + 1
            assert len({mail["Message-ID"] for _, mail in inbox.mails}) == len(people) + 1

    def test_one_that_says_nothing_keeps_nobody_for_long(self, world, settings, monkeypatch):
        monkeypatch.setattr(notice_mail, "_STEP_WITHIN", 0.2)
        with silent_server(settings) as taken:
            move_up(world)
            work(LATER)
            assert taken
        [delivery] = Delivery.objects.all()
        assert delivery.state == "pending"
        assert delivery.fault == "The mail server broke off."


def test_who_left_meanwhile_is_written_to_no_more(world, inbox):
    move_up(world)
    world.senior.is_active = False
    record.keep(world.senior, "test.user.closed", actor=SETUP, at=LATER)
    work(LATER)
    assert inbox.mails == []
    assert mail_states() == ["dead"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_between_sending_and_noting_it_sends_again_under_one_id(settings):
    world = with_mail(build_world())
    tell(NOON - timedelta(days=1))
    with mail_server(settings) as inbox:
        move_up(world)

        def send_and_die():
            taken = take_up(now=LATER)
            assert taken is not None
            prepare(taken, now=LATER)()
            os.kill(os.getpid(), signal.SIGKILL)

        assert ended(fork(send_and_die)) == -signal.SIGKILL
        assert len(inbox.mails) == 1
        # Nobody takes it up while the lease of the dead one lasts.
        assert work(LATER) == 0
        Destination.objects.update(leased_until=F("leased_until") - LEASE)
        taken = take_up(now=LATER)
        settle(taken, prepare(taken, now=LATER)(), lasted=timedelta(0), now=LATER)
        assert len(inbox.mails) == 2
        assert len({mail["Message-ID"] for _, mail in inbox.mails}) == 1
        assert mail_states() == ["delivered"]
