"""What another confidence threshold would have cost, from decisions whose truth is known.

The question: let pass what has at least this confidence, and have a person rule on the rest. Each
decision then costs, in the officer's own money:
- passed: the price of a wrong pass where the output was wrong, else nothing;
- reviewed: the minutes of a review; and where the output was wrong, the price of a wrong pass for
  the share of wrong outputs that people let through; where it was right, the price of a wrong
  refusal for the share of right outputs that people change.

Truth is not known alike for all: of what passed, often only for what was audited. So each decision
of known truth stands for as many as its stratum (passed or not, by band of confidence) has for each
one known (post-stratification, Horvitz and Thompson 1952, DOI 10.1080/01621459.1952.10483446). A
stratum with none known is left out, and counted. The band is a bootstrap within the strata; the
review's minutes and shares are taken as they were measured, and their own doubt is not in it.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

STEPS = 100
NONE_PASSES = STEPS + 1
"""The last threshold of a curve: above every confidence, so that people rule on everything."""
FEWEST_KNOWN = 50
FEWEST_WRONG = 5
"""Below these a curve would look like knowledge and be chance; heuristics."""
SEED = 20240713
RESAMPLES = 1000
_TAIL = 2.5


class Costs(NamedTuple):
    """What the officer states, all in one unit of money."""

    wrong_pass: float
    wrong_refusal: float
    review_minute: float


class Reviewing(NamedTuple):
    """As measured of people: minutes of one review; the share of wrong outputs that they let
    through; the share of right ones that they change."""

    minutes: float
    misses: float
    false_alarms: float


class Cell(NamedTuple):
    """`n` decisions alike. `step`: confidence in hundredths, rounded down. `stratum`: those within
    which truth became known by chance. `wrong`: None where the truth is not known."""

    step: int
    stratum: str
    wrong: bool | None
    n: int


class Point(NamedTuple):
    """Cost per decision with the threshold at `step` hundredths, and the 95 % band. `passes`: the
    share of decisions that would pass."""

    step: int
    cost: float
    low: float
    high: float
    passes: float


class Saving(NamedTuple):
    """What the best threshold would have cost less than the present one, per decision."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Advice:
    """`best_from`, `best_to`: where the best one lies in 95 % of the resamples. `left_out`:
    decisions of strata of which no truth is known. `present`, `saving`: None where it is not
    known."""

    points: tuple[Point, ...]
    best: int
    best_from: int
    best_to: int
    present: int | None
    saving: Saving | None
    decisions: int
    known: int
    wrong: int
    left_out: int


@dataclass(frozen=True, slots=True)
class TooLittle:
    """Too little is known for a curve."""

    decisions: int
    known: int
    wrong: int


def advise(
    cells: Sequence[Cell], costs: Costs, reviewing: Reviewing, *, present: int | None
) -> Advice | TooLittle:
    """The expected cost of each threshold. Of equally good ones the highest is the best: it lets
    the fewest pass. `present`: the threshold now, in hundredths. Raises ValueError for a cost or
    minutes below zero, and for shares that are none."""
    _require(costs, reviewing)
    sizes: Counter[str] = Counter()
    for cell in cells:
        sizes[cell.stratum] += cell.n
    known = [cell for cell in cells if cell.wrong is not None and cell.n]
    n = sum(cell.n for cell in known)
    wrong = sum(cell.n for cell in known if cell.wrong)
    if n < FEWEST_KNOWN or wrong < FEWEST_WRONG:
        return TooLittle(sizes.total(), n, wrong)
    strata = defaultdict(list)
    for cell in known:
        strata[cell.stratum].append(cell)
    told = sum(sizes[stratum] for stratum in strata)
    return _advice(
        _Curves(strata, sizes, costs, reviewing),
        present,
        decisions=sizes.total(),
        known=n,
        wrong=wrong,
        left_out=sizes.total() - told,
    )


class _Curves:
    """The curve of the decisions as they are, and those of their resamples."""

    def __init__(
        self,
        strata: dict[str, list[Cell]],
        sizes: Counter[str],
        costs: Costs,
        reviewing: Reviewing,
    ) -> None:
        import numpy as np

        generator = np.random.Generator(np.random.PCG64(SEED))
        thresholds = np.arange(NONE_PASSES + 1)
        whole = sum(sizes[stratum] for stratum in strata)
        self.costs = np.zeros(NONE_PASSES + 1)
        self.passes = np.zeros(NONE_PASSES + 1)
        self.resampled = np.zeros((RESAMPLES, NONE_PASSES + 1))
        for stratum, cells in sorted(strata.items()):
            counts = np.asarray([cell.n for cell in cells])
            known = int(counts.sum())
            weight = sizes[stratum] / known / whole
            passing = np.asarray([[cell.step] for cell in cells]) >= thresholds
            if_passed = np.asarray([[_if_passed(cell, costs)] for cell in cells])
            if_reviewed = np.asarray([[_if_reviewed(cell, costs, reviewing)] for cell in cells])
            each = np.where(passing, if_passed, if_reviewed)
            drawn = generator.multinomial(known, counts / known, size=RESAMPLES)
            self.costs += weight * (counts @ each)
            self.passes += weight * (counts @ passing)
            self.resampled += weight * (drawn @ each)


def _advice(
    curves: _Curves,
    present: int | None,
    *,
    decisions: int,
    known: int,
    wrong: int,
    left_out: int,
) -> Advice:
    import numpy as np

    low, high = np.percentile(curves.resampled, [_TAIL, 100 - _TAIL], axis=0)
    best = _lowest(curves.costs[np.newaxis])[0]
    bests = np.percentile(_lowest(curves.resampled), [_TAIL, 100 - _TAIL])
    return Advice(
        points=tuple(
            Point(
                step,
                float(cost),
                min(float(low[step]), float(cost)),
                max(float(high[step]), float(cost)),
                float(curves.passes[step]),
            )
            for step, cost in enumerate(curves.costs)
        ),
        best=int(best),
        best_from=min(int(bests[0]), int(best)),
        best_to=max(round(float(bests[1])), int(best)),
        present=present,
        saving=None if present is None else _saving(curves, present, int(best)),
        decisions=decisions,
        known=known,
        wrong=wrong,
        left_out=left_out,
    )


def _saving(curves: _Curves, present: int, best: int) -> Saving:
    import numpy as np

    value = float(curves.costs[present] - curves.costs[best])
    spread = curves.resampled[:, present] - curves.resampled[:, best]
    low, high = np.percentile(spread, [_TAIL, 100 - _TAIL])
    return Saving(value, min(float(low), value), max(float(high), value))


def _lowest(curves: "NDArray[numpy.float64]") -> "NDArray[numpy.int_]":
    """The highest threshold of the lowest cost, for each curve. A hair apart counts as equal."""
    import numpy as np

    lowest = curves.min(axis=1, keepdims=True)
    equal = curves <= lowest + 1e-9 * (1 + np.abs(lowest))
    found: NDArray[numpy.int_] = NONE_PASSES - np.argmax(equal[:, ::-1], axis=1)
    return found


def _if_passed(cell: Cell, costs: Costs) -> float:
    return costs.wrong_pass if cell.wrong else 0.0


def _if_reviewed(cell: Cell, costs: Costs, reviewing: Reviewing) -> float:
    spent = reviewing.minutes * costs.review_minute
    if cell.wrong:
        return spent + reviewing.misses * costs.wrong_pass
    return spent + reviewing.false_alarms * costs.wrong_refusal


def _require(costs: Costs, reviewing: Reviewing) -> None:
    if min(*costs, reviewing.minutes) < 0:
        raise ValueError("a cost or a time below nothing")
    if not all(0 <= share <= 1 for share in (reviewing.misses, reviewing.false_alarms)):
        raise ValueError("a share lies between 0 and 1")
