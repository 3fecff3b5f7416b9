"""One month to answer, once two more, and a warning of each deadline exactly once."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.errors import InputInvalid
from governance.models import LedgerEntry, OutboxMessage
from reviews.errors import AlreadyExtended, ClockRunOut, ContestationClosed
from reviews.models import Case, Contestation, Decision, VerdictKind
from reviews.selectors.standing import standing_of
from reviews.services.clock import answer_due, extended
from reviews.services.contesting import extend_contestation, warn_of_clock, withdraw_contestation
from reviews.services.escalation import escalate_late_case
from reviews.services.letters import Channel, Words, make_letter, mark_letter_sent
from reviews.tasks import escalate_overdue_cases, warn_of_contestations
from tests.factories import NOON, SETUP, build_world, policy_text
from tests.governance.api.calling import Caller, at
from tests.reviews.contested import LATER, contest, contested, ruled, settled
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db

REASON = "The employer has to be asked."


@pytest.mark.parametrize(
    ("received", "due", "later"),
    [
        ((2026, 1, 15), (2026, 2, 15), (2026, 4, 15)),
        ((2026, 1, 31), (2026, 2, 28), (2026, 4, 28)),
        ((2028, 1, 31), (2028, 2, 29), (2028, 4, 29)),
        ((2026, 11, 30), (2026, 12, 30), (2027, 2, 28)),
        ((2026, 12, 31), (2027, 1, 31), (2027, 3, 31)),
    ],
)
def test_a_month_is_a_calendar_month(received, due, later):
    first = answer_due(datetime(*received, 9, 30, tzinfo=UTC))
    assert first == datetime(*due, 9, 30, tzinfo=UTC)
    assert extended(first) == datetime(*later, 9, 30, tzinfo=UTC)


def extend(world, contestation, *, now=LATER, reason=REASON, notified_at=LATER):
    return extend_contestation(
        contestation_id=contestation.pk,
        reason=reason,
        notified_at=notified_at,
        person=world.officer,
        now=now,
    )


def test_extending_gives_two_months_with_reason_and_notice():
    world = build_world()
    contestation = contested(world)
    written = Written()

    extend(world, contestation)

    contestation.refresh_from_db()
    assert contestation.due_at == datetime(2027, 2, 24, 12, 0, tzinfo=UTC)
    assert (contestation.extended_at, contestation.extension_reason) == (LATER, REASON)
    assert written.entries() == [("reviews.contestation.extended", person(world.officer))]
    leaf = bytes(LedgerEntry.objects.latest("id").leaf).decode()
    assert LATER.isoformat() in leaf
    assert REASON in leaf
    # The policy's own deadline stays.
    assert contestation.case.due_at == LATER + timedelta(hours=4)


def test_a_case_whose_deadline_was_the_clocks_gets_the_new_one():
    world = build_world(text=policy_text().replace("PT4H", "P60D"))
    contestation = contested(world)
    assert contestation.case.due_at == contestation.due_at

    extend(world, contestation)

    # Sixty days of the policy end before the three months of the clock.
    assert Case.objects.get(pk=contestation.case_id).due_at == LATER + timedelta(days=60)


def twice(world, contestation):
    extend(world, contestation)


def withdrawn(world, contestation):
    withdraw_contestation(contestation_id=contestation.pk, actor=SETUP, now=LATER)


def decided(world, contestation):
    ruled(world, contestation)


@pytest.mark.parametrize(
    ("happens", "now", "refusal"),
    [
        (twice, LATER, AlreadyExtended),
        (withdrawn, LATER, ContestationClosed),
        (decided, LATER, ContestationClosed),
        (None, LATER + timedelta(days=30), ClockRunOut),
    ],
)
def test_no_extension_a_second_time_too_late_or_when_closed(happens, now, refusal):
    world = build_world()
    contestation = contested(world)
    if happens:
        happens(world, contestation)

    with refused(refusal):
        extend(world, contestation, now=now)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"reason": " "}, "/reason"),
        ({"reason": "x" * 501}, "/reason"),
        ({"notified_at": LATER + timedelta(hours=1)}, "/notified_at"),
        ({"notified_at": NOON}, "/notified_at"),
    ],
)
def test_an_extension_without_reason_or_notice_is_refused(given, pointer):
    world = build_world()
    contestation = contested(world)

    with refused(InputInvalid) as refusal:
        extend(world, contestation, **given)
    assert [fault.pointer for fault in refusal.value.errors] == [pointer]


def warnings():
    return list(
        OutboxMessage.objects.filter(event="contestation.warning")
        .order_by("id")
        .values_list("body__due_at", flat=True)
    )


def sweep_at(now):
    with at(now):
        warn_of_contestations()


def test_each_warning_comes_exactly_once():
    world = build_world()
    contestation = contested(world)
    due = contestation.due_at
    written = Written()

    for number, before in ((0, 11), (1, 10), (1, 9), (2, 3), (2, 1), (3, 0), (3, -1), (3, -40)):
        sweep_at(due - timedelta(days=before))
        assert len(warnings()) == number, before
    contestation.refresh_from_db()
    assert contestation.warnings == 3
    assert (
        written.entries() == [("reviews.contestation.warned", "system:warn_of_contestations")] * 3
    )


def test_a_late_sweep_gives_the_warning_that_counts_and_no_overtaken_one():
    world = build_world()
    contestation = contested(world)

    sweep_at(contestation.due_at + timedelta(days=1))
    sweep_at(contestation.due_at + timedelta(days=2))

    assert len(warnings()) == 1


def test_an_extension_starts_the_warnings_anew():
    world = build_world()
    contestation = contested(world)
    sweep_at(contestation.due_at - timedelta(days=9))
    extend(world, contestation)
    contestation.refresh_from_db()

    sweep_at(LATER + timedelta(days=40))
    assert len(warnings()) == 1
    sweep_at(contestation.due_at - timedelta(days=10))
    assert len(warnings()) == 2


def test_the_clock_runs_until_the_letter_was_sent():
    world = build_world()
    _, contestation = ruled(world, contested(world))
    soon = contestation.due_at - timedelta(days=2)
    assert Contestation.objects.to_warn_of(soon).exists()
    make_letter(contestation_id=contestation.pk, words=Words(), person=world.officer, now=LATER)
    mark_letter_sent(
        contestation_id=contestation.pk,
        sent_at=LATER,
        channel=Channel.POST,
        person=world.officer,
        now=LATER,
    )

    sweep_at(contestation.due_at + timedelta(days=1))

    assert warnings() == []
    assert not Contestation.objects.get().is_late(contestation.due_at)


def test_a_closed_one_is_left_alone_by_a_sweep_that_comes_too_late():
    world = build_world()
    contestation = contested(world)
    withdraw_contestation(contestation_id=contestation.pk, actor=SETUP, now=LATER)

    late = contestation.due_at
    assert warn_of_clock(contestation_id=contestation.pk, actor=SETUP, now=late) is None


def test_a_contestation_that_nobody_answers_never_changes_the_decision_silently():
    world = build_world(text=policy_text(fail_safe="refuse"))
    decision = settled(world, VerdictKind.OVERRIDE, "grant")
    contestation = contest(world, decision)
    before = standing_of(Decision.objects.get(pk=decision.pk), LATER)
    years = contestation.due_at + timedelta(days=800)

    for day in (1, 2, 40, 800):
        with at(LATER + timedelta(days=day)):
            escalate_overdue_cases()
            warn_of_contestations()

    contestation.refresh_from_db()
    case = contestation.case
    # It waits on the highest rung, late and said to be, and has neither ended nor decided.
    assert (case.state, case.queue, case.rung) == ("open", world.second_line, 1)
    assert (contestation.state, contestation.result) == ("open", "")
    assert contestation.is_late(years)
    assert contestation.warnings == 3
    after = standing_of(Decision.objects.get(pk=decision.pk), LATER)
    assert (after.standing, after.outcome) == (before.standing, before.outcome)
    assert escalate_late_case(case_id=case.pk, actor=SETUP, now=years) is None


@pytest.mark.parametrize(("who", "status"), [("officer", 200), ("reviewer", 403), ("owner", 403)])
def test_who_extends(who, status):
    world = build_world()
    contestation = contested(world)
    body = {"reason": REASON, "notified_at": LATER.isoformat()}

    answer = Caller(person=getattr(world, who)).post(
        f"contestations/{contestation.pk}/extend", body, now=LATER
    )

    assert answer.status == status
    contestation.refresh_from_db()
    assert (contestation.extended_at is not None) is (status == 200)
