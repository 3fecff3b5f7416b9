"""Calling the API as somebody, at a chosen instant."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest.mock import patch

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from governance.models import User
from tests.factories import NOON, World

PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the API. `body`: the decoded JSON, None where there is none."""

    response: HttpResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def kind(self) -> str:
        return self.response.headers.get("Content-Type", "")

    @property
    def headers(self) -> Any:
        return self.response.headers

    @property
    def body(self) -> Any:
        return json.loads(self.response.content) if self.response.content else None

    @property
    def code(self) -> str:
        """The stable code of a problem."""
        return str(self.body["code"])

    @property
    def pointers(self) -> list[str]:
        """Which places of the request the problem names."""
        return [error["pointer"] for error in self.body.get("errors", [])]


class Caller:
    """A program with an API key, a person with a session, or a stranger."""

    def __init__(
        self, *, key: str = "", person: User | None = None, checks_csrf: bool = False
    ) -> None:
        # An exception in a view becomes the 500 that a caller would see.
        self._client = Client(enforce_csrf_checks=checks_csrf, raise_request_exception=False)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        if person is not None:
            with at(NOON):
                self._client.force_login(person)

    def get(self, path: str, *, now: datetime = NOON, **headers: str) -> Answer:
        return self.send("GET", path, now=now, **headers)

    def post(self, path: str, body: Any = None, *, now: datetime = NOON, **headers: str) -> Answer:
        raw = b"" if body is None else json.dumps(body).encode()
        return self.send("POST", path, raw, now=now, **headers)

    def send(
        self,
        method: str,
        path: str,
        raw: bytes = b"",
        *,
        now: datetime = NOON,
        content_type: str = "application/json",
        **headers: str,
    ) -> Answer:
        """Send bytes as they are. Headers: `Idempotency_Key` stands for `Idempotency-Key`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with at(now):
            response = self._client.generic(
                method,
                path if path.startswith("/") else f"/api/v1/{path}",
                raw,
                content_type,
                headers=self._headers | named,
            )
        return Answer(response)


def at(now: datetime) -> Any:
    """The clock stands at `now`: only doors read it."""
    return patch.object(timezone, "now", lambda: now)


def integrator(world: World) -> Caller:
    """The program that submits the world's decisions."""
    return Caller(key=world.key)
