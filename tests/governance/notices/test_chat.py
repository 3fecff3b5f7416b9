"""Notices by chat, to receivers that really listen."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from django.test import Client

from governance.errors import InputInvalid
from governance.models import ChatAddress, Delivery, LedgerAlarm, LedgerEntry, ReviewerRole
from governance.services.chat_addresses import (
    chat_of,
    remove_chat,
    set_own_chat,
    set_place_chat,
    url_of,
)
from governance.services.ledger_alarms import raise_alarm
from governance.services.notice_choices import Wanted, choose_notices
from reviews.services.escalation import escalate_late_case
from tests.factories import NOON, SETUP, build_world, change, make_person
from tests.governance.deliveries.recording import work
from tests.governance.notices.telling import tell
from tests.governance.webhooks.receivers import receiving, status

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=5)


@pytest.fixture(autouse=True)
def address(settings):
    settings.COUNTERSIGN_PUBLIC_URL = "https://oversight.example"


@pytest.fixture
def world():
    world = build_world()
    tell(NOON - timedelta(days=1))
    return world


def move_up(world, now=LATER):
    case = world.open_case()
    escalate_late_case(case_id=case.pk, actor=SETUP, now=now)
    tell(now)
    return case


def with_chat(person, url, style="generic", kind="case_escalated"):
    set_own_chat(person=person, style=style, url=url, now=NOON)
    wanted = Wanted(channels={kind: frozenset({"product", "chat"})})
    choose_notices(person=person, wanted=wanted, now=NOON)


def body(request):
    return orjson.loads(request.body)


class TestAPersonsChat:
    def test_it_is_told_with_a_link_and_one_id(self, world):
        with receiving() as chat:
            with_chat(world.senior, chat.url)
            case = move_up(world)
            work(LATER)
            [request] = chat.got
        [notice] = body(request)["notices"]
        assert notice["url"] == f"https://oversight.example/cases/{case.pk}/"
        assert notice["kind"] == "case_escalated"
        delivery = Delivery.objects.get()
        assert delivery.state == "delivered"
        assert request.id == str(delivery.message_id) == body(request)["id"]
        assert request.headers["idempotency-key"] == request.id
        assert request.headers["content-type"] == "application/json"

    def test_slack_gets_its_own_form_with_its_three_characters_escaped(self, world):
        world.second_line.name = "<!channel> & all"
        change(world.second_line)
        with receiving() as chat:
            with_chat(world.senior, chat.url, "slack")
            case = move_up(world)
            work(LATER)
            text = body(chat.got[0])["text"]
        assert "<!channel>" not in text
        assert "&lt;!channel&gt; &amp; all" in text
        assert f"<https://oversight.example/cases/{case.pk}/|Open in Countersign>" in text

    def test_teams_gets_a_card_that_opens_the_page(self, world):
        with receiving() as chat:
            with_chat(world.senior, chat.url, "teams")
            case = move_up(world)
            work(LATER)
            [attachment] = body(chat.got[0])["attachments"]
        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        card = attachment["content"]
        assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
        [actions] = [one for one in card["body"] if one["type"] == "ActionSet"]
        assert actions["actions"][0]["url"] == f"https://oversight.example/cases/{case.pk}/"

    def test_without_the_choice_or_the_address_it_is_not_told(self, world):
        with receiving() as chat:
            set_own_chat(person=world.senior, style="slack", url=chat.url, now=NOON)
            move_up(world)
            work(LATER)
            assert chat.got == []
            # A kind that goes by chat unless it is turned off.
            set_own_chat(person=world.officer, style="slack", url=chat.url, now=NOON)
            raise_alarm(kind=LedgerAlarm.Kind.SILENT, detail="", actor=SETUP, now=LATER)
            tell(LATER)
            work(LATER)
            assert len(chat.got) == 1
            remove_chat(
                address_id=chat_of(world.officer).pk, by=world.officer, own_only=True, now=LATER
            )
            raise_alarm(kind=LedgerAlarm.Kind.LAGGING, detail="", actor=SETUP, now=LATER)
            tell(LATER)
            work(LATER)
            assert len(chat.got) == 1

    def test_what_waits_for_an_address_that_was_removed_is_given_up(self, world):
        with receiving(status(500)) as chat:
            with_chat(world.senior, chat.url)
            move_up(world)
            work(LATER)
            remove_chat(
                address_id=chat_of(world.senior).pk, by=world.senior, own_only=True, now=LATER
            )
            work(LATER + timedelta(minutes=1))
            assert len(chat.got) == 1
        assert Delivery.objects.get().state == "dead"


class TestAReceiverThatMisbehaves:
    @pytest.mark.parametrize("number", [302, 400, 404, 429, 500])
    def test_what_is_no_yes_comes_again_under_the_same_id(self, world, number):
        redirected = b"Location: http://127.0.0.1:1/"
        with receiving(status(number, redirected)) as chat:
            with_chat(world.senior, chat.url)
            move_up(world)
            work(LATER)
            delivery = Delivery.objects.get()
            assert (delivery.state, delivery.status) == ("pending", number)
            work(LATER + timedelta(hours=1))
            assert len(set(chat.ids)) == 1
            assert len(chat.ids) == 2

    def test_one_that_is_gone_is_held_until_another_address_is_given(self, world):
        with receiving(status(410)) as gone:
            with_chat(world.senior, gone.url)
            move_up(world)
            work(LATER)
            assert work(LATER + timedelta(days=1)) == 0
        with receiving() as chat:
            set_own_chat(person=world.senior, style="generic", url=chat.url, now=LATER)
            work(LATER)
            assert len(chat.got) == 1
        assert Delivery.objects.get().state == "delivered"

    def test_an_address_that_is_not_public_is_called_only_if_it_is_allowed(self, world, settings):
        with receiving() as chat:
            with_chat(world.senior, chat.url)
            settings.COUNTERSIGN_WEBHOOK_NETWORKS = ()
            move_up(world)
            work(LATER)
            assert chat.got == []
        delivery = Delivery.objects.get()
        assert delivery.state == "pending"
        # Its address is a secret, so no failure repeats it.
        assert "token" not in delivery.fault
        assert "127.0.0.1" not in delivery.fault


class TestThePlaces:
    def test_the_chat_of_a_queue_is_told_once_for_all(self, world):
        with receiving() as chat:
            set_place_chat(
                queue="second-line", style="generic", url=chat.url, language="de",
                by=world.officer, now=NOON,
            )  # fmt: skip
            move_up(world)
            work(LATER)
            [request] = chat.got
        assert "Ein Fall rückt auf" in body(request)["subject"]

    def test_the_chat_of_a_role_is_told_what_its_holders_are(self, world):
        make_person(roles=["auditor"])
        with receiving() as chat:
            set_place_chat(
                role=ReviewerRole.objects.get(slug="auditor"), style="generic", url=chat.url,
                language="en", by=world.officer, now=NOON,
            )  # fmt: skip
            move_up(world)
            raise_alarm(kind=LedgerAlarm.Kind.SILENT, detail="", actor=SETUP, now=LATER)
            tell(LATER)
            work(LATER)
            [request] = chat.got
        assert body(request)["notices"][0]["kind"] == "ledger_alarm"

    def test_a_queue_has_one_chat_and_a_new_one_replaces_it(self, world):
        for url in ("https://one.example/a", "https://two.example/b"):
            set_place_chat(
                queue="second-line", style="slack", url=url, language="en", by=world.officer,
                now=NOON,
            )  # fmt: skip
        [place] = ChatAddress.objects.filter(removed_at=None)
        assert place.host == "two.example"
        remove_chat(address_id=place.pk, by=world.officer, own_only=False, now=NOON)
        remove_chat(address_id=place.pk, by=world.officer, own_only=False, now=NOON)
        events = LedgerEntry.objects.filter(subject_id=place.pk).order_by("object_seq")
        assert [entry.event.rpartition(".")[2] for entry in events] == ["set", "set", "removed"]


class TestTheAddress:
    def test_it_is_sealed_in_the_row_and_absent_from_history_and_ledger(self, world):
        url = "https://hooks.example/services/T000/secret-token"
        row = set_own_chat(person=world.senior, style="slack", url=url, now=NOON)
        assert url_of(ChatAddress.objects.get(pk=row.pk)) == url
        assert b"secret-token" not in bytes(row.sealed_url)
        assert not any("secret-token" in str(vars(one)) for one in row.history.all())
        entries = LedgerEntry.objects.filter(subject_id=row.pk)
        assert not any(b"secret-token" in bytes(entry.leaf) for entry in entries)

    def test_set_again_as_it_is_nothing_happens(self, world):
        for _ in range(2):
            row = set_own_chat(
                person=world.senior, style="slack", url="https://hooks.example/a", now=NOON
            )
        assert LedgerEntry.objects.filter(subject_id=row.pk).count() == 1

    def test_one_that_was_put_in_past_the_ledger_is_not_called(self, world):
        with receiving() as chat:
            with_chat(world.senior, "https://hooks.example/mine")
            other = set_own_chat(person=world.officer, style="slack", url=chat.url, now=NOON)
            ChatAddress.objects.filter(person=world.senior).update(sealed_url=other.sealed_url)
            move_up(world)
            work(LATER)
            assert chat.got == []
        assert Delivery.objects.get().state == "dead"

    @pytest.mark.parametrize(
        ("style", "url", "pointer"),
        [
            ("pigeon", "https://hooks.example/a", "/style"),
            ("slack", "", "/url"),
            ("slack", "hooks.example", "/url"),
            ("slack", "ftp://hooks.example/a", "/url"),
            ("slack", "http://hooks.example/a", "/url"),
            ("slack", "https://user:pass@hooks.example/a", "/url"),
            ("slack", "https://10.0.0.1/a", "/url"),
            ("slack", "https://[::1", "/url"),
            ("slack", "https://hooks.example/a\r\nX: y", "/url"),
            ("slack", "https://hooks.example:99999/", "/url"),
            ("slack", "https://hooks.example/" + "a" * 3000, "/url"),
            ("slack", "https://hööks.example/", "/url"),
        ],
    )
    def test_what_is_no_address_is_refused_and_nothing_is_kept(self, world, style, url, pointer):
        with pytest.raises(InputInvalid) as refusal:
            set_own_chat(person=world.senior, style=style, url=url, now=NOON)
        assert [fault.pointer for fault in refusal.value.errors] == [pointer]
        assert not ChatAddress.objects.exists()

    def test_a_place_is_a_queue_or_a_role(self, world):
        auditor = ReviewerRole.objects.get(slug="auditor")
        for place in ({}, {"queue": "second-line", "role": auditor}):
            with pytest.raises(InputInvalid):
                set_place_chat(
                    **place, style="slack", url="https://a.example/", language="en",
                    by=world.officer, now=NOON,
                )  # fmt: skip

    def test_nobody_removes_that_of_another(self, world):
        row = set_own_chat(
            person=world.senior, style="slack", url="https://hooks.example/a", now=NOON
        )
        for own_only in (True, False):
            with pytest.raises(ChatAddress.DoesNotExist):
                remove_chat(address_id=row.pk, by=world.officer, own_only=own_only, now=NOON)


def browser_of(person):
    client = Client()
    client.force_login(person)
    return client


class TestThePages:
    def test_a_chat_of_ones_own_is_set_and_removed(self, world):
        browser = browser_of(world.senior)
        sent = {"style": "slack", "url": "https://hooks.example/secret-token"}
        assert browser.post("/notices/choices/chat/", sent).status_code == 302
        page = browser.get("/notices/choices/").content.decode()
        assert "Slack, hooks.example" in page
        assert "secret-token" not in page
        assert browser.post("/notices/choices/chat/remove/").status_code == 302
        assert chat_of(world.senior) is None
        assert browser.post("/notices/choices/chat/remove/").status_code == 404

    def test_what_is_no_address_is_said_beside_its_field(self, world):
        answer = browser_of(world.senior).post(
            "/notices/choices/chat/", {"style": "slack", "url": "http://hooks.example/"}
        )
        assert answer.status_code == 422
        assert "https://" in str(answer.context["chat_form"].errors["url"])

    def test_the_officer_sets_and_removes_those_of_queues_and_roles(self, world):
        browser = browser_of(world.officer)
        for place in ("queue:second-line", "role:auditor"):
            sent = {
                "place": place, "style": "teams", "language": "fr", "url": "https://a.example/x",
            }  # fmt: skip
            assert browser.post("/notices/places/", sent).status_code == 302
        rows = browser.get("/notices/places/").context["rows"]
        assert [name for _, name in rows] == ["Auditor", world.second_line.name]
        for place, _ in rows:
            assert browser.post(f"/notices/places/{place.pk}/remove/").status_code == 302
        assert browser.get("/notices/places/").context["rows"] == []

    def test_a_place_that_is_none_is_refused(self, world):
        sent = {
            "place": "queue:nowhere", "style": "teams", "language": "fr",
            "url": "https://a.example/x",
        }  # fmt: skip
        answer = browser_of(world.officer).post("/notices/places/", sent)
        assert answer.status_code == 200
        assert answer.context["form"].errors["place"]
        assert not ChatAddress.objects.exists()
