"""What is left of a deadline after a pause, in working time."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.calendars import ClockTime, due_after_pause
from tests.reviews.calendars.oracle import OFFICE, at
from tests.reviews.calendars.test_a_year import TIMES, working

BERLIN = working("Europe/Berlin", [OFFICE] * 5 + [[], []], country="DE")


def test_what_was_left_is_left_again_in_working_time():
    # Friday noon, two of eight hours gone; back on Monday at ten, over a change of the clock.
    due = BERLIN.after(at("2026-03-27 09:00"), timedelta(hours=8))
    moved = due_after_pause(
        BERLIN,
        due_at=due,
        paused_at=at("2026-03-27 11:00"),
        resumed_at=at("2026-03-30 08:00"),
    )
    assert due == at("2026-03-30 08:45")
    assert BERLIN.between(at("2026-03-27 11:00"), due) == timedelta(hours=6)
    assert moved == at("2026-03-30 14:45")


def test_a_deadline_that_had_passed_stays_as_it_is():
    due = at("2026-03-27 09:00")
    late = {"paused_at": due, "resumed_at": due + timedelta(days=3)}
    assert due_after_pause(ClockTime(), due_at=due, **late) == due


minutes = st.integers(0, 60 * 24 * 14).map(lambda m: at("2026-03-20 00:00") + timedelta(minutes=m))
left_over = st.timedeltas(timedelta(), timedelta(hours=90))


@given(st.sampled_from(TIMES), minutes, minutes, left_over)
@settings(max_examples=300, deadline=None)
def test_what_is_left_at_the_pause_is_left_after_it(time, one, other, left):
    paused_at, resumed_at = sorted([one, other])
    due = time.after(paused_at, left)
    moved = due_after_pause(time, due_at=due, paused_at=paused_at, resumed_at=resumed_at)
    if left:
        assert time.between(resumed_at, moved) == left
    assert moved >= due


@given(st.sampled_from(TIMES), minutes, left_over)
@settings(max_examples=100, deadline=None)
def test_a_pause_of_no_time_moves_nothing(time, moment, left):
    due = time.after(moment, left)
    assert due_after_pause(time, due_at=due, paused_at=moment, resumed_at=moment) == due


@given(st.sampled_from(TIMES), st.lists(minutes, min_size=3, max_size=3).map(sorted), left_over)
@settings(max_examples=200, deadline=None)
def test_two_pauses_on_end_are_one(time, moments, left):
    first, middle, last = moments
    due = time.after(first, left)
    once = due_after_pause(time, due_at=due, paused_at=first, resumed_at=last)
    half = due_after_pause(time, due_at=due, paused_at=first, resumed_at=middle)
    assert due_after_pause(time, due_at=half, paused_at=middle, resumed_at=last) == once
