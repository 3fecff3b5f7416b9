"""The shape of a questionnaire once it is read: questions, effects, switches."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from governance.obligations import Role, SystemClass, Trait

from .conditions import Condition
from .marks import Mark

UNCERTAIN = "uncertain"


class QuestionKind(StrEnum):
    """How a question is answered. Each kind also takes the text "uncertain" as its answer."""

    YES_NO = "yes_no"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows when the resolved answer has one of `answers` and `condition` holds.

    For a question with several choices, `on_nothing` fires when no option is ticked.
    """

    answers: frozenset[str]
    on_nothing: bool
    condition: Condition
    marks: tuple[Mark, ...]
    roles: frozenset[Role]
    tasks: tuple[str, ...]
    says: str
    law: str | None

    def fires_on(self, values: frozenset[str]) -> bool:
        return bool(self.answers & values) or (self.on_nothing and not values)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `options`: value to text; for yes_no the values are "yes" and "no".

    `uncertain_as`: the values that an uncertain answer is taken as, the stricter reading.
    """

    id: str
    topic: str
    text: str
    help: str
    kind: QuestionKind
    options: Mapping[str, str]
    at_least_one: bool
    uncertain_as: frozenset[str]
    law: str
    asked_when: Condition
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a mark means to the law's data."""

    classes: frozenset[SystemClass]
    traits: frozenset[Trait]


@dataclass(frozen=True, slots=True)
class Switch:
    """Duties that an outcome switches on: for holders of `roles`, those of `obligations`.

    `obligations`: ids or patterns of `governance.obligations.matching`.
    """

    condition: Condition
    roles: frozenset[Role]
    obligations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The questions in the order in which they are walked.

    `law_version`: version of the law's data and hash of the questions; stored with every answer
    set, so that a later change of either shows which classifications are to be re-run.
    """

    law_version: str
    questions: Mapping[str, Question]
    meanings: Mapping[Mark, Meaning]
    switches: tuple[Switch, ...]
