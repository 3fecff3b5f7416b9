"""The bell, the list and the choices, as a person sees them."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.test import Client

from governance.ids import uuid7
from governance.models import LedgerEntry, Notice, NoticeChoices
from governance.notices.kinds import kinds
from governance.services.reading_notices import KEPT_FOR, forget_notices
from tests.factories import NOON, make_person
from tests.governance.pages.reading import text_of

pytestmark = pytest.mark.django_db
SIGNING_IN = 2


@pytest.fixture
def person():
    return make_person("ann", roles=["reviewer"])


@pytest.fixture
def browser(person):
    client = Client()
    client.force_login(person)
    return client


def give(person, number=1, *, kind="level_raised", read_at=None, **more):
    return [
        Notice.objects.create(
            person=person,
            cause=uuid7(),
            kind=kind,
            values={"decision_type": f"Loan {one}", "level": "all_human"} | more,
            path="/queues/",
            at=NOON,
            read_at=read_at,
        )
        for one in range(number)
    ]


class TestTheBell:
    def test_it_counts_what_is_unread_and_is_silent_while_nothing_changes(self, person, browser):
        give(person, 2)
        give(make_person(), 5)
        first = browser.get("/notices/bell/")
        assert first.status_code == 200
        assert 'aria-label="Notices, 2 unread"' in first.content.decode()
        known = first.context["unread"].known
        again = browser.get("/notices/bell/", {"known": known})
        assert (again.status_code, again.content) == (204, b"")
        give(person)
        assert browser.get("/notices/bell/", {"known": known}).status_code == 200

    def test_one_read_and_one_new_is_a_change(self, person, browser):
        [one] = give(person)
        known = browser.get("/notices/bell/").context["unread"].known
        browser.post(f"/notices/{one.pk}/read/")
        give(person)
        assert browser.get("/notices/bell/", {"known": known}).status_code == 200

    def test_it_counts_no_further_than_anybody_reads(self, person, browser):
        give(person, 120)
        assert browser.get("/notices/bell/").context["unread"].shown == "99+"

    def test_a_poll_is_one_query_besides_the_session(
        self, person, browser, django_assert_num_queries
    ):
        give(person, 30)
        known = browser.get("/notices/bell/").context["unread"].known
        with django_assert_num_queries(SIGNING_IN + 1):
            assert browser.get("/notices/bell/", {"known": known}).status_code == 204

    def test_a_page_brings_it_without_a_query_of_its_own(self, person, browser):
        give(person)
        page = browser.get("/queues/").content.decode()
        assert 'hx-get="/notices/bell/" hx-trigger="load, every 15s"' in page

    def test_a_page_whose_session_is_over_is_not_led_away(self):
        answer = Client().get("/notices/bell/")
        assert (answer.status_code, answer.content) == (204, b"")

    def test_nobody_keeps_a_copy(self, person, browser):
        assert "no-store" in browser.get("/notices/bell/")["Cache-Control"]


class TestTheList:
    def test_it_shows_ones_own_in_ones_own_words_newest_first(self, person, browser):
        give(person, 2)
        give(make_person(), 1, decision_type="Others")
        page = text_of(browser.get("/notices/"))
        assert page.index("Loan 1: the level was raised") < page.index("Loan 0: the level")
        assert "Others" not in page

    def test_it_is_filtered_by_group_and_state(self, person, browser):
        give(person, read_at=NOON)
        give(person, kind="ledger_alarm", alarm="silent")
        rows = browser.get("/notices/", {"group": "stop"}).context["rows"]
        assert [row["notice"].kind for row in rows] == ["ledger_alarm"]
        rows = browser.get("/notices/", {"state": "unread"}).context["rows"]
        assert [row["notice"].kind for row in rows] == ["ledger_alarm"]
        assert len(browser.get("/notices/", {"group": "strange"}).context["rows"]) == 2

    def test_it_has_pages(self, person, browser, django_assert_max_num_queries):
        give(person, 120)
        with django_assert_max_num_queries(SIGNING_IN + 6):
            first = browser.get("/notices/")
        assert len(first.context["rows"]) == 50
        second = browser.get(first.context["next_url"])
        seen = {row["notice"].pk for page in (first, second) for row in page.context["rows"]}
        assert len(seen) == 100
        assert second.context["refresh_url"] == ""
        assert browser.get("/notices/", {"before": "nothing"}).status_code == 404

    def test_it_is_live_and_costs_one_query_while_nothing_is_new(
        self, person, browser, django_assert_num_queries
    ):
        give(person)
        refresh = browser.get("/notices/?state=unread").context["refresh_url"]
        with django_assert_num_queries(SIGNING_IN + 1):
            assert browser.get(refresh).status_code == 204
        give(person)
        assert len(browser.get(refresh).context["rows"]) == 2

    def test_opening_one_reads_it_and_leads_to_its_page(self, person, browser):
        [one] = give(person)
        answer = browser.post(f"/notices/{one.pk}/open/")
        assert (answer.status_code, answer.url) == (302, "/queues/")
        one.refresh_from_db()
        read_at = one.read_at
        assert read_at is not None
        browser.post(f"/notices/{one.pk}/open/")
        one.refresh_from_db()
        assert one.read_at == read_at

    def test_marking_all_leaves_what_came_since(self, person, browser):
        *_, seen = give(person, 3)
        [later] = give(person)
        [others] = give(make_person())
        answer = browser.post("/notices/read/", {"until": str(seen.pk)})
        assert answer.status_code == 302
        unread = Notice.objects.filter(read_at=None)
        assert set(unread) == {later, others}
        assert not LedgerEntry.objects.filter(subject_id=seen.pk).exists()

    @pytest.mark.parametrize("until", ["", "nothing", "1"])
    def test_marking_all_wants_an_id(self, browser, until):
        assert browser.post("/notices/read/", {"until": until}).status_code == 404

    def test_nothing_of_others_can_be_opened_or_read(self, browser):
        [others] = give(make_person())
        for verb in ("open", "read"):
            assert browser.post(f"/notices/{others.pk}/{verb}/").status_code == 404
        others.refresh_from_db()
        assert others.read_at is None

    def test_a_get_marks_nothing(self, person, browser):
        [one] = give(person)
        for path in (f"{one.pk}/open/", f"{one.pk}/read/", "read/", "", "bell/", "choices/"):
            browser.get(f"/notices/{path}")
        one.refresh_from_db()
        assert one.read_at is None

    @pytest.mark.parametrize(
        ("back", "leads_to"),
        [
            ("/notices/?state=unread", "/notices/?state=unread"),
            ("https://elsewhere.example/", "/notices/"),
            ("//elsewhere.example/notices/", "/notices/"),
            ("/admin/", "/notices/"),
            ("", "/notices/"),
        ],
    )
    def test_reading_one_leads_back_to_the_list_and_nowhere_else(
        self, person, browser, back, leads_to
    ):
        [one] = give(person)
        assert browser.post(f"/notices/{one.pk}/read/", {"back": back}).url == leads_to


def chosen(page):
    """The form as the page shows it, as a browser would send it back."""
    form = page.context["form"]
    sent = {}
    for field in form:
        if field.field.disabled:
            continue
        value = field.value()
        if value is True:
            sent[field.html_name] = "on"
        elif isinstance(value, time):
            sent[field.html_name] = f"{value:%H:%M}"
        elif value:
            sent[field.html_name] = value
    return sent


class TestTheChoices:
    def test_what_is_sent_back_unchanged_changes_nothing_but_is_kept(self, person, browser):
        sent = chosen(browser.get("/notices/choices/"))
        assert browser.post("/notices/choices/", sent).status_code == 302
        row = NoticeChoices.objects.get(person=person)
        assert row.channels == {}
        entries = LedgerEntry.objects.filter(subject_id=row.pk)
        assert [entry.event for entry in entries] == ["governance.noticechoices.changed"]
        browser.post("/notices/choices/", sent)
        assert entries.count() == 1

    def test_everything_can_be_chosen(self, person, browser):
        sent = chosen(browser.get("/notices/choices/")) | {
            "language": "fr", "time_zone": "Europe/Paris", "summary": "daily", "daily_at": "07:30",
            "quiet_from": "21:00", "quiet_until": "06:00",
        }  # fmt: skip
        del sent["case_escalated-mail"]
        assert browser.post("/notices/choices/", sent).status_code == 302
        row = NoticeChoices.objects.get(person=person)
        assert (row.language, row.time_zone, row.summary) == ("fr", "Europe/Paris", "daily")
        assert (row.daily_at, row.quiet_from, row.quiet_until) == (time(7, 30), time(21), time(6))
        assert row.channels == {"case_escalated": ["product"]}
        page = text_of(browser.get("/notices/choices/"))
        assert "Un dossier remonte dans ma file" in page

    @pytest.mark.parametrize(
        "faulty",
        [
            {"language": "tlh"},
            {"time_zone": "Europe/Atlantis"},
            {"summary": "yearly"},
            {"daily_at": "25:00"},
            {"daily_at": ""},
            {"quiet_from": "21:00"},
            {"quiet_from": "21:00", "quiet_until": "21:00"},
        ],
    )
    def test_what_is_faulty_is_said_and_nothing_is_kept(self, browser, faulty):
        sent = chosen(browser.get("/notices/choices/")) | faulty
        answer = browser.post("/notices/choices/", sent)
        assert answer.status_code in (200, 422)
        assert "Please check what you entered" in text_of(answer)
        assert not NoticeChoices.objects.exists()

    def test_what_an_overseer_must_see_stays_whatever_is_sent(self):
        auditor, browser = make_person("aud", roles=["auditor"]), Client()
        browser.force_login(auditor)
        page = browser.get("/notices/choices/")
        assert page.context["form"]["ledger_alarm-mail"].field.disabled
        sent = {
            name: value
            for name, value in chosen(page).items()
            if not name.startswith("halt_placed")
        }
        assert browser.post("/notices/choices/", sent).status_code == 302
        kept = NoticeChoices.objects.get(person=auditor).channels
        assert {"product", "mail"} <= set(kept.get("halt_placed", kinds()["halt_placed"].channels))

    def test_it_costs_a_few_queries(self, browser, django_assert_max_num_queries):
        with django_assert_max_num_queries(SIGNING_IN + 5):
            browser.get("/notices/choices/")


def test_a_stranger_is_led_to_the_sign_in():
    for path in ("", "choices/"):
        answer = Client().get(f"/notices/{path}")
        assert (answer.status_code, answer.url) == (302, f"/sign-in/?next=/notices/{path}")


def test_old_notices_are_forgotten(person):
    give(person, 2)
    assert forget_notices(now=NOON + KEPT_FOR) == 0
    assert forget_notices(now=NOON + KEPT_FOR + timedelta(seconds=1)) == 2
