"""Refusals: what a verb raises when it will not do what was asked.

One handler per door turns them into an answer; the API's is `governance.api.problems`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FieldError:
    """One faulty place of an input. `pointer`: JSON pointer into the request body (RFC 6901)."""

    pointer: str
    detail: str
    code: str = "invalid"


class DomainError(Exception):
    """A refusal with a stable `code`, an HTTP `status` and a sentence for its reader."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The request was refused"
    # Which of the four conditions of a ruling failed (`governance.rights.Condition`).
    condition: ClassVar[str | None] = None

    def __init__(
        self, detail: str, *, errors: Sequence[FieldError] = (), about: UUID | None = None
    ) -> None:
        """`about`: the case or motion that was tried, for the entry of the refusal."""
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.about = about


class InputInvalid(DomainError):
    """The input is well-formed but does not fit what it refers to; each fault is named."""

    code = "input_invalid"
    status = 422
    title = "The input does not fit"


class NotPermitted(DomainError):
    """The actor has no right to this verb at all."""

    code = "not_permitted"
    status = 403
    title = "You have no right to do this"


class ActorMissing(RuntimeError):
    """A recorded row was about to change and nobody said who changes it."""


class NotInTransaction(RuntimeError):
    """An entry was about to be written outside the transaction of the change that it records."""
