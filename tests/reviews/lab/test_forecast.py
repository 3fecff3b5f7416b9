"""The forecast of missed deadlines: by hand, by its properties, and against a simulation."""

from __future__ import annotations

import heapq
import random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.lab.forecast import forecast

HOURS = 24
NOTHING = [0.0] * HOURS


def waiting(**due: float) -> list[float]:
    """Ballots due in the hours named like `h3`."""
    return [due.get(f"h{hour}", 0.0) for hour in range(HOURS + 1)]


def test_what_nobody_works_on_is_missed_in_its_hour() -> None:
    found = forecast(waiting=waiting(h0=2, h3=5), arriving=NOTHING, able=NOTHING, due_after=4)

    assert (found.missed[0], found.missed[3], found.total) == (2, 5, 7)
    assert (found.left[0], found.left[2], found.left[3]) == (5, 5, 0)


def test_the_earliest_deadline_is_done_first() -> None:
    able = [3.0, *NOTHING[1:]]
    found = forecast(waiting=waiting(h1=2, h2=2), arriving=NOTHING, able=able, due_after=4)

    assert (found.missed[1], found.missed[2]) == (0, 1)


def test_what_is_due_later_waits_and_is_not_missed() -> None:
    found = forecast(waiting=waiting(h24=9), arriving=NOTHING, able=NOTHING, due_after=4)

    assert (found.total, found.left[-1]) == (0, 9)


def test_work_that_comes_evenly_over_an_hour_is_due_evenly() -> None:
    arriving = [8.0, *NOTHING[1:]]
    found = forecast(waiting=waiting(), arriving=arriving, able=NOTHING, due_after=2.25)

    assert (found.missed[2], found.missed[3]) == (6, 2)


def test_as_much_as_comes_can_be_done_in_time() -> None:
    able = [5.0] * HOURS
    assert forecast(waiting=waiting(), arriving=able, able=able, due_after=0).total == 0


@pytest.mark.parametrize(
    ("faulty", "why"),
    [
        ({"able": [1.0] * 3}, "one number more"),
        ({"arriving": [-1.0, *NOTHING[1:]]}, "no less than no work"),
        ({"due_after": -0.5}, "no less than no work"),
    ],
)
def test_what_cannot_be_is_refused(faulty: dict[str, object], why: str) -> None:
    sound: dict[str, object] = {
        "waiting": waiting(), "arriving": NOTHING, "able": NOTHING, "due_after": 1.0
    }  # fmt: skip
    with pytest.raises(ValueError, match=why):
        forecast(**(sound | faulty))  # type: ignore[arg-type]


numbers = st.floats(0, 50).map(lambda value: round(value, 2))
hours = st.lists(numbers, min_size=6, max_size=6)


@given(st.lists(numbers, min_size=7, max_size=7), hours, hours, st.floats(0, 8))
def test_no_ballot_is_lost_or_made(
    due: list[float], arriving: list[float], able: list[float], due_after: float
) -> None:
    found = forecast(waiting=due, arriving=arriving, able=able, due_after=due_after)

    given_in_time = sum(due) + sum(arriving) - found.total - found.left[-1]
    assert -1e-6 <= given_in_time <= sum(able) + 1e-6
    assert min(*found.missed, *found.left) >= -1e-9


@given(st.lists(numbers, min_size=7, max_size=7), hours, hours, st.floats(0, 8), numbers)
def test_more_people_never_miss_more(
    due: list[float], arriving: list[float], able: list[float], due_after: float, more: float
) -> None:
    fewer = forecast(waiting=due, arriving=arriving, able=able, due_after=due_after)
    helped = [one + more for one in able]
    assert (
        forecast(waiting=due, arriving=arriving, able=helped, due_after=due_after).total
        <= fewer.total + 1e-6
    )


def simulated(
    rng: random.Random, *, due: list[float], rates: list[float], servers: list[int], mean: float,
    due_after: float,
) -> int:  # fmt: skip
    """How many cases miss their deadline within the hours: chance arrivals, chance times, whole
    people who come and go at full hours and always take the earliest deadline. Hours as unit."""
    work: list[tuple[float, float]] = []  # (arrival, deadline)
    for hour, n in enumerate(due[:-1]):
        work += [(0.0, hour + (k + 0.5) / n) for k in range(round(n))] if n else []
    at = 0.0
    while at < HOURS:
        rate = rates[int(at)]
        step = rng.expovariate(rate) if rate else HOURS
        # Beyond the end of the hour the rate is another one, and chance has no memory.
        if at + step >= int(at) + 1:
            at = float(int(at) + 1)
            continue
        at += step
        work.append((at, at + due_after))
    work.sort()
    free = [0.0] * max(servers)
    heapq.heapify(free)
    ready: list[float] = []
    missed, index = 0, 0
    now = 0.0
    while now < HOURS:
        while index < len(work) and work[index][0] <= now:
            heapq.heappush(ready, work[index][1])
            index += 1
        while ready and ready[0] <= now:
            heapq.heappop(ready)
            missed += 1
        on_duty = servers[int(now)]
        busy = sum(1 for until in free if until > now)
        if ready and busy < on_duty:
            heapq.heappop(ready)
            heapq.heappop(free)
            heapq.heappush(free, now + rng.expovariate(1 / mean))
            continue
        following = [until for until in free if until > now] + [float(int(now) + 1)]
        if index < len(work):
            following.append(work[index][0])
        if ready:
            following.append(ready[0])
        now = min(one for one in following if one > now)
    return missed + sum(1 for deadline in ready if deadline <= HOURS)


SHIFT = [0] * 8 + [3] * 8 + [1] * 8


@pytest.mark.parametrize(
    ("case", "due", "rate", "servers", "mean", "due_after"),
    [
        ("overloaded all day", waiting(h2=20, h5=30), 18.0, [3] * HOURS, 0.25, 4.0),
        ("nobody at night", waiting(h1=10, h9=10), 6.0, SHIFT, 0.2, 4.0),
        ("a heap at the start", waiting(h3=90), 2.0, [2] * HOURS, 0.1, 6.0),
    ],
)
def test_it_agrees_with_a_simulation_where_work_is_more_than_can_be_done(
    case: str, due: list[float], rate: float, servers: list[int], mean: float, due_after: float
) -> None:
    rng = random.Random(2026)  # the same days in each run
    rates = [rate] * HOURS
    days = [
        simulated(rng, due=due, rates=rates, servers=servers, mean=mean, due_after=due_after)
        for _ in range(60)
    ]
    found = forecast(
        waiting=due, arriving=rates, able=[n / mean for n in servers], due_after=due_after
    )

    assert found.total == pytest.approx(fmean(days), rel=0.15, abs=4), case


def test_where_there_is_time_and_room_neither_misses_anything() -> None:
    rng = random.Random(2026)
    rates, servers = [4.0] * HOURS, [3] * HOURS
    days = [
        simulated(rng, due=waiting(), rates=rates, servers=servers, mean=0.25, due_after=6.0)
        for _ in range(40)
    ]

    found = forecast(waiting=waiting(), arriving=rates, able=[12.0] * HOURS, due_after=6.0)
    assert (found.total, fmean(days)) == (0, 0)


def test_close_to_full_use_chance_misses_more_than_it_says() -> None:
    """The assumption that is stated: it says the least."""
    rng = random.Random(2026)
    rates, servers = [11.4] * HOURS, [3] * HOURS
    days = [
        simulated(rng, due=waiting(), rates=rates, servers=servers, mean=0.25, due_after=0.5)
        for _ in range(60)
    ]

    found = forecast(waiting=waiting(), arriving=rates, able=[12.0] * HOURS, due_after=0.5)
    assert found.total < fmean(days)
