"""Walks answers through a questionnaire, question by question, and keeps the path taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from .conditions import Known
from .errors import AnswerInvalid
from .questionnaire import UNCERTAIN, Effect, Question, QuestionKind, Questionnaire

Answer: TypeAlias = str | Sequence[str]
Answers: TypeAlias = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Step:
    """One question of the path. `taken_as` differs from `answer` where that was uncertain."""

    question_id: str
    question: str
    answer: str | tuple[str, ...]
    taken_as: tuple[str, ...]
    effect: str
    law: str


@dataclass(frozen=True, slots=True)
class Task:
    """Work that a classification leaves behind, and the question it comes from."""

    question_id: str
    text: str


@dataclass(slots=True)
class Walk:
    """Where a walk got to. `pending`: asked without an answer. `not_asked`: answered in vain."""

    known: Known = field(default_factory=Known)
    steps: list[Step] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    pending: list[Question] = field(default_factory=list)
    not_asked: list[str] = field(default_factory=list)


def walk(answers: Answers, questionnaire: Questionnaire) -> Walk:
    """Take the answers in the questionnaire's order; stop at nothing, so all gaps are found.

    Raises AnswerInvalid for an unknown question or value, asked or not. Answers to questions that
    are not asked have no effect and are listed.
    """
    for question_id, answer in answers.items():
        if question_id not in questionnaire.questions:
            raise AnswerInvalid(question_id, "there is no such question")
        _check(questionnaire.questions[question_id], answer)
    walked = Walk()
    for question in questionnaire.questions.values():
        asked = question.asked_when.holds(walked.known)
        if asked is True and question.id in answers:
            _take(question, answers[question.id], walked)
        elif asked is False:
            if question.id in answers:
                walked.not_asked.append(question.id)
        else:
            if asked is True:
                walked.pending.append(question)
            walked.known.open.add(question.id)
            for effect in question.effects:
                _lies_ahead(effect, walked.known)
    return walked


def _check(question: Question, answer: object) -> None:
    if answer == UNCERTAIN:
        return
    if question.kind is not QuestionKind.SEVERAL:
        if not isinstance(answer, str) or answer not in question.options:
            raise AnswerInvalid(question.id, f"expected one of {[*question.options, UNCERTAIN]}")
        return
    if not isinstance(answer, (list, tuple)):
        raise AnswerInvalid(question.id, f"expected a list of options or {UNCERTAIN!r}")
    for value in answer:
        if not isinstance(value, str) or value not in question.options:
            raise AnswerInvalid(question.id, f"{value!r} is not one of {list(question.options)}")
    if len(set(answer)) != len(answer):
        raise AnswerInvalid(question.id, "an option is given twice")
    if question.at_least_one and not answer:
        raise AnswerInvalid(question.id, "at least one option is needed")


def _take(question: Question, answer: Answer, walked: Walk) -> None:
    known = walked.known
    given = answer if isinstance(answer, str) else tuple(answer)
    values = frozenset({given} if isinstance(given, str) else given)
    if given == UNCERTAIN:
        values = question.uncertain_as
        known.uncertain.add(question.id)
        walked.tasks.append(Task(question.id, f"Settle with certainty: {question.text}"))
    known.answers[question.id] = values
    said, law = [], [question.law]
    for effect in question.effects:
        if not effect.fires_on(values):
            continue
        holds = effect.condition.holds(known)
        if holds is None:
            _lies_ahead(effect, known)
        if not holds:
            continue
        known.marks |= set(effect.marks)
        known.roles |= effect.roles
        walked.tasks += [Task(question.id, text) for text in effect.tasks]
        said.append(effect.says)
        if effect.law and effect.law not in law:
            law.append(effect.law)
    walked.steps.append(
        Step(
            question.id,
            question.text,
            given,
            tuple(value for value in question.options if value in values),
            " ".join(said) or "No class or duty follows.",
            "; ".join(law),
        )
    )


def _lies_ahead(effect: Effect, known: Known) -> None:
    known.marks_ahead |= set(effect.marks)
    known.roles_ahead |= effect.roles
