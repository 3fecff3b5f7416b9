"""A delivery is tried over a day, further and further apart, and never together with others."""

from datetime import timedelta

import pytest

from governance.delivery_schedule import MOST_ATTEMPTS, rest_after, wait_after

DAY = timedelta(hours=24)


def test_the_attempts_spread_over_about_a_day_and_then_end():
    waits = [wait_after(attempts, chance=0) for attempts in range(1, MOST_ATTEMPTS)]

    assert waits[0] == timedelta(seconds=5)
    assert waits == sorted(waits)
    assert DAY - timedelta(hours=1) < sum(waits, timedelta()) < DAY
    assert wait_after(MOST_ATTEMPTS, chance=0) is None
    assert wait_after(MOST_ATTEMPTS + 1, chance=0) is None


def test_chance_stretches_a_wait_by_up_to_a_fifth_and_never_shortens_it():
    for attempts in range(1, MOST_ATTEMPTS):
        plain, half, most = (wait_after(attempts, chance=chance) for chance in (0, 0.5, 1))
        assert plain < half < most == plain * 1.2


@pytest.mark.parametrize(
    ("silences", "seconds"), [(1, 5), (2, 10), (3, 20), (7, 300), (40, 300), (5_000_000, 300)]
)
def test_a_silent_destination_rests_twice_as_long_each_time_up_to_a_limit(silences, seconds):
    assert rest_after(silences, chance=0) == timedelta(seconds=seconds)
