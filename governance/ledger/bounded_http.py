"""Asking a server that nobody here vouches for.

It can neither fill the memory, nor keep us waiting, nor send us elsewhere. Pure: no Django.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

WITHIN_SECONDS = 20.0

# From host and port to the IP addresses that may be connected to.
Addresses = Callable[[str, int], Sequence[str]]


class NoAnswer(Exception):
    """There was no whole answer in time and within the size; the sentence says what there was."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`kind`: the media type without its parameters, in lower case. `retry_after`: that header."""

    status: int
    kind: str
    body: bytes
    retry_after: str = ""


def every_address(host: str, port: int) -> list[str]:
    """What a name stands for, wherever that is."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def ask(
    url: str,
    *,
    most_bytes: int,
    body: bytes | None = None,
    kind: str = "text/plain; charset=utf-8",
    within: float = WITHIN_SECONDS,
    headers: Mapping[str, str] | None = None,
    addresses: Addresses = every_address,
) -> Answer:
    """GET `url`, or POST a body of that kind to it. An answer of any status is an answer.

    A redirection is one too, and is not followed. `within`: seconds for the whole exchange, once
    the name is looked up. `addresses` looks it up, once, and may refuse by raising NoAnswer; the
    connection goes to what it gives back and nowhere else. Raises NoAnswer: no such server, a
    certificate that does not hold, too late, too long, cut off.
    """
    connection = _connection(url)
    try:
        found = addresses(connection.host, connection.port)
        ends_at = time.monotonic() + within
        connected = _connected(found, connection.port, ends_at)
        with _ended_at(ends_at, connected) as was_ended:
            connection.sock = _secured(connected, connection)
            answer = _exchange(connection, url, body, {"Content-Type": kind, **(headers or {})})
            content = answer.read(most_bytes + 1)
    except (OSError, HTTPException, ValueError) as fault:
        raise NoAnswer(f"{url} gives no answer: {fault or type(fault).__name__}") from fault
    finally:
        connection.close()
    if len(content) > most_bytes:
        raise NoAnswer(f"{url} answers with more than {most_bytes} bytes")
    if was_ended or answer.length:
        raise NoAnswer(f"{url} gives no whole answer within {within:.0f} seconds")
    said = answer.headers
    return Answer(answer.status, said.get_content_type(), content, said.get("Retry-After", ""))


class _Lines:
    """A stream that remembers the last line that was read of it."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.last = stream, b""

    def readline(self, *limits: int) -> bytes:
        self.last = self.stream.readline(*limits)
        return self.last

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class _Response(HTTPResponse):
    """Takes no head for whole that is cut off: Python's own stops reading there and is content."""

    def begin(self) -> None:
        lines = _Lines(self.fp)
        self.fp = lines  # type: ignore[assignment]
        super().begin()
        self.fp = lines.stream
        if lines.last not in (b"\r\n", b"\n"):
            raise HTTPException("the head of the answer is cut off")


def _connection(url: str) -> HTTPConnection:
    connection = _connection_to(url)
    connection.response_class = _Response
    return connection


def _connection_to(url: str) -> HTTPConnection:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as fault:
        raise NoAnswer(f"{url!r:.200} is no address: {fault}") from fault
    if host and parts.scheme == "https":
        return HTTPSConnection(host, port)
    if host and parts.scheme == "http":
        return HTTPConnection(host, port)
    raise NoAnswer(f"{url!r:.200} is no address of the web")


def _connected(found: Sequence[str], port: int, ends_at: float) -> socket.socket:
    """A connection to the first of the addresses that takes one."""
    fault: OSError = OSError("the name stands for no address")
    for address in found:
        left = ends_at - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((address, port), timeout=left)
        except OSError as refused:
            fault = refused
    raise fault


def _secured(connected: socket.socket, connection: HTTPConnection) -> socket.socket:
    """The connection, under TLS where the address wants it: the certificate is the name's."""
    if not isinstance(connection, HTTPSConnection):
        return connected
    try:
        return ssl.create_default_context().wrap_socket(connected, server_hostname=connection.host)
    except BaseException:
        connected.close()
        raise


def _exchange(
    connection: HTTPConnection, url: str, body: bytes | None, headers: Mapping[str, str]
) -> HTTPResponse:
    path = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"
    ours = {"Accept-Encoding": "identity", "User-Agent": "countersign"}
    if body is None:
        connection.request("GET", path, headers=ours)
    else:
        connection.request("POST", path, body, {**ours, **headers})
    return connection.getresponse()


@contextmanager
def _ended_at(ends_at: float, connected: socket.socket) -> Iterator[list[bool]]:
    """Ends a connection at that moment; gives what holds something once that was so.

    The timeout of a socket begins anew with each byte, so that bytes could drip for ever. It is a
    second handle on the same connection: TLS takes over the first one.
    """
    was_ended: list[bool] = []
    with connected.dup() as handle:
        guard = Timer(max(ends_at - time.monotonic(), 0), _end, (handle, was_ended))
        guard.start()
        try:
            yield was_ended
        finally:
            guard.cancel()
            # The handle must not be closed, and its number given to another, under its hands.
            guard.join()


def _end(connected: socket.socket, was_ended: list[bool]) -> None:
    was_ended.append(True)
    # Whoever waits for bytes shall find the end. The other side may have closed it meanwhile.
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
