"""From what happened to notices: whom it concerns is told, once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from governance.ledger import record
from governance.models import LedgerAlarm, Notice, NoticeCause, ReviewerRole, WebhookEndpoint
from governance.notices.kinds import kinds
from governance.notices.registry import teller_of
from governance.policies.vocabulary import Level
from governance.services import accounts, telling
from governance.services.ledger_alarms import clear_alarm, raise_alarm
from governance.services.notice_choices import Wanted, choose_notices
from governance.services.telling import tell_waiting
from governance.services.webhooks import locked, put_aside
from models_registry.services.levels import raise_level
from reviews.services.absences import record_absence
from reviews.services.claiming import claim_case, release_lapsed_claim
from reviews.services.escalation import escalate_late_case, hand_up
from reviews.services.halting import place_halt
from tests.factories import NOON, SETUP, build_world, join, make_person
from tests.governance.notices.telling import kinds_told, tell
from tests.governance.webhooks.receivers import endpoint_at

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=5)


@pytest.fixture
def world():
    world = build_world()
    NoticeCause.objects.all().delete()
    return world


def raised(now=NOON):
    return raise_alarm(
        kind=LedgerAlarm.Kind.SILENT, detail="Nothing since noon.", actor=SETUP, now=now
    )


class TestACaseThatMovesUp:
    def test_those_who_may_rule_on_it_there_are_told_and_no_others(self, world):
        unqualified = make_person(roles=["senior-reviewer"])
        join(world.second_line, unqualified)
        case = world.open_case()
        escalate_late_case(case_id=case.pk, actor=SETUP, now=LATER)
        tell(LATER)
        [notice] = Notice.objects.all()
        assert notice.person == world.senior
        assert notice.kind == "case_escalated"
        assert notice.path == f"/cases/{case.pk}/"
        assert notice.values["reason"] == "late"
        assert notice.values["queue"] == world.second_line.name
        assert notice.at == LATER
        assert not NoticeCause.objects.exists()

    def test_whose_claim_it_took_is_told_too(self, world):
        case = world.open_case()
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
        escalate_late_case(case_id=case.pk, actor=SETUP, now=LATER)
        tell(LATER)
        assert kinds_told(world.reviewer) == ["claim_ended"]
        assert Notice.objects.get(person=world.reviewer).values["because"] == "late"

    def test_who_hands_it_up_is_not_told_of_it(self, world):
        case = world.open_case()
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
        hand_up(case_id=case.pk, reviewer=world.reviewer, now=NOON)
        tell()
        assert kinds_told(world.reviewer) == []
        assert kinds_told(world.senior) == ["case_escalated"]

    def test_nobody_is_told_of_what_was_rolled_back(self, world):
        case = world.open_case()
        with transaction.atomic():
            escalate_late_case(case_id=case.pk, actor=SETUP, now=LATER)
            assert NoticeCause.objects.exists()
            transaction.set_rollback(True)
        assert not NoticeCause.objects.exists()

    def test_many_at_once_are_told_in_one(self, world):
        for _ in range(telling.MOST_ALONE + 1):
            escalate_late_case(case_id=world.open_case().pk, actor=SETUP, now=LATER)
        tell(LATER)
        [notice] = Notice.objects.filter(person=world.senior)
        assert notice.kind == "cases_escalated"
        assert notice.values == {"queue": world.second_line.name, "count": telling.MOST_ALONE + 1}
        assert notice.path == "/queues/second-line/"

    def test_the_number_of_queries_does_not_grow_with_the_cases(
        self, world, django_assert_max_num_queries
    ):
        for _ in range(12):
            escalate_late_case(case_id=world.open_case().pk, actor=SETUP, now=LATER)
        with django_assert_max_num_queries(40):
            tell_waiting(now=LATER)


class TestARungOfALadder:
    """What the entry of an escalation says of it."""

    def done(self, world, **done):
        case = world.open_case()
        escalate_late_case(case_id=case.pk, actor=SETUP, now=LATER)
        body = {"to_queue": "second-line", "reason": "late", "done": done}
        NoticeCause.objects.filter(event="reviews.case.escalated").update(body=body)
        tell(LATER)

    def test_whom_it_names_is_told_that_the_case_is_theirs(self, world):
        self.done(world, person=str(world.senior.pseudonym))
        assert kinds_told(world.senior) == ["case_assigned"]

    def test_a_queue_a_role_and_a_person_are_called_and_each_is_told_once(self, world):
        auditor = make_person(roles=["auditor"])
        handle = str(world.owner.pseudonym)
        called = [{"queue": "first-line"}, {"role": "auditor"}, {"person": handle}]
        self.done(world, notify=called)
        for person in (*world.reviewers, auditor, world.owner):
            assert kinds_told(person) == ["rung_fired"]
        # Who rules on it knows from its waiting there.
        assert kinds_told(world.senior) == ["case_escalated"]


class TestAClaimThatEnds:
    def test_its_holder_is_told_when_the_lease_runs_out(self, world):
        case = world.open_case()
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
        release_lapsed_claim(case_id=case.pk, actor=SETUP, now=NOON + timedelta(hours=1))
        tell()
        assert kinds_told(world.reviewer) == ["claim_lapsed"]
        assert kinds_told(world.reviewers[1]) == []

    def test_its_holder_is_told_why_it_was_taken_back(self, world):
        case = world.open_case()
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
        record_absence(
            person=world.reviewer, valid_from=NOON, valid_until=LATER, by=world.officer,
            now=NOON,
        )  # fmt: skip
        tell()
        [notice] = Notice.objects.filter(person=world.reviewer)
        assert (notice.kind, notice.values["because"]) == ("claim_ended", "absence")


def test_an_alarm_of_the_ledger_reaches_who_may_read_it(world):
    auditor = make_person(roles=["auditor"])
    raised()
    tell()
    clear_alarm(kind=LedgerAlarm.Kind.SILENT, actor=SETUP, now=LATER)
    tell()
    for person in (auditor, world.officer):
        assert kinds_told(person) == ["ledger_alarm", "ledger_alarm_cleared"]
    assert kinds_told(world.reviewer) == []


def test_a_halt_reaches_who_may_place_one_each_at_a_page_of_theirs(world):
    halt = place_halt(
        system=world.system, decision_type=None, reason="Drift.", placed_by=world.officer,
        actor=SETUP, now=NOON,
    )  # fmt: skip
    tell()
    assert Notice.objects.get(person=world.officer).path == f"/halts/{halt.pk}/"
    assert Notice.objects.get(person=world.reviewer).path == "/queues/"
    assert Notice.objects.get(person=world.officer).values["scope"] == str(world.system)
    assert not any("Drift" in str(one.values) for one in Notice.objects.all())


def test_a_raised_level_reaches_the_owner(world):
    raise_level(
        decision_type=world.decision_type, to=Level.ALL_HUMAN, reason="Drift.",
        raised_by=world.officer, now=NOON,
    )  # fmt: skip
    tell()
    assert kinds_told(world.owner) == ["level_raised"]


def test_what_a_person_turned_off_is_not_told_and_what_must_stay_is(world):
    channels = dict.fromkeys(("level_raised",), frozenset())
    choose_notices(person=world.owner, wanted=Wanted(channels=channels), now=NOON)
    raise_level(
        decision_type=world.decision_type, to=Level.ALL_HUMAN, reason="Drift.",
        raised_by=world.officer, now=NOON,
    )  # fmt: skip
    # Turned off while they did not oversee yet.
    choose_notices(
        person=world.reviewer, wanted=Wanted(channels={"ledger_alarm": frozenset()}), now=NOON
    )
    raised()
    tell()
    assert "level_raised" not in kinds_told(world.owner)
    assert "ledger_alarm" not in kinds_told(world.reviewer)
    role = ReviewerRole.objects.get(slug="auditor")
    accounts.assign_role(person=world.reviewer, role=role, actor=SETUP, now=NOON)
    clear_alarm(kind=LedgerAlarm.Kind.SILENT, actor=SETUP, now=NOON)
    raised(LATER)
    tell(LATER)
    assert "ledger_alarm" in kinds_told(world.reviewer)


def test_a_webhook_that_was_given_up_reaches_whom_it_belongs_to_and_one_paused_by_hand_nobody(
    world,
):
    dead, paused = (endpoint_at(world, f"https://{one}.example/h").endpoint for one in "ab")
    with transaction.atomic():
        put_aside(locked(paused.pk), WebhookEndpoint.State.PAUSED, "Moved.", SETUP, NOON)
        put_aside(locked(dead.pk), WebhookEndpoint.State.DEAD, "Silent.", SETUP, NOON)
    tell()
    for person in (world.owner, world.officer):
        [notice] = Notice.objects.filter(person=person, kind="webhook_paused")
        assert (notice.values, notice.path) == ({"host": "a.example"}, f"/webhooks/{dead.pk}/")


def test_a_closed_account_is_told_nothing(world):
    world.officer.is_active = False
    record.keep(world.officer, "test.user.closed", actor=SETUP, at=NOON)
    raised()
    tell()
    assert kinds_told(world.officer) == []


class TestTheSweep:
    def test_a_large_group_is_told_in_parts_and_everybody_once(self, world):
        people = [make_person(roles=["auditor"]) for _ in range(5)]
        raised()
        rounds = 0
        while tell_waiting(now=NOON, most_notices=2) or NoticeCause.objects.exists():
            rounds += 1
            assert Notice.objects.count() <= 2 * rounds
            assert rounds < 10
        assert rounds >= 3
        assert all(kinds_told(person) == ["ledger_alarm"] for person in people)

    def test_one_that_fails_waits_and_the_others_are_told(self, world, monkeypatch):
        raised()
        case = world.open_case()
        escalate_late_case(case_id=case.pk, actor=SETUP, now=LATER)
        # A cause of an event whose row no teller can read.
        NoticeCause.objects.filter(event="reviews.case.escalated").update(body={})
        tell(LATER)
        assert kinds_told(world.officer) == ["ledger_alarm"]
        [left] = NoticeCause.objects.all()
        assert left.retry_at == LATER + timedelta(minutes=1)
        NoticeCause.objects.update(body={"to_queue": "second-line", "reason": "late"})
        tell(LATER + timedelta(seconds=59))
        assert kinds_told(world.senior) == []
        tell(LATER + timedelta(minutes=1))
        assert kinds_told(world.senior) == ["case_escalated"]

    def test_one_that_fails_silences_no_other_of_its_kind(self, world):
        good, bad = world.open_case(), world.open_case()
        for case in (good, bad):
            escalate_late_case(case_id=case.pk, actor=SETUP, now=LATER)
        first, second = NoticeCause.objects.filter(event="reviews.case.escalated").order_by("id")
        NoticeCause.objects.filter(pk=first.pk).update(body={})
        tell(LATER)
        assert kinds_told(world.senior) == ["case_escalated"]
        assert NoticeCause.objects.get().pk == first.pk
        assert Notice.objects.filter(person=world.senior).get().cause == second.pk

    def test_an_event_that_nobody_is_told_of_any_more_is_dropped(self, world):
        raised()
        NoticeCause.objects.update(event="of.a.former.release")
        tell()
        assert not NoticeCause.objects.exists()
        assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_everybody_once():
    world = build_world()
    for _ in range(4):
        make_person(roles=["auditor"])
    NoticeCause.objects.all().delete()
    raised()
    case = world.open_case()
    escalate_late_case(case_id=case.pk, actor=SETUP, now=LATER)
    start, told = threading.Barrier(3), []

    def sweep():
        try:
            start.wait()
            told.append(tell_waiting(now=LATER))
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(told) == 2
    assert len(Notice.objects.values_list("person", "cause").distinct()) == Notice.objects.count()
    assert kinds_told(world.senior) == ["case_escalated"]


@pytest.mark.django_db(transaction=True)
def test_what_was_begun_first_and_committed_last_is_told():
    """No watermark: a slow transaction's older id is not slipped past."""
    world = build_world()
    NoticeCause.objects.all().delete()
    case = world.open_case()
    begun, go_on = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                escalate_late_case(case_id=case.pk, actor=SETUP, now=LATER)
                begun.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(30)
    raised(LATER)
    tell(LATER)
    assert kinds_told(world.officer) == ["ledger_alarm"]
    go_on.set()
    thread.join()
    tell(LATER)
    assert kinds_told(world.senior) == ["case_escalated"]


def test_every_kind_that_an_event_gives_has_a_teller_that_is_tried_here_or_elsewhere():
    assert all(teller_of(event) for kind in kinds().values() for event in kind.events)
