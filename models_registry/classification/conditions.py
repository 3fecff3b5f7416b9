"""Conditions as data: when a question is asked, an effect fires or a duty is switched on.

Kleene's three values, so that a form can unfold: None means that an answer still to come decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from governance.obligations import Role
from governance.obligations.records import DataInvalid, Record

from .marks import Mark, mark


@dataclass(slots=True)
class Known:
    """What a walk through the questionnaire has established up to a question.

    `answers`: resolved answers as sets of values. `open`: questions that may still be answered.
    `marks`, `roles`: gained so far. `marks_ahead`, `roles_ahead`: an open question could give them.
    """

    answers: dict[str, frozenset[str]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    uncertain: set[str] = field(default_factory=set)
    marks: set[Mark] = field(default_factory=set)
    roles: set[Role] = field(default_factory=set)
    marks_ahead: set[Mark] = field(default_factory=set)
    roles_ahead: set[Role] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Marked:
    """Whether one of these marks has been given."""

    marks: frozenset[Mark]

    def holds(self, known: Known) -> bool | None:
        if self.marks & known.marks:
            return True
        return None if self.marks & known.marks_ahead else False


@dataclass(frozen=True, slots=True)
class Held:
    """Whether one of these roles is held."""

    roles: frozenset[Role]

    def holds(self, known: Known) -> bool | None:
        if self.roles & known.roles:
            return True
        return None if self.roles & known.roles_ahead else False


@dataclass(frozen=True, slots=True)
class Answered:
    """Whether a question was asked and its answer has one of these values."""

    question_id: str
    values: frozenset[str]

    def holds(self, known: Known) -> bool | None:
        if self.question_id in known.open:
            return None
        return bool(self.values & known.answers.get(self.question_id, frozenset()))


@dataclass(frozen=True, slots=True)
class Certain:
    """Whether none of these questions was answered with "uncertain"."""

    question_ids: frozenset[str]

    def holds(self, known: Known) -> bool | None:
        if self.question_ids & known.uncertain:
            return False
        return None if self.question_ids & known.open else True


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"

    def holds(self, known: Known) -> bool | None:
        value = self.part.holds(known)
        return None if value is None else not value


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Condition", ...]

    def holds(self, known: Known) -> bool | None:
        values = [part.holds(known) for part in self.parts]
        if False in values:
            return False
        return None if None in values else True


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple["Condition", ...]

    def holds(self, known: Known) -> bool | None:
        values = [part.holds(known) for part in self.parts]
        if True in values:
            return True
        return None if None in values else False


Condition = Marked | Held | Answered | Certain | Not | All | Any
ALWAYS = All(())


def read_condition(value: object, named: Mapping[str, Condition], place: str) -> Condition:
    """Build a condition from its data: a name among `named`, or a mapping with one operator.

    Operators: `marked`, `role` (lists, one of them), `answer` with `in`, `certain`, `not`, `all`,
    `any`. Raises DataInvalid for anything else.
    """
    if isinstance(value, str):
        if value not in named:
            raise DataInvalid(f"{place}: no condition is called {value!r}")
        return named[value]
    record = Record(value, place)
    condition = _read_operator(record, named)
    record.done()
    return condition


def _read_operator(record: Record, named: Mapping[str, Condition]) -> Condition:
    operators = [name for name in record.names() if name != "in"]
    match operators:
        case ["marked"]:
            return Marked(frozenset(read_marks(record, "marked")))
        case ["role"]:
            return Held(record.words("role", Role))
        case ["answer"]:
            return Answered(record.text("answer"), frozenset(record.texts("in")))
        case ["certain"]:
            return Certain(frozenset(record.texts("certain")))
        case ["not"]:
            return Not(read_condition(record.raw("not"), named, f"{record.place}.not"))
        case ["all" | "any" as operator]:
            parts = record.raw(operator)
            if not isinstance(parts, list) or not parts:
                raise DataInvalid(f"{record.place}.{operator}: expected a list of conditions")
            place = f"{record.place}.{operator}"
            read = tuple(read_condition(part, named, place) for part in parts)
            return All(read) if operator == "all" else Any(read)
        case _:
            raise DataInvalid(f"{record.place}: {operators} is not one known operator")


def read_marks(record: Record, key: str) -> tuple[Mark, ...]:
    try:
        return tuple(mark(text) for text in record.texts(key))
    except ValueError as error:
        raise DataInvalid(f"{record.place}.{key}: {error}") from error


def leaves(condition: Condition) -> Iterator[Marked | Held | Answered | Certain]:
    """The operands at the bottom of a condition, so that a check can look at what it refers to."""
    match condition:
        case Not(part):
            yield from leaves(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield condition
