"""Refusals of the classification, with the questions they are about."""

from governance.errors import FieldError, InputInvalid


class AnswerInvalid(InputInvalid):
    """An answer to a question that is not asked by this questionnaire, or with an unknown value."""

    code = "answer_invalid"
    title = "An answer does not fit its question"

    def __init__(self, question_id: str, why: str) -> None:
        pointer = "/answers/" + question_id.replace("~", "~0").replace("/", "~1")
        super().__init__(f"{question_id}: {why}", errors=[FieldError(pointer, why, self.code)])
        self.question_id = question_id
        self.why = why


class Incomplete(InputInvalid):
    """Questions that are asked have no answer yet. `questions`: their ids, in order."""

    code = "classification_incomplete"
    title = "The classification is not complete"

    def __init__(self, questions: tuple[str, ...]) -> None:
        super().__init__(
            f"{len(questions)} questions have no answer: {', '.join(questions)}",
            errors=[
                FieldError(f"/answers/{question_id}", "no answer yet", self.code)
                for question_id in questions
            ],
        )
        self.questions = questions
