"""What can be wrong with the text of a rule's condition, and where exactly."""

from collections.abc import Iterable
from difflib import get_close_matches

SHOWN_EACH_SIDE = 60  # characters of a long line that are shown on either side of the caret


class PolicyTextError(ValueError):
    """A fault in a condition. `line` and `column` start at 1 and count code points."""

    code = "expression_invalid"

    def __init__(self, message: str, *, text: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.offset = offset
        self.line, self.column = line_and_column(text, offset)

    def shown(self) -> str:
        """The message, the line that it is about and a caret under the column."""
        line = self.text.split("\n")[self.line - 1]
        first = max(0, self.column - 1 - SHOWN_EACH_SIDE)
        window = line[first : self.column + SHOWN_EACH_SIDE]
        # Control characters would move the caret away from the place it points at.
        printable = "".join(c if c.isprintable() else " " for c in window)
        caret = " " * (self.column - 1 - first) + "^"
        return f"line {self.line}, column {self.column}: {self.message}\n  {printable}\n  {caret}"


class PolicySyntaxError(PolicyTextError):
    """The text is not an expression of the language."""

    code = "expression_syntax"


class PolicyTypeError(PolicyTextError):
    """The text is an expression, but its parts do not fit each other or the facts."""

    code = "expression_type"


class UnknownNameError(PolicyTextError):
    """The text names a fact, function or value that does not exist."""

    code = "expression_unknown_name"


class PolicyTooLargeError(PolicyTextError):
    """The text is longer, deeper or has more parts than is read."""

    code = "expression_too_large"


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column of a character offset, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` for the nearest known word, or an empty string."""
    nearest = get_close_matches(word[:100], sorted(known), n=1, cutoff=0.6)
    return f'; did you mean "{nearest[0]}"?' if nearest else ""
