"""How the work runs, for those who oversee it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.lateness.registry import Silence, checks
from governance.models import Heartbeat
from reviews.models import Pause, Verdict, VerdictKind
from reviews.selectors.shifts import by_hour_of_shift
from reviews.selectors.waiting_now import due_by_hour, queue_ages
from reviews.selectors.workload import arrived, work_by_role, worked
from reviews.services.absences import record_absence
from reviews.services.claiming import claim_case
from reviews.services.closing import record_truth
from reviews.services.escalation import escalate_late_case
from reviews.services.pausing import pause_case
from tests.factories import NOON, SETUP, World, make_person
from tests.governance.api.calling import at
from tests.governance.pages.reading import Markup, text_of
from tests.reviews.pages.conftest import Browse

BUDGET = 16
# A Monday, at the hour of the week 12.
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("cases", [2, 60])
def test_it_costs_the_same_however_much_waits(
    world: World, browse: Browse, django_assert_max_num_queries: Any, cases: int
) -> None:
    now = timezone.now()
    for number in range(cases):
        case = world.open_case(now=now)
        if number % 2:
            world.rule(case, now=now, by=world.reviewers[number % 4 // 2])
    client = browse(world.officer)
    with django_assert_max_num_queries(BUDGET):
        response = client.get("/operations/")
    assert response.status_code == 200
    assert Markup(text_of(response)).forbidden == []


def test_who_oversees_nothing_may_not(world: World, browse: Browse) -> None:
    assert browse(world.reviewer).get("/operations/").status_code == 403
    assert "Operations" not in text_of(browse(world.reviewer).get("/"))
    assert 'href="/operations/"' in text_of(browse(world.officer).get("/"))


def test_nothing_anywhere_is_said_in_sentences(world: World, browse: Browse) -> None:
    text = text_of(browse(world.officer).get("/operations/"))
    for sentence in (
        "No case waits.",
        "None of the cases that wait has a deadline within the next 24 hours.",
        "Nothing waits, and nothing came or was done in the last two weeks.",
        "Nobody gave a verdict in the last two weeks, so nobody&#x27;s time is known.",
    ):
        assert sentence in text


def test_what_is_late_stands_on_top_here_and_on_the_dashboard(world: World, browse: Browse) -> None:
    for check in checks():
        if isinstance(check, Silence):
            Heartbeat.beat(check.name, timezone.now())
    world.open_case(now=timezone.now() - timedelta(hours=7))
    client = browse(world.officer)

    for address in ("/", "/operations/"):
        text = text_of(client.get(address))
        assert "Rungs are due: The oldest has waited for 3 h 0 min" in text, address
    assert "Rungs are due" not in text_of(browse(world.reviewer).get("/"))


def test_ages_and_deadlines_are_those_of_the_cases(world: World) -> None:
    for hours in (0, 2, 2, 30):
        world.open_case(now=NOON - timedelta(hours=hours))
    held = world.open_case(now=NOON - timedelta(minutes=30))
    claim_case(case_id=held.pk, reviewer=world.reviewer, now=NOON)
    world.rule(world.open_case(now=NOON), now=NOON)

    first, second = queue_ages(NOON)

    assert (first.queue.slug, first.open, first.claimed, first.overdue) == ("first-line", 4, 1, 1)
    assert first.bands == [2, 2, 0, 0, 1, 0, 0]
    assert first.oldest_at == NOON - timedelta(hours=30)
    assert (second.live, second.oldest_at) == (0, None)
    due = [(one.hour, one.cases) for one in due_by_hour(NOON, 24)]
    # Due four hours after they came: at 14:00 two, at 15:30 one, at 16:00 one.
    assert due == [(2, 2), (3, 1), (4, 1)]


def test_paused_cases_are_told_apart(world: World) -> None:
    world.open_case()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    pause_case(
        case_id=case.pk,
        person=world.reviewer,
        reason=Pause.Reason.PERSON,
        until=NOON + timedelta(days=1),
        now=NOON,
    )

    first, _ = queue_ages(NOON)

    assert (first.open, first.paused, first.claimed) == (2, 1, 0)


def test_what_is_due_beyond_the_horizon_is_counted_together(world: World) -> None:
    world.open_case(now=NOON + timedelta(hours=1))
    world.open_case(now=NOON + timedelta(hours=2))

    assert [(one.hour, one.cases) for one in due_by_hour(NOON, 5)] == [(5, 2)]


def test_work_is_measured_by_the_hour_of_the_week(world: World) -> None:
    for at_ in (MONDAY, MONDAY - timedelta(days=7)):
        for person in world.reviewers[:2]:
            rule_after(world, timedelta(minutes=10), at_, by=person)
    rule_after(world, timedelta(minutes=10), MONDAY - timedelta(days=20))

    work = worked(MONDAY + timedelta(hours=1))[world.first_line.pk]
    comes = arrived(MONDAY + timedelta(hours=1))[world.first_line.pk]

    # Ruled at ten past noon, on two Mondays, by two people; what is older than two weeks is not.
    assert (work.given, work.mean_seconds) == (4, 600)
    assert (work.ballots[12], work.people[12], sum(work.ballots)) == (2, 2, 2)
    assert (comes.ballots[12], comes.asked, comes.due_hours) == (2, 4, 4)


def test_who_is_away_now_is_not_on_duty(world: World) -> None:
    rule_after(world, timedelta(minutes=10), MONDAY)
    now = MONDAY + timedelta(days=1)
    until = now + timedelta(days=2)
    record_absence(person=world.reviewer, valid_until=until, by=world.reviewer, now=now)

    work = worked(now + timedelta(minutes=1))[world.first_line.pk]
    assert (work.given, sum(work.people), sum(work.ballots)) == (1, 0, 0)


def test_a_case_that_moved_up_counts_in_both_queues(world: World) -> None:
    case = world.open_case(now=MONDAY)
    late = MONDAY + timedelta(hours=5)
    escalate_late_case(case_id=case.pk, actor=SETUP, now=late)

    comes = arrived(late + timedelta(hours=1))

    assert comes[world.first_line.pk].ballots[12] == 0.5
    assert comes[world.second_line.pk].ballots[17] == 0.5


def test_m13_is_arrivals_times_service_over_people_for_each_role(
    world: World, browse: Browse
) -> None:
    for person in world.reviewers[:2]:
        rule_after(world, timedelta(minutes=12), MONDAY, by=person)
    now = MONDAY + timedelta(hours=2)

    [role] = work_by_role(now, arrived(now))

    assert (role.given, len(role.people), role.mean_seconds, role.asked) == (2, 2, 720, 2)
    with at(now):
        client = browse(world.officer)
        text = text_of(client.get("/operations/"))
    # 2 ballots in 336 hours, times a fifth of an hour, over 2 people: 0.0006.
    assert "0.001" in text
    assert role.role in text


def test_the_catch_rate_goes_by_the_hour_of_the_shift(world: World) -> None:
    start = MONDAY
    upheld = rule_after(world, timedelta(minutes=10), start)
    late = rule_after(world, timedelta(minutes=10), start + timedelta(hours=2))
    caught = rule_after(
        world, timedelta(minutes=10), start + timedelta(hours=2, minutes=20), override=True
    )
    for verdict in (upheld, late, caught):
        learn(world, verdict, "grant")
    # After a night the next shift begins.
    rule_after(world, timedelta(minutes=10), start + timedelta(hours=20))

    hours = by_hour_of_shift(start + timedelta(days=1))

    assert [(one.hour, one.given, one.wrong, one.caught) for one in hours] == [
        (1, 2, 1, 0),
        (3, 2, 2, 1),
    ]


def test_a_forecast_says_what_will_be_missed(world: World, browse: Browse) -> None:
    now = timezone.now()
    for _ in range(3):
        world.open_case(now=now)
    text = text_of(browse(world.officer).get("/operations/"))
    assert "Ballots expected too late, hour by hour" in text
    # Nobody ruled lately, so that nothing can be done in time.
    assert "What the forecast rests on" in text


def test_the_addresses_for_strangers(client: Any, db: None) -> None:
    response = client.get("/operations/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/operations/")


def rule_after(
    world: World, time: timedelta, at_: datetime, *, by: Any = None, override: bool = False
) -> Verdict:
    """A case that comes and is claimed at `at_`, and ruled on after `time`."""
    case = world.open_case(now=at_)
    person = by or world.reviewer
    claim_case(case_id=case.pk, reviewer=person, now=at_)
    kind = VerdictKind.OVERRIDE if override else VerdictKind.UPHOLD
    outcome = "grant" if override else ""
    return world.rule(case, kind, by=person, outcome=outcome, now=at_ + time, claim=False)


def learn(world: World, verdict: Verdict, outcome: str) -> None:
    record_truth(
        decision_id=verdict.case.decision_id,
        outcome=outcome,
        source="bureau",
        observed_at=MONDAY,
        client=world.client,
        now=verdict.ruled_at,
    )


def test_a_person_without_any_role_may_not(browse: Browse, db: None) -> None:
    assert browse(make_person()).get("/operations/").status_code == 403


GROWS = ("reviews_case", "reviews_verdict", "reviews_escalation", "reviews_decision",
         "reviews_groundtruth")  # fmt: skip


def test_no_query_reads_a_table_that_grows_as_a_whole(world: World, browse: Browse) -> None:
    """Where an index serves, PostgreSQL without sequential scans takes it: were there none, it
    would have to read the table all the same."""
    world.rule(world.open_case(now=timezone.now()), now=timezone.now())
    client = browse(world.officer)
    with CaptureQueriesContext(connection) as captured:
        client.get("/operations/")

    reads = [
        one["sql"] for one in captured if one["sql"].lstrip().startswith(("SELECT", "WITH", "("))
    ]
    assert len(reads) > 8
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in reads:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            for table in GROWS:
                assert f"Seq Scan on {table}" not in plan, plan
                # Nor is a whole index read in its stead.
                for line in plan.splitlines():
                    if f"{table}_pkey on {table}" in line:
                        assert "Cond" in plan, plan
