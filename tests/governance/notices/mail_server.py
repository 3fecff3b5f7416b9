"""A mail server that really receives, and may be told to misbehave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


class Inbox:
    """What came in. `refuses`: address to the answer it gets; `at_data`: the answer to every
    message's content, else it is taken."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, Message]] = []
        self.refuses: dict[str, str] = {}
        self.at_data = ""
        self.tries = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, _: Any) -> str:  # noqa: N802
        self.tries += 1
        if to in self.refuses:
            return self.refuses[to]
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.at_data:
            return self.at_data
        for to in envelope.rcpt_tos:
            self.mails.append((to, message_from_bytes(envelope.content)))
        return "250 taken"

    def to(self, address: str) -> list[Message]:
        return [mail for to, mail in self.mails if to == address]


@contextmanager
def mail_server(settings: Any) -> Iterator[Inbox]:
    """Receives what Django sends while it runs."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        _send_to(settings, controller.port)
        yield inbox
    finally:
        controller.stop()


@contextmanager
def silent_server(settings: Any) -> Iterator[list[socket.socket]]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        taken: list[socket.socket] = []
        threading.Thread(target=_take, args=(listening, taken), daemon=True).start()
        _send_to(settings, listening.getsockname()[1])
        yield taken
        for one in taken:
            one.close()


def no_server(settings: Any) -> None:
    """Have mails sent where nobody listens."""
    _send_to(settings, _free_port())


def text_of(mail: Message, kind: str = "plain") -> str:
    for part in mail.walk():
        if part.get_content_type() == f"text/{kind}":
            return part.get_payload(decode=True).decode()  # type: ignore[union-attr]
    raise AssertionError(f"no text/{kind}")


def _take(listening: socket.socket, taken: list[socket.socket]) -> None:
    while True:
        try:
            taken.append(listening.accept()[0])
        except OSError:
            return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _send_to(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.COUNTERSIGN_SENDS_MAIL = True
    settings.COUNTERSIGN_PUBLIC_URL = "https://oversight.example"
    settings.DEFAULT_FROM_EMAIL = "countersign@oversight.example"
