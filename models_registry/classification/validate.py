"""Checks that a questionnaire is sound as a whole: every path ends and every word is known."""

from collections.abc import Iterable

from governance.obligations import Law, Role, Trait, matching
from governance.obligations.records import DataInvalid

from .conditions import Answered, Certain, Condition, Held, Marked, leaves
from .marks import Flag, Mark, RiskClass
from .questionnaire import Question, QuestionKind, Questionnaire


def validate_questionnaire(questionnaire: Questionnaire, known_law: Law) -> None:
    """Raise DataInvalid for the first fault.

    Holds afterwards: conditions look back only, at questions, values, marks and roles that can be
    there (so each question is decided once and every path ends); each effect of a choice can fire;
    each risk class, flag and trait can come out; each switch names duties that the law's data know.
    """
    earlier: dict[str, Question] = {}
    marks: set[Mark] = set()
    roles: set[Role] = set()
    for question in questionnaire.questions.values():
        _refers_back(question.asked_when, earlier, marks, roles, question.id)
        earlier[question.id] = question
        for effect in question.effects:
            _refers_back(effect.condition, earlier, marks, roles, question.id)
            if effect.on_nothing and question.kind is not QuestionKind.SEVERAL:
                raise DataInvalid(f"{question.id}: only several choices can be left empty")
            marks |= set(effect.marks)
            roles |= effect.roles
        if question.at_least_one and question.kind is not QuestionKind.SEVERAL:
            raise DataInvalid(f"{question.id}: at_least_one is for several choices")
    # M is what is left when no question gave a class, so no effect gives it.
    if missing := {*RiskClass, *Flag} - marks - {RiskClass.M}:
        raise DataInvalid(f"no answer leads to {', '.join(sorted(missing))}")
    _gives_every_trait(questionnaire)
    for switch in questionnaire.switches:
        _refers_back(switch.condition, earlier, marks | {RiskClass.M}, roles, "switches")
        _knows_duties(switch.obligations, known_law)
        if unheld := switch.roles - roles:
            raise DataInvalid(f"switches: no answer gives {', '.join(sorted(unheld))}")


def _refers_back(
    condition: Condition,
    earlier: dict[str, Question],
    marks: set[Mark],
    roles: set[Role],
    place: str,
) -> None:
    for leaf in leaves(condition):
        match leaf:
            case Answered(question_id, values):
                if question_id not in earlier:
                    raise DataInvalid(f"{place}: {question_id!r} is not an earlier question")
                if unknown := values - set(earlier[question_id].options):
                    raise DataInvalid(f"{place}: {question_id} has no option {sorted(unknown)}")
            case Certain(question_ids):
                if unknown := question_ids - set(earlier):
                    raise DataInvalid(f"{place}: {sorted(unknown)} are not earlier questions")
            case Marked(wanted):
                if unreached := wanted - marks:
                    raise DataInvalid(
                        f"{place}: nothing before gives {', '.join(sorted(unreached))}"
                    )
            case Held(wanted_roles):
                if unheld := wanted_roles - roles:
                    raise DataInvalid(f"{place}: nothing before gives {', '.join(sorted(unheld))}")


def _gives_every_trait(questionnaire: Questionnaire) -> None:
    given = {trait for meaning in questionnaire.meanings.values() for trait in meaning.traits}
    if missing := set(Trait) - given:
        raise DataInvalid(f"marks: none has the traits {', '.join(sorted(missing))}")


def _knows_duties(patterns: Iterable[str], known_law: Law) -> None:
    for pattern in patterns:
        if not matching(pattern, known_law):
            raise DataInvalid(f"switches: {pattern!r} matches no obligation")
