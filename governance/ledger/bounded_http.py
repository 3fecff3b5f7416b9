"""Asking a server that nobody here vouches for.

It can neither fill the memory, nor keep us waiting, nor send us elsewhere. Pure: no Django.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import urlsplit

WITHIN_SECONDS = 20.0


class NoAnswer(Exception):
    """There was no whole answer in time and within the size; the sentence says what there was."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`kind`: the media type without its parameters, in lower case."""

    status: int
    kind: str
    body: bytes


def ask(
    url: str,
    *,
    most_bytes: int,
    body: bytes | None = None,
    kind: str = "text/plain; charset=utf-8",
    within: float = WITHIN_SECONDS,
) -> Answer:
    """GET `url`, or POST a body of that kind to it. An answer of any status is an answer.

    A redirection is one too, and is not followed. `within`: seconds for the whole exchange. Raises
    NoAnswer: no such server, a certificate that does not hold, too late, too long, cut off.
    """
    connection = _connection(url, within)
    try:
        connection.connect()
        return _exchange(connection, url, body, kind, most_bytes, within)
    except (OSError, HTTPException, ValueError) as fault:
        raise NoAnswer(f"{url} gives no answer: {fault or type(fault).__name__}") from fault
    finally:
        connection.close()


def _connection(url: str, within: float) -> HTTPConnection:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as fault:
        raise NoAnswer(f"{url!r:.200} is no address: {fault}") from fault
    if host and parts.scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(host, port, timeout=within, context=context)
    if host and parts.scheme == "http":
        return HTTPConnection(host, port, timeout=within)
    raise NoAnswer(f"{url!r:.200} is no address of the web")


def _exchange(
    connection: HTTPConnection,
    url: str,
    body: bytes | None,
    kind: str,
    most_bytes: int,
    within: float,
) -> Answer:
    cut_off: list[bool] = []
    # The timeout of the socket begins anew with each byte, so that bytes could drip for ever.
    guard = Timer(within, _cut_off, (connection.sock, cut_off))
    guard.start()
    try:
        path = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"
        headers = {"Accept-Encoding": "identity", "User-Agent": "countersign"}
        if body is None:
            connection.request("GET", path, headers=headers)
        else:
            connection.request("POST", path, body, {**headers, "Content-Type": kind})
        response = connection.getresponse()
        content = response.read(most_bytes + 1)
    finally:
        guard.cancel()
    if len(content) > most_bytes:
        raise NoAnswer(f"{url} answers with more than {most_bytes} bytes")
    if cut_off or response.length:
        raise NoAnswer(f"{url} gives no whole answer within {within:.0f} seconds")
    return Answer(response.status, response.headers.get_content_type(), content)


def _cut_off(connected: socket.socket, cut_off: list[bool]) -> None:
    cut_off.append(True)
    # The socket's own method also beneath TLS: the thread that waits for bytes shall find the end.
    socket.socket.shutdown(connected, socket.SHUT_RDWR)
