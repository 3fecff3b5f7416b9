"""Two rules that ask for different things of the same decision, with an example of one.

The order of the rules settles which of them is heard, so this is worth a look and no fault. Where
no example is found, nothing is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from governance.policies.examining.atoms import Condition
from governance.policies.examining.examples import Example, Examples
from governance.policies.expression import Expression
from governance.policies.rules import Rule


@dataclass(frozen=True, slots=True)
class Overlap:
    """`first` is heard, `second` is not, for decisions such as `example`."""

    first: int
    second: int
    example: Example


def overlaps(
    rules: Sequence[Rule],
    conditions: Sequence[Condition],
    known: Sequence[Sequence[Example]],
    examples: Examples,
) -> Iterator[Overlap]:
    """Each pair of rules with different dispositions that can both apply. `known`: examples of
    each rule by itself."""
    for second, later in enumerate(rules):
        for first, earlier in enumerate(rules[:second]):
            if earlier.then is later.then:
                continue
            expressions = [earlier.when, later.when]
            found = _joined(expressions, known[first][:3], known[second][:3], examples)
            if found is None:
                found = examples.of_both(expressions, [conditions[first], conditions[second]])
            if found is not None:
                yield Overlap(first, second, found)


def _joined(
    expressions: Sequence[Expression],
    first: Sequence[Example],
    second: Sequence[Example],
    examples: Examples,
) -> Example | None:
    """An example of the one that, with what the other's adds, is one of both."""
    for one in first:
        for other in second:
            if not examples.budget.spend(4):
                return None
            for given in ({**one, **other}, {**other, **one}):
                if examples.holds(expressions, given):
                    return given
    return None
