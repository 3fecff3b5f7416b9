"""Our own limits for figures that the law sets none for. Each is a heuristic, and says why.

They are shown with every finding that rests on them; none of them is a legal threshold.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """A heuristic limit. `value` in the unit that `reason` names."""

    value: Decimal
    reason: str


TOO_FAST_SECONDS: Final = Limit(
    Decimal(10),
    "10 s from claim to verdict: less than it takes to open a case, read the proposed outcome and "
    "its main factors, and choose a reason; a heuristic",
)
TOO_FAST_SHARE: Final = Limit(
    Decimal("0.05"), "5 % of verdicts under the floor are taken as slips, more as a habit"
)
DEPENDENCE: Final = Limit(
    Decimal("0.9"),
    "an uncertainty coefficient above 0.9 leaves people next to nothing to settle; a heuristic "
    "for the 'draws strongly' of CJEU C-634/21",
)
PERSONS_SHOWN: Final = Limit(
    Decimal(10), "figures of single people only from 10 verdicts on, and only as a spread"
)
