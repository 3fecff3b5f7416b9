"""The test of meaningful human involvement, for one decision type and period.

Source: GDPR Art. 22(1), WP251rev.01 and CJEU C-634/21, as measurable conditions of our own. What
is not shown counts as not given: then the type is treated as automated.
"""

from dataclasses import dataclass
from enum import StrEnum


class Involvement(StrEnum):
    """What people settled in the decisions of a type."""

    NO_EFFECT = "no effect of Article 22"
    NO_DECISIONS = "no decisions"
    AUTOMATED = "automated"
    TREATED_AS_AUTOMATED = "treated as automated"
    ASSISTED = "assisted"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the test. `holds` is None where the records cannot show it."""

    name: str
    holds: bool | None
    reason: str


@dataclass(frozen=True, slots=True)
class Involved:
    """The class of a type and why it has it."""

    involvement: Involvement
    reasons: tuple[str, ...]


def involvement(
    *,
    has_effect: bool,
    decisions: int,
    in_effect: int,
    unreviewed: int,
    conditions: tuple[Condition, ...],
    all_judged_first: bool,
) -> Involved:
    """The class of a decision type.

    `in_effect`: decisions that took effect or may; `unreviewed`: those of them no person ruled on
    before. `conditions`: the test for the rest. `all_judged_first`: people committed a judgement
    of their own before seeing the output, in every reviewed case.
    """
    if not has_effect:
        reason = "The type is registered as having neither legal nor similarly significant effects."
        return Involved(Involvement.NO_EFFECT, (reason,))
    if not decisions:
        return Involved(Involvement.NO_DECISIONS, ("No decision of the type was received.",))
    if unreviewed:
        reason = (
            f"{unreviewed} of {in_effect} decisions were given leave without a person's ruling."
        )
        return Involved(Involvement.AUTOMATED, (reason,))
    missing = tuple(
        f"{'Not shown' if one.holds is None else 'Not given'}: {one.name}. {one.reason}"
        for one in conditions
        if not one.holds
    )
    if missing:
        return Involved(Involvement.TREATED_AS_AUTOMATED, missing)
    shown = tuple(f"{one.name}: {one.reason}" for one in conditions)
    kind = Involvement.HUMAN if all_judged_first else Involvement.ASSISTED
    return Involved(kind, shown)
