"""The questionnaire's questions as one form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from models_registry.classification import (
    UNCERTAIN,
    Answers,
    Question,
    QuestionKind,
    questionnaire,
)

SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Topic:
    """Questions that stand together. `rows`: each question, its bound field, whether it is new."""

    name: str
    rows: Sequence[tuple[Question, forms.BoundField, bool]]


class QuestionsForm(forms.Form):
    """A field for each question that is shown. `initial`: answers by question id."""

    def __init__(
        self, questions: Sequence[Question], data: QueryDict | None = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.questions = questions
        for question in questions:
            self.fields[question.id] = _field(question)

    @classmethod
    def sent(cls, data: QueryDict) -> QuestionsForm:
        """The form as it was sent: an empty box means something only where the page showed it."""
        shown = set(data.getlist(SHOWN))
        known = questionnaire().questions.values()
        return cls([question for question in known if question.id in shown], data)

    def answers(self) -> Answers:
        """What the valid form says: question id to an option, a list of them, or uncertain."""
        return {
            question.id: UNCERTAIN if UNCERTAIN in value else value
            for question in self.questions
            for value in [self.cleaned_data[question.id]]
        }

    def topics(self, pending: set[str]) -> list[Topic]:
        return [
            Topic(name, [(q, self[q.id], q.id in pending) for q in together])
            for name, together in groupby(self.questions, key=lambda question: question.topic)
        ]


class _SeveralOrUncertain(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    def clean(self, value: Any) -> list[str]:
        chosen: list[str] = super().clean(value)
        if UNCERTAIN in chosen and len(chosen) > 1:
            raise ValidationError(_("Uncertain stands alone."), code="uncertain_and_more")
        return chosen


def _field(question: Question) -> forms.Field:
    choices = [*question.options.items(), (UNCERTAIN, _("Uncertain"))]
    if question.kind is QuestionKind.SEVERAL:
        return _SeveralOrUncertain(
            label=question.text,
            help_text=question.help,
            choices=choices,
            required=question.at_least_one,
        )
    return forms.ChoiceField(
        label=question.text, help_text=question.help, choices=choices, widget=forms.RadioSelect
    )
