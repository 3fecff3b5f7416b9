"""Reads the questionnaire from its YAML file, once, and refuses what is not sound."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from governance.obligations import Law, Role, SystemClass, Trait, law
from governance.obligations.records import DataInvalid, Record, content_hash, read_yaml

from .conditions import ALWAYS, Condition, read_condition, read_marks
from .marks import Mark, mark
from .questionnaire import (
    UNCERTAIN,
    Effect,
    Meaning,
    Question,
    QuestionKind,
    Questionnaire,
    Switch,
)
from .validate import validate_questionnaire

YES_NO = {"yes": "Yes", "no": "No"}


@cache
def questionnaire() -> Questionnaire:
    """The questionnaire of this release. Raises DataInvalid if the package's file is unsound."""
    text = (files(__package__) / "questionnaire.yaml").read_text(encoding="utf-8")
    return read_questionnaire(text, law())


def read_questionnaire(text: str, known_law: Law) -> Questionnaire:
    """Build and validate a questionnaire from its YAML text against the law it was written for.

    Raises DataInvalid, naming the place, if a key is missing, unknown or repeated, or if
    `validate_questionnaire` finds a fault.
    """
    document = read_yaml(text, "questionnaire.yaml")
    if document.day("status_date") != known_law.status_date:
        raise DataInvalid(
            f"the questionnaire is for the law of {document.raw('status_date')}, "
            f"the law's data show {known_law.status_date}"
        )
    named = _named_conditions(document.record("conditions"))
    questions: dict[str, Question] = {}
    for record in document.records("questions"):
        question = _question(record, named)
        if question.id in questions:
            raise DataInvalid(f"{record.place}: question {question.id!r} is given twice")
        questions[question.id] = question
    meanings = _meanings(document.record("marks"))
    switches = tuple(_switch(record, named) for record in document.records("switches"))
    document.done()
    read = Questionnaire(
        f"{known_law.version}.{content_hash(document)}",
        MappingProxyType(questions),
        MappingProxyType(meanings),
        switches,
    )
    validate_questionnaire(read, known_law)
    return read


def _named_conditions(record: Record) -> Mapping[str, Condition]:
    named: dict[str, Condition] = {}
    for name in record.names():
        named[name] = read_condition(record.raw(name), named, f"{record.place}.{name}")
    return named


def _question(record: Record, named: Mapping[str, Condition]) -> Question:
    kind = record.word("kind", QuestionKind)
    options = YES_NO if kind is QuestionKind.YES_NO else _options(record.record("options"))
    question = Question(
        id=record.text("id"),
        topic=record.text("topic"),
        text=record.text("text"),
        help=record.optional_text("help") or "",
        kind=kind,
        options=MappingProxyType(options),
        at_least_one=record.flag("at_least_one"),
        uncertain_as=_uncertain_as(record, kind, options),
        law=record.text("law"),
        asked_when=(
            read_condition(record.raw("asked_when"), named, f"{record.place}.asked_when")
            if "asked_when" in record
            else ALWAYS
        ),
        effects=tuple(_effect(entry, options, named) for entry in record.records("effects")),
    )
    record.done()
    return question


def _options(record: Record) -> dict[str, str]:
    options = {name: record.text(name) for name in record.names()}
    if not options or UNCERTAIN in options:
        raise DataInvalid(f"{record.place}: needs options, none of them {UNCERTAIN!r}")
    return options


def _uncertain_as(record: Record, kind: QuestionKind, options: Mapping[str, str]) -> frozenset[str]:
    text = record.text("uncertain_as")
    if kind is QuestionKind.SEVERAL:
        if text not in ("all", "nothing"):
            raise DataInvalid(f"{record.place}.uncertain_as: expected 'all' or 'nothing'")
        return frozenset(options) if text == "all" else frozenset()
    if text not in options:
        raise DataInvalid(f"{record.place}.uncertain_as: {text!r} is not an option")
    return frozenset({text})


def _effect(record: Record, options: Mapping[str, str], named: Mapping[str, Condition]) -> Effect:
    given = record.texts("answer")
    shorthands = {"any", "any_option", "nothing"} - set(options)
    if not given or not set(given) <= set(options) | shorthands:
        raise DataInvalid(f"{record.place}.answer: {given} are not options of the question")
    every = {"any", "any_option"} & set(given)
    effect = Effect(
        answers=frozenset(options) if every else frozenset(given) - shorthands,
        on_nothing=bool({"any", "nothing"} & set(given)),
        condition=(
            read_condition(record.raw("if"), named, f"{record.place}.if")
            if "if" in record
            else ALWAYS
        ),
        marks=read_marks(record, "marks"),
        roles=record.words("roles", Role),
        tasks=record.texts("tasks"),
        says=record.text("says"),
        law=record.optional_text("law"),
    )
    record.done()
    return effect


def _meanings(record: Record) -> dict[Mark, Meaning]:
    meanings: dict[Mark, Meaning] = {}
    for name in record.names():
        entry = record.record(name)
        try:
            key = mark(name)
        except ValueError as error:
            raise DataInvalid(f"{entry.place}: {error}") from error
        meanings[key] = Meaning(entry.words("classes", SystemClass), entry.words("traits", Trait))
        entry.done()
    return meanings


def _switch(record: Record, named: Mapping[str, Condition]) -> Switch:
    switch = Switch(
        read_condition(record.raw("when"), named, f"{record.place}.when"),
        record.words("roles", Role),
        record.texts("obligations"),
    )
    record.done()
    return switch
