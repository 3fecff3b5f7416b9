"""Has a share of wrong or overruled items risen above what the policy expects?

A Shiryaev-Roberts e-detector: after each item the evidence becomes (before + 1) times the
likelihood ratio of `unacceptable` to `expected`. Where the true share is at most `expected`, the
evidence minus the number of items is a supermartingale, so that after N items it has ever reached
c with a chance of at most N / c, however often somebody looked. With c = N / rate: in N items at
most `rate`.

The evidence is held at c, so that an alarm can end: it does when the evidence has fallen to a
tenth of c. Holding it down only lowers the chance of a false alarm.

Sources: Roberts 1966, DOI 10.1080/00401706.1966.10490374; Shin, Ramdas and Rinaldo 2023,
"E-detectors: a nonparametric framework for sequential change detection",
DOI 10.51387/23-NEJSDS51.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from reviews.monitors.looks import Finding, Look, too_few

LEAST_ITEMS = 30
_ENDS_AT = 0.1


@dataclass(frozen=True, slots=True)
class Shares:
    """`expected`: what is taken for normal, at most; `unacceptable`: what must be found;
    `run`: in how many items a false alarm has at most the chance `rate`."""

    expected: float
    unacceptable: float
    run: int
    rate: float

    @property
    def limit(self) -> float:
        return self.run / self.rate


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is carried from look to look. `in_alarm`: the limit was reached, and not left since."""

    value: float = 0.0
    in_alarm: bool = False


def followed(shares: Shares, before: Evidence, items: Iterable[bool]) -> tuple[Evidence, bool]:
    """The evidence after further items, oldest first, True for a bad one; and whether the limit
    was reached at any of them."""
    if_bad = shares.unacceptable / shares.expected
    if_good = (1 - shares.unacceptable) / (1 - shares.expected)
    value, in_alarm, reached = before.value, before.in_alarm, False
    for is_bad in items:
        value = min((value + 1) * (if_bad if is_bad else if_good), shares.limit)
        if value >= shares.limit:
            in_alarm = reached = True
        elif value <= shares.limit * _ENDS_AT:
            in_alarm = False
    return Evidence(value, in_alarm), reached


def look_of(shares: Shares, evidence: Evidence, reached: bool, n: int) -> Look:
    """`n`: items in the window that the monitor is to be fed in; `reached`: by the newest ones."""
    if n < LEAST_ITEMS:
        return too_few(n, LEAST_ITEMS)
    finding = Finding.ALARM if evidence.in_alarm or reached else Finding.QUIET
    return Look(n, LEAST_ITEMS, finding, evidence.value, shares.limit)
