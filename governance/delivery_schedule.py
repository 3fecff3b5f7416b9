"""When a delivery that failed is tried again. Pure: no Django.

The spacing follows the suggestion of Standard Webhooks (specification, "Deliverability and
reliability"), cut to about a day.
"""

from __future__ import annotations

from datetime import timedelta

# After the first attempt, the second, ...; after the last one there is no more.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=8),
    timedelta(hours=8),
)
MOST_ATTEMPTS = len(WAITS) + 1
# A destination that gives no answer rests, whatever waits for it: twice as long each time.
_FIRST_REST = timedelta(seconds=5)
_LONGEST_REST = timedelta(minutes=5)
# Longer than a receiver may ask for; it could otherwise put everything off for ever.
LONGEST_WISH = timedelta(hours=1)
_JITTER = 0.2


def wait_after(attempts: int, *, chance: float) -> timedelta | None:
    """How long to wait after so many failed attempts; None when that was the last one.

    `chance`: from 0 to 1, drawn anew each time; it stretches the wait by up to a fifth, so that
    what failed together is not tried again together.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    return WAITS[attempts - 1] * (1 + _JITTER * chance)


def rest_after(silences: int, *, chance: float) -> timedelta:
    """How long a destination rests that left so many attempts in a row unanswered."""
    doubled = _FIRST_REST * (1 << min(silences - 1, 10))
    return min(doubled, _LONGEST_REST) * (1 + _JITTER * chance)
