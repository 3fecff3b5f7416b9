"""Which ballots will miss their deadline in the coming hours. Pure.

The model: a deterministic fluid, hour by hour. Work waits in the order of its deadlines, and the
earliest is done first. In each hour, what is expected to arrive is added, and what the people on
duty can do is taken away; what is left of a deadline's work when its hour ends has missed it, and
leaves the queue, for the case moves up.

What that means:
- Chance is left out: arrivals and times are taken at their means. So it says the least that will
  be missed. Close to full use, queues form by chance alone, and more will be missed.
- The earliest deadline first is the order that misses least; people who take others first miss
  more. A case that moves up is not followed into the queue above.
- Deadlines are known to the hour: one at 10:05 is taken to be met by what is done until 11:00.
"""

from collections.abc import Sequence
from dataclasses import dataclass

HORIZON = 24
"""Hours that are looked ahead."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Ballots that miss their deadline in each hour, and those that still wait at its end."""

    missed: tuple[float, ...]
    left: tuple[float, ...]

    @property
    def total(self) -> float:
        return sum(self.missed)


def forecast(
    *,
    waiting: Sequence[float],
    arriving: Sequence[float],
    able: Sequence[float],
    due_after: float,
) -> Forecast:
    """What is missed in each of the coming hours.

    `waiting`: ballots due in each hour, counted from now; the last one stands for all later ones
    too. `arriving`, `able`: ballots that are expected, and that can be given, in each hour.
    `due_after`: hours from arrival to deadline. All of one length. Raises ValueError otherwise, and
    for less than no work.
    """
    hours = len(able)
    if not len(waiting) - 1 == len(arriving) == hours:
        raise ValueError("waiting has one number more than arriving and able, which have as many")
    if min([*waiting, *arriving, *able, due_after]) < 0:
        raise ValueError("there is no less than no work")
    due = [*map(float, waiting)]
    missed, left = [], []
    for hour in range(hours):
        for at, share in _deadlines(hour + due_after, hours):
            due[at] += arriving[hour] * share
        able_now = able[hour]
        for at in range(hour, hours + 1):
            done = min(due[at], able_now)
            due[at] -= done
            able_now -= done
        missed.append(due[hour])
        due[hour] = 0.0
        left.append(sum(due))
    return Forecast(tuple(missed), tuple(left))


def _deadlines(first: float, last: int) -> tuple[tuple[int, float], ...]:
    """In which hours the work of one hour is due: it comes evenly over the hour, so its deadlines
    lie over two."""
    hour = int(first)
    part = first - hour
    return ((min(hour, last), 1 - part), (min(hour + 1, last), part))
