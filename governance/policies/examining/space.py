"""All the ways in which the atoms of some conditions can turn out together."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod

from governance.policies.decision_schema import DecisionSchema
from governance.policies.examining.atoms import Atoms, Truth, Turn
from governance.policies.examining.cells import MAX_LISTED, values_of
from governance.policies.expression.values import FactType, Unknown

FREE: list[tuple[Truth, ...]] = [(True,), (False,), (None,)]


class Space:
    """The ways for the atoms of the given numbers. At least all that facts can bring about, and
    where there are free atoms more: what holds in each of the ways holds for all facts."""

    def __init__(self, atoms: Atoms, numbers: Iterable[int], schema: DecisionSchema) -> None:
        self._width = len(atoms.all)
        self._axes: list[tuple[tuple[int, ...], list[tuple[Truth, ...]]]] = []
        groups: dict[str, list[int]] = {}
        for number in dict.fromkeys(numbers):
            fact = atoms.all[number].fact
            if fact is None:
                self._axes.append(((number,), FREE))
            else:
                groups.setdefault(fact, []).append(number)
        for fact, members in groups.items():
            if _too_many(fact, members, atoms):
                self._axes += [((number,), FREE) for number in members]
            else:
                self._axes.append((tuple(members), cells_of(fact, members, atoms, schema)))
        self.size = prod(len(ways) for _, ways in self._axes)

    def ways(self) -> Iterator[Turn]:
        """Each way, in a list that the next one overwrites."""
        turn: list[Truth] = [None] * self._width
        numbers = [members for members, _ in self._axes]
        for chosen in product(*(ways for _, ways in self._axes)):
            for members, values in zip(numbers, chosen, strict=True):
                for number, value in zip(members, values, strict=True):
                    turn[number] = value
            yield turn


def cells_of(
    fact: str, members: Sequence[int], atoms: Atoms, schema: DecisionSchema
) -> list[tuple[Truth, ...]]:
    """How the simple atoms of one fact turn out together, each way once."""
    literals = [literal for number in members for literal in atoms.all[number].literals]
    return list(
        dict.fromkeys(
            tuple(turned(atoms, number, fact, value) for number in members)
            for value in values_of(fact, literals, schema)
        )
    )


def turned(atoms: Atoms, number: int, fact: str, value: object) -> Truth:
    """How a simple atom turns out for a value of its fact."""
    result = atoms.all[number].judge({fact: value}, [])
    return None if isinstance(result, Unknown) else result


def _too_many(fact: str, members: Sequence[int], atoms: Atoms) -> bool:
    if atoms.facts[fact] is not FactType.STRING_LIST:
        return False
    return len({lit for number in members for lit in atoms.all[number].literals}) > MAX_LISTED
