"""Calls of the demo integrator: JSON over kept connections, a few at a time."""

from __future__ import annotations

import http.client
import json
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

from reviews.demo.errors import DemoError

T = TypeVar("T")
R = TypeVar("R")
# More would only queue up: a machine of one's own has few cores.
THREADS = 4
_TIMEOUT_SECONDS = 60.0
_TRIES = 2


class HttpClient:
    """Speaks to the API at `url` with an API key. One connection for each thread that calls."""

    def __init__(self, url: str, key: str) -> None:
        address = urlsplit(url)
        if address.scheme not in ("http", "https") or address.hostname is None:
            raise DemoError(f"{url!r} is not the address of a Countersign.")
        self._url = url
        self._secure = address.scheme == "https"
        self._host, self._port = address.hostname, address.port
        self._key = key
        self._own = threading.local()

    def post(
        self, path: str, body: object = None, *, expect: Iterable[int], adds: bool = False
    ) -> Any:
        """The JSON that answers a POST to `/api/v1/{path}`.

        The call is repeated when the kept connection turns out closed. `adds`: it would then add
        a second row, and so gets an idempotency key. Raises DemoError for a status not expected.
        """
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        if adds:
            headers["Idempotency-Key"] = str(uuid.uuid4())
        status, answer = self._answer(f"/api/v1/{path}", content, headers)
        if status not in expect:
            raise DemoError(f"POST {path} was answered with {status}: {answer[:2000].decode()}")
        return json.loads(answer)

    def each(self, call: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """`call` for every item, THREADS at a time; results in order. The first error ends it."""
        pool = ThreadPoolExecutor(THREADS)
        try:
            yield from pool.map(call, items)
        finally:
            pool.shutdown(cancel_futures=True)

    def _answer(self, path: str, content: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        for left in reversed(range(_TRIES)):
            connection = self._connection()
            try:
                connection.request("POST", path, content, headers)
                response = connection.getresponse()
                return response.status, response.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                if not left:
                    raise DemoError(f"{self._url} does not answer: {error}") from error
        raise AssertionError("the last try returns or raises")

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._own, "connection", None)
        if connection is None:
            kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
            connection = kind(self._host, self._port, timeout=_TIMEOUT_SECONDS)
            self._own.connection = connection
        return connection
