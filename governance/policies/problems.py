"""What is wrong with a policy's text, all of it at once, each with its place."""

from dataclasses import dataclass
from typing import NamedTuple

from governance.errors import FieldError, InputInvalid

MAX_PROBLEMS = 200
"""Of one text. Nobody reads more, and a hostile text could hold a hundred thousand."""


class Place(NamedTuple):
    """Line and column in the policy's text, both from 1, in code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `pointer`: JSON pointer (RFC 6901) into the document, empty for the whole.

    `code`: stable, for programs; `message`: a sentence's worth for people; `shown`: for a fault
    within a condition its line with a caret under the place, for a fixed-width font.
    """

    pointer: str
    place: Place
    code: str
    message: str
    shown: str | None = None

    def __str__(self) -> str:
        at = f"{self.pointer or 'the policy'} (line {self.place.line}, column {self.place.column})"
        return f"{at}: {self.message}"


class PolicyInvalid(InputInvalid):
    """A policy's text was refused.

    `problems`: every fault found, in the order of the text, but no more than MAX_PROBLEMS.
    """

    code = "policy_invalid"
    title = "The policy is not valid"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.place))[:MAX_PROBLEMS]
        count = len(self.problems)
        super().__init__(
            f"The policy has {count} problem{'' if count == 1 else 's'}: {self.problems[0]}",
            errors=[FieldError(p.pointer, p.message, p.code) for p in self.problems],
        )
