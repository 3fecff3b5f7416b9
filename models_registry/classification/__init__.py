"""Classifies AI systems by a questionnaire held as data. Pure, no Django. Not legal advice."""

from .classify import classify, is_current, next_questions
from .errors import AnswerInvalid, Incomplete
from .load import questionnaire
from .marks import Flag, RiskClass
from .outcome import Outcome
from .questionnaire import UNCERTAIN, Question, QuestionKind, Questionnaire
from .validate import validate_questionnaire
from .walk import Answers, Step, Task

__all__ = [
    "UNCERTAIN",
    "AnswerInvalid",
    "Answers",
    "Flag",
    "Incomplete",
    "Outcome",
    "Question",
    "QuestionKind",
    "Questionnaire",
    "RiskClass",
    "Step",
    "Task",
    "classify",
    "is_current",
    "next_questions",
    "questionnaire",
    "validate_questionnaire",
]
