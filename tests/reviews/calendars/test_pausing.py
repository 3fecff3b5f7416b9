"""What is left of a deadline after a pause, in working time."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.calendars import ClockTime, Unpaused, due_after_pause
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
pauses = st.lists(st.tuples(minutes, minutes).map(sorted).map(tuple), max_size=3).map(tuple)


@given(st.sampled_from(TIMES), minutes, st.timedeltas(timedelta(), timedelta(hours=90)), pauses)
@settings(max_examples=300, deadline=None)
def test_the_time_without_pauses_is_added_and_found(time, start, within, paused):
    unpaused = Unpaused(time, paused)
    due = unpaused.after(start, within)
    assert unpaused.between(start, due) == within
    assert due >= time.after(start, within)


@given(st.sampled_from(TIMES), minutes, minutes, pauses, st.data())
@settings(max_examples=200, deadline=None)
def test_the_time_without_pauses_is_what_is_open_and_not_paused(time, one, other, paused, data):
    start, end = sorted([one, other])
    unpaused = Unpaused(time, paused)
    minute = timedelta(minutes=1)
    end = min(end, start + timedelta(hours=30))
    open_minutes = sum(unpaused.is_open(start + n * minute) for n in range((end - start) // minute))
    assert unpaused.between(start, end) == open_minutes * minute


@given(st.sampled_from(TIMES), st.lists(minutes, min_size=3, max_size=3).map(sorted), st.data())
@settings(max_examples=200, deadline=None)
def test_one_pause_is_the_same_either_way(time, moments, data):
    start, paused_at, resumed_at = moments
    within = time.between(start, paused_at) + data.draw(
        st.timedeltas(timedelta(minutes=1), timedelta(hours=40))
    )
    moved = due_after_pause(
        time, due_at=time.after(start, within), paused_at=paused_at, resumed_at=resumed_at
    )
    assert moved == Unpaused(time, ((paused_at, resumed_at),)).after(start, within)
