"""A row of the table of addresses: one pattern, as the resolver spells it, and one method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.authorisation.roles import EVERY_ROLE, GRANTED
from tests.authorisation.world import (
    ANONYMOUS,
    CLIENT,
    CLIENT_OF_ANOTHER,
    CLIENT_WITHOUT_SCOPE,
    CLIENTS,
    ROLES,
    Grounds,
)


class Entered(int):
    """A status whose try is entered as refused though the status alone does not say so."""


UNSEEN = Entered(404)
OPEN, SIGNED_IN = "open to everybody", "signed in"
Status = int | tuple[int, ...]
Expected = Status | Mapping[str, Status]
Body = Mapping[str, Any] | Callable[[Grounds, str, str], Mapping[str, Any] | None] | None


@dataclass(frozen=True)
class Row:
    path: str
    method: str
    needs: str | tuple[str, ...]
    expect: Mapping[str, Expected] = field(default_factory=lambda: {"": 200})
    on: str = ""
    body: Body = None
    query: Callable[[Grounds], str] | None = None
    refused: Expected | None = None

    @property
    def name(self) -> str:
        return f"{self.method} /{self.path}"

    @property
    def is_api(self) -> bool:
        return self.path.lstrip("^").startswith("api/v1/")

    @property
    def words(self) -> tuple[str, ...]:
        return (self.needs,) if isinstance(self.needs, str) else self.needs

    @property
    def scope(self) -> str:
        return next((word for word in self.words if ":" in word), "")

    def admits(self, caller: str) -> bool:
        """Whether the door lets the caller through to the verb."""
        if OPEN in self.words:
            return True
        if caller in CLIENTS:
            return bool(self.scope) and caller != CLIENT_WITHOUT_SCOPE
        if caller == ANONYMOUS:
            return False
        if SIGNED_IN in self.words:
            return caller in EVERY_ROLE
        return any(caller in GRANTED[word] for word in self.words if ":" not in word)

    def expected(self, caller: str, variant: str) -> Status:
        if not self.admits(caller):
            return self._refused(caller)
        status = self.expect[variant]
        if isinstance(status, Mapping):
            return status.get(caller, status["*"])
        return status

    def _refused(self, caller: str) -> Status:
        if isinstance(self.refused, Mapping):
            return self.refused.get(caller, self.refused["*"])
        if self.refused is not None:
            return self.refused
        if self.is_api:
            return 401 if caller == ANONYMOUS else 403
        return 403 if caller in ROLES else 302

    def query_for(self, grounds: Grounds) -> str:
        return "" if self.query is None else self.query(grounds)

    def body_for(self, grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any] | None:
        return self.body(grounds, caller, variant) if callable(self.body) else self.body


SEEN_BY_OVERSEERS = {"*": 200, "reviewer": 404, "senior-reviewer": 404, "administrator": 404}
NOT_BY_ADMINISTRATORS = {"*": 200, "administrator": 404}
OF_OWN_SYSTEM = {"*": 200, "system-owner": 404}


def at_case(done: int) -> dict[str, Expected]:
    """A verb on a case that the caller must hold."""
    return {"mine": done, "open": 409, "taken": 409, "foreign": UNSEEN, "missing": UNSEEN}


def of_client(done: int, *, foreign: Status | None = None) -> dict[str, Expected]:
    """A program's verb on a decision, which others' programs do not find."""
    return {
        "mine": {CLIENT: done, CLIENT_OF_ANOTHER: 404, "*": done},
        "foreign": {CLIENT: 404, CLIENT_OF_ANOTHER: foreign or done, "*": done},
        "missing": 404,
    }


def verb_page(path: str, needs: str, on: str, expect: Mapping[str, Expected], body: Body = None):
    """An act's page: by POST; a GET, such as the way back from a sign-in, leads to its thing."""
    return (
        Row(path, "POST", needs, on=on, expect=expect, body=body),
        Row(path, "GET", OPEN, on=on, expect=dict.fromkeys(expect, 302)),
    )
