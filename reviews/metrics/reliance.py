"""How people dealt with right and wrong outputs: the counts behind M1 to M7.

Notation: a the AI system's outcome, h0 a person's judgement before seeing it, h what people
settled on, g the true outcome, known later or not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reliance:
    """Counts over decided cases. `hits` of `errors` wrong outputs were overridden, `false_alarms`
    of `correct` right ones; `right_overrides` of the `judged_overrides` whose truth is known."""

    decided: int
    overridden: int
    judged_overrides: int
    right_overrides: int
    errors: int
    hits: int
    correct: int
    false_alarms: int

    @property
    def judged(self) -> int:
        """Decided cases whose true outcome is known."""
        return self.errors + self.correct


def reliance(counts: Mapping[tuple[str, str, str | None], int]) -> Reliance:
    """The counts from rows per (a, h, g); g is None where the truth is not known."""

    def total(*, known: bool = False, **wanted: bool) -> int:
        found = 0
        for (a, h, g), n in counts.items():
            facts = {"overridden": h != a, "wrong": a != g, "right": h == g}
            if (g is not None or not known) and all(facts[k] is v for k, v in wanted.items()):
                found += n
        return found

    return Reliance(
        decided=total(),
        overridden=total(overridden=True),
        judged_overrides=total(known=True, overridden=True),
        right_overrides=total(known=True, overridden=True, right=True),
        errors=total(known=True, wrong=True),
        hits=total(known=True, wrong=True, overridden=True),
        correct=total(known=True, wrong=False),
        false_alarms=total(known=True, wrong=False, overridden=True),
    )


@dataclass(frozen=True, slots=True)
class SelfReliance:
    """M6 as (numerator, denominator): own right judgement kept against a wrong output (RSR), and a
    wrong own judgement given up for a right output (RAIR)."""

    kept_own: tuple[int, int]
    took_advice: tuple[int, int]


def self_reliance(counts: Mapping[tuple[str, str, str, str], int]) -> SelfReliance:
    """M6 from rows per (a, h0, h, g). Source: Schemmer et al., DOI 10.1145/3581641.3584066."""
    kept = advised = kept_of = advised_of = 0
    for (a, first, final, truth), n in counts.items():
        if first == truth != a:
            kept_of += n
            kept += n if final == truth else 0
        if first != truth == a:
            advised_of += n
            advised += n if final == truth else 0
    return SelfReliance((kept, kept_of), (advised, advised_of))
