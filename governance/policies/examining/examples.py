"""Facts for which conditions are true, found by trying values from around their literals.

What is found was tried with the conditions themselves, so that it is an example for certain.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod

from governance.policies.decision_schema import DecisionSchema
from governance.policies.examining.atoms import Atoms, Condition
from governance.policies.examining.budget import Budget
from governance.policies.examining.cells import ODD, values_of
from governance.policies.examining.space import turned
from governance.policies.expression import Expression

Example = Mapping[str, object]
"""Fact to value; what it does not name is missing."""
MAX_TRIES = 1_000
MAX_KEPT = 12


class Examples:
    """Looks for examples of the conditions of one policy, within a budget."""

    def __init__(self, atoms: Atoms, schema: DecisionSchema, budget: Budget) -> None:
        self.atoms = atoms
        self.schema = schema
        self.budget = budget

    def of(self, expression: Expression, condition: Condition) -> list[Example]:
        """Some examples of one condition, which name no fact but its own."""
        return list(islice(self._true_together([expression], [condition]), MAX_KEPT))

    def of_both(
        self, expressions: Sequence[Expression], conditions: Sequence[Condition]
    ) -> Example | None:
        """One for which all of the conditions are true."""
        return next(self._true_together(expressions, conditions), None)

    def _true_together(
        self, expressions: Sequence[Expression], conditions: Sequence[Condition]
    ) -> Iterator[Example]:
        names = sorted({name for condition in conditions for name in condition.names})
        numbers = list(dict.fromkeys(n for condition in conditions for n in condition.atoms))
        if not self.budget.spend(20 * len(numbers)):
            return
        axes = [self._values(name, numbers) for name in names]
        tries = min(MAX_TRIES, prod(map(len, axes)))
        if not self.budget.spend(2 * tries * len(expressions)):
            return
        for chosen in islice(product(*axes), tries):
            given = {n: v for n, v in zip(names, chosen, strict=True) if v is not None}
            if self.holds(expressions, given):
                yield given

    def holds(self, expressions: Sequence[Expression], given: Example) -> bool:
        """Whether this is an example of all of them."""
        return not self._contradicts_itself(given) and all(
            expression.evaluate(given)[0] is True for expression in expressions
        )

    def _contradicts_itself(self, given: Example) -> bool:
        """Whether an outcome is adverse hangs on the outcome."""
        outcome, adverse = given.get("outcome"), given.get("adverse")
        if not self.schema.outcomes or outcome is None or adverse is None:
            return False
        return (outcome in self.schema.adverse) is not adverse

    def _values(self, name: str, numbers: Sequence[int]) -> list[object]:
        """The values to try: one of each cell, or all where an atom looks at more than cells."""
        about = [number for number in numbers if name in self.atoms.all[number].names]
        literals = [literal for number in about for literal in self.atoms.all[number].literals]
        values = [v for v in values_of(name, literals, self.schema) if v is not ODD]
        if any(self.atoms.all[number].fact is None for number in about):
            return values
        seen: dict[object, object] = {}
        for value in values:
            seen.setdefault(tuple(turned(self.atoms, n, name, value) for n in about), value)
        return list(seen.values())
