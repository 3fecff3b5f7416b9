"""How the audit rate of a segment follows the error that its audits found. Pure.

Up at once, down step by step: a rate that is too high costs people's time, one that is too low
hides harm. The numbers here are our own choice; none of them is a legal threshold.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from governance.policies.audits import AuditPlan

AUDITS_PER_STEP: Final = 25
"""A step rests on so many audits that were ruled on since the last one; an error needs no wait."""
STEP_UP: Final = 2.0
STEP_DOWN: Final = 0.8
SAFELY: Final = 0.75
"""A rate falls only where the bound is at most this share of the limit, so that it does not swing
about the limit itself."""
IDLE: Final = timedelta(days=1)
"""Where audits are too few to show anything, the rate goes up this often all the same."""


class Move(StrEnum):
    """Why a rate changes."""

    ERROR = "error"
    UNPROVEN = "unproven"
    PROVEN = "proven"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the audits of one segment found within the plan's window.

    `audited`: ruled on; `errors`: of these, settled on another outcome than the AI system's.
    `audited_since`, `errors_since`: of these, since the rate last changed; `clean`: of these, since
    that and since the last error. `idle`: since the rate last changed.
    """

    audited: int
    errors: int
    audited_since: int
    errors_since: int
    clean: int
    idle: timedelta


@dataclass(frozen=True, slots=True)
class Step:
    """What follows: the rate from now on, and why it is another one; None where it stays."""

    rate: float
    upper_bound: float
    move: Move | None


def upper_bound(errors: int, audited: int, confidence: float) -> float:
    """The one-sided upper bound of a share: the highest at which so few errors still have a
    probability of 1 - confidence. Exact, thus never too low on the average; 1 without audits.

    Raises ValueError for counts that cannot be. Source: Clopper and Pearson 1934,
    DOI 10.1093/biomet/26.4.404, by the quantile of the beta distribution.
    """
    from scipy.special import betaincinv  # type: ignore[import-untyped]

    if not 0 <= errors <= audited:
        raise ValueError(f"{errors} errors in {audited} audits cannot be")
    if errors == audited:
        return 1.0
    return float(betaincinv(errors + 1, audited - errors, confidence))


def next_rate(plan: AuditPlan, rate: float, found: Evidence) -> Step:
    """The rate that follows on `rate`.

    - Bound above the limit: a new error sets the highest rate at once; else, on too few audits or
      too many errors, the rate doubles with every 25 audits, or every day where there are fewer.
    - Bound within the limit: a new error doubles the rate; 25 audits without one take a fifth off
      it, where the bound is safely below the limit; else it stays.
    """
    rate = plan.rate(rate)
    bound = upper_bound(found.errors, found.audited, plan.confidence)
    move, wanted = _wanted(plan, rate, found, bound)
    after = plan.rate(wanted)
    return Step(after, bound, None if after == rate else move)


def _wanted(
    plan: AuditPlan, rate: float, found: Evidence, bound: float
) -> tuple[Move | None, float]:
    if bound > plan.error_limit:
        if found.errors_since:
            return Move.ERROR, plan.max_rate
        if found.audited_since >= AUDITS_PER_STEP or found.idle >= IDLE:
            return Move.UNPROVEN, rate * STEP_UP
        return None, rate
    if found.clean >= AUDITS_PER_STEP:
        if bound <= plan.error_limit * SAFELY:
            return Move.PROVEN, rate * STEP_DOWN
        return None, rate
    if found.errors_since:
        return Move.ERROR, rate * STEP_UP
    return None, rate
