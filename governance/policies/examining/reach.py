"""Which rules can never apply: because of themselves, or because earlier ones always come first.

Sound, not complete: what is called unreachable is so for all facts, known or not; what would take
too long to settle is not called anything. An example settles most questions at once, and only
those that no example settles are asked of every way in which the conditions can turn out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from governance.policies.decision_schema import DecisionSchema
from governance.policies.examining.atoms import Atoms, Condition
from governance.policies.examining.budget import Budget
from governance.policies.examining.examples import Example
from governance.policies.examining.space import Space
from governance.policies.expression import Expression

MAX_WAYS = 20_000  # of one question
MAX_ATOMS = 60  # of one question about many rules


@dataclass(frozen=True, slots=True)
class NeverApplies:
    """`rule`: by its number from 0. `earlier`: the one rule that always applies when this would;
    None where it takes several. `by_itself`: its condition can not be true at all."""

    rule: int
    earlier: int | None = None
    by_itself: bool = False


class Reach:
    """Asks about the conditions of one policy. `examples`: some of each condition."""

    def __init__(self, atoms: Atoms, schema: DecisionSchema, budget: Budget) -> None:
        self.atoms = atoms
        self.schema = schema
        self.budget = budget

    def unreachable(
        self,
        expressions: Sequence[Expression],
        conditions: Sequence[Condition],
        examples: Sequence[Sequence[Example]],
    ) -> Iterator[NeverApplies]:
        """In order of the rules. A rule that never applies covers no other one."""
        before: list[int] = []
        for number, condition in enumerate(conditions):
            found = None
            if not examples[number] and self.never_true(condition):
                found = NeverApplies(number, by_itself=True)
            else:
                open_ = _Open(examples[number], expressions)
                found = self._covered(number, conditions, before, open_)
            if found is None:
                before.append(number)
            else:
                yield found

    def never_true(self, condition: Condition) -> bool:
        return self._never(condition, ())

    def _covered(
        self, number: int, conditions: Sequence[Condition], before: Sequence[int], open_: "_Open"
    ) -> NeverApplies | None:
        condition = conditions[number]
        if not self.budget.spend(len(before) * len(open_.examples)):
            return None
        covering = {i: open_.covered_by(i) for i in before}
        for earlier, examples in covering.items():
            if len(examples) == len(open_.examples) and self._never(
                condition, (conditions[earlier],)
            ):
                return NeverApplies(number, earlier)
        is_left = set(range(len(open_.examples))) - set().union(*covering.values())
        near = [i for i in before if conditions[i].names & condition.names]
        if len(near) > 1 and not is_left:
            others = [conditions[i] for i in near]
            return NeverApplies(number) if self._never(condition, others, is_extra=True) else None
        return None

    def _never(
        self, condition: Condition, unless: Sequence[Condition], *, is_extra: bool = False
    ) -> bool:
        """Whether the condition is true in no way in which none of the others is."""
        numbers = [number for one in (condition, *unless) for number in one.atoms]
        if is_extra and len(set(numbers)) > MAX_ATOMS:
            return False
        if not self.budget.spend(50 * len(set(numbers))):
            return False
        space = Space(self.atoms, numbers, self.schema)
        if space.size > MAX_WAYS:
            # Of many rules together nobody expects that it is always found.
            self.budget.is_whole = self.budget.is_whole and is_extra
            return False
        if not self.budget.spend(space.size * (1 + len(unless))):
            return False
        formula, others = condition.formula, [one.formula for one in unless]
        return not any(
            formula(turn) is True and not any(other(turn) is True for other in others)
            for turn in space.ways()
        )


@dataclass(frozen=True, slots=True)
class _Open:
    """Examples of a rule, and which of them an earlier rule takes away."""

    examples: Sequence[Example]
    expressions: Sequence[Expression]

    def covered_by(self, rule: int) -> frozenset[int]:
        evaluate = self.expressions[rule].evaluate
        return frozenset(
            number for number, example in enumerate(self.examples) if evaluate(example)[0] is True
        )
