"""The week, the queue model and the draw: known cases by hand, and properties."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.lab.changes import Changes, Draw
from reviews.lab.routes import Way
from reviews.lab.week import HOURS, Backlog, Capacity, hour_of_week, hours_between
from reviews.lab.workload import Handling, Measured, Workload

MONDAY = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
HOUR = 3600.0
ONE_AN_HOUR = Capacity([1.0] * HOURS)
OFFICE_HOURS = Capacity(
    [2.0 if 9 <= hour % 24 < 17 and hour < 120 else 0.0 for hour in range(HOURS)]
)

WAYS = {
    "pass": Way("pass", "clear", "", False, 0, 3600),
    "review": Way("review", "", "first-line", False, 1, 3600),
}


@pytest.mark.parametrize(
    ("at", "hour"),
    [
        (datetime(2026, 11, 23, tzinfo=UTC), 0),
        (datetime(2026, 11, 23, 0, 59, 59, tzinfo=UTC), 0),
        (datetime(2026, 11, 24, 13, tzinfo=UTC), 37),
        (datetime(2026, 11, 29, 23, 30, tzinfo=UTC), 167),
        (datetime(1970, 1, 1, tzinfo=UTC), 72),
    ],
)
def test_the_week_begins_on_monday_in_utc(at, hour):
    assert hour_of_week(at.timestamp()) == hour == at.weekday() * 24 + at.hour


@given(
    start=st.floats(0, 2e9),
    hours=st.floats(0, 5000),
)
def test_the_hours_of_a_period_sum_up_to_it(start, hours):
    found = hours_between(start, start + hours * HOUR)
    assert sum(found) == pytest.approx(hours, abs=1e-6)
    assert max(found) - min(found) <= 1 + 1e-6


def test_a_case_is_late_when_those_before_it_take_too_long():
    """One verdict an hour: of three that come at once, due in two, the third is late."""
    backlog = Backlog(ONE_AN_HOUR)
    late = [backlog.is_late(MONDAY, MONDAY + 2 * HOUR, 1) for _ in range(3)]
    assert late == [False, False, True]
    # An hour of rest later nothing waits that long any more.
    assert not backlog.is_late(MONDAY + 3 * HOUR, MONDAY + 4 * HOUR, 1)


def test_two_verdicts_take_twice_the_work():
    backlog = Backlog(ONE_AN_HOUR)
    assert not backlog.is_late(MONDAY, MONDAY + 2 * HOUR, 2)
    assert backlog.is_late(MONDAY, MONDAY + 2 * HOUR, 1)


def test_nobody_works_at_night():
    evening = MONDAY + 17 * HOUR
    assert Backlog(OFFICE_HOURS).is_late(evening, evening + 15 * HOUR, 1)
    assert not Backlog(OFFICE_HOURS).is_late(evening, evening + 17 * HOUR, 1)
    friday = MONDAY + 4 * 24 * HOUR + 17 * HOUR
    assert Backlog(OFFICE_HOURS).is_late(friday, friday + 48 * HOUR, 1)


def test_where_nobody_works_everything_is_late():
    assert Backlog(Capacity([0.0] * HOURS)).is_late(MONDAY, MONDAY + 10_000 * HOUR, 1)


@given(st.lists(st.floats(0, 50), min_size=HOURS, max_size=HOURS), st.floats(0, 2e9))
def test_work_done_only_grows_and_a_week_is_a_week(per_hour, at):
    capacity = Capacity(per_hour)
    assert capacity.until(at + HOUR) >= capacity.until(at) - 1e-6
    week = capacity.until(at + 7 * 24 * HOUR) - capacity.until(at)
    assert week == pytest.approx(capacity.per_week, abs=1e-3)


@given(
    arrivals=st.lists(st.floats(0, 100), min_size=1, max_size=40),
    due=st.floats(0.1, 20),
    per_hour=st.floats(0, 3),
    more=st.floats(1, 3),
)
def test_more_work_done_never_makes_more_late(arrivals, due, per_hour, more):
    def late(rate):
        backlog = Backlog(Capacity([rate] * HOURS))
        return [
            backlog.is_late(MONDAY + at * HOUR, MONDAY + (at + due) * HOUR, 1)
            for at in sorted(arrivals)
        ]

    few, many = late(per_hour), late(per_hour * more)
    assert all(before or not after for before, after in zip(few, many, strict=True))


@pytest.mark.parametrize("per_hour", [[1.0] * 167, [-1.0] * HOURS])
def test_a_week_that_is_none_is_refused(per_hour):
    with pytest.raises(ValueError, match="a week has 168 hours"):
        Capacity(per_hour)


def test_hours_and_lateness_by_hand():
    """Two weeks; 4 verdicts in the first hour of Mondays, so 2 a week; each took 6 minutes."""
    handling = Handling(4, 360.0, 300.0)
    measured = Measured({"first-line": handling}, handling, {"first-line": {0: 4}})
    work = Workload(measured, MONDAY, MONDAY + 14 * 24 * HOUR)
    for _ in range(3):
        work.after.add(MONDAY, WAYS["review"])
        work.before.add(MONDAY, WAYS["pass"])

    result = work.result()
    assert sum(result["hours_before"]) == 0
    assert result["hours_after"][0] == pytest.approx(3 * 0.1 / 2)
    # Two are worked within the hour, the third a week later.
    assert result["late_after"] == {
        "late": 1,
        "judged": 3,
        "by_hour": [1] + [0] * 167,
        "unworked": [],
    }


def test_a_queue_without_a_measure_borrows_that_of_all_and_says_so():
    handling = Handling(40, 60.0, 60.0)
    measured = Measured({"other": handling}, handling, {"other": {0: 40}})
    work = Workload(measured, MONDAY, MONDAY + 7 * 24 * HOUR)
    work.after.add(MONDAY, WAYS["review"])
    [queue] = work.result()["queues"]
    assert (queue["measured"], queue["n"], queue["mean_seconds"]) == (False, 40, 60.0)
    assert work.result()["late_after"]["unworked"] == [{"queue": "first-line", "n": 1}]


class TestDraw:
    @given(st.sets(st.uuids(), max_size=200), st.randoms())
    def test_the_order_does_not_matter_and_no_more_are_kept(self, keys, chance):
        shuffled = list(keys)
        chance.shuffle(shuffled)
        kept = []
        for order in (sorted(keys), shuffled):
            draw = Draw("seed", most=10)
            for key in order:
                draw.offer(key, {"decision": str(key)})
            kept.append(draw.rows())
        assert kept[0] == kept[1]
        assert len(kept[0]) == min(10, len(keys))

    def test_each_row_is_as_likely_as_another(self):
        """10 of 100, with 2,000 seeds: 200 times each, give or take."""
        keys = [UUID(int=number) for number in range(100)]
        found = Counter()
        for seed in range(2000):
            draw = Draw(str(seed), most=10)
            for key in keys:
                draw.offer(key, {"decision": key})
            found.update(row["decision"] for row in draw.rows())
        # Five standard deviations of a binomial.
        assert all(133 < found[key] < 267 for key in keys)


def test_the_matrix_counts_everything_and_changes_only_what_differs():
    changes = Changes("seed")
    other_queue = WAYS["review"]._replace(queue="second-line")
    other_rule = WAYS["pass"]._replace(rule="likely")
    for number, (before, after) in enumerate(
        [
            (WAYS["pass"], WAYS["pass"]),
            (WAYS["pass"], other_rule),
            (WAYS["review"], WAYS["pass"]),
            (WAYS["review"], other_queue),
            (WAYS["pass"], WAYS["pass"]._replace(audited=True, queue="first-line")),
        ]
    ):
        changes.add(UUID(int=number), before, after)
    result = changes.result()
    assert sum(row["n"] for row in result["routes"]) == 5
    assert Changes.resumed("seed", result).result() == result
    assert (result["changed"], result["other_rule"], result["other_audit"]) == (2, 1, 1)
    assert {(c["before"], c["after"]) for c in result["changes"]} == {
        ("review", "pass"),
        ("review", "review"),
    }


def test_at_most_fifty_rows_of_a_change_are_shown():
    changes = Changes("seed")
    for number in range(80):
        changes.add(UUID(int=number), WAYS["review"], WAYS["pass"])
    [change] = changes.result()["changes"]
    assert (change["n"], len(change["rows"])) == (80, 50)


def test_the_span_of_a_period_with_parts_of_hours():
    found = hours_between(MONDAY + 0.5 * HOUR, MONDAY + 2.25 * HOUR)
    assert found[:4] == [0.5, 1.0, 0.25, 0.0]
    assert timedelta(hours=sum(found)) == timedelta(hours=1.75)
