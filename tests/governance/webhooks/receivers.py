"""Receivers of webhooks that really listen, well-behaved and not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson
from django.utils import timezone

from governance.models import Delivery, WebhookEndpoint
from governance.outbox_events import EVERY_EVENT
from governance.services.delivery_rounds import deliver_due
from governance.services.fan_out import fan_out
from governance.services.webhook_choices import Chosen
from governance.services.webhooks import Issued, create_endpoint
from tests.factories import SETUP, World


@dataclass(frozen=True, slots=True)
class Request:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> str:
        return str(orjson.loads(self.body)["type"])


@dataclass
class Receiver:
    """`got`: every request in the order in which it came. `done`: ends whoever hangs."""

    url: str = ""
    got: list[Request] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> list[str]:
        return [request.id for request in self.got]


Answer = Callable[[socket.socket, Receiver], None]


def says(*parts: bytes) -> Answer:
    """The same answer to all."""
    return lambda client, _: client.sendall(b"".join(parts))


def status(number: int, *headers: bytes) -> Answer:
    lines = [f"HTTP/1.1 {number} X".encode(), b"Content-Length: 0", *headers]
    return says(b"\r\n".join(lines), b"\r\n\r\n")


OK = status(200)
# A slow machine takes longer than the product gives a round.
ROUND = timedelta(minutes=5)


@contextmanager
def receiving(answer: Answer = OK, *, host: str = "127.0.0.1") -> Iterator[Receiver]:
    """A receiver at an address of its own; each request has a thread."""
    receiver = Receiver()
    with socket.create_server((host, 0)) as listener:
        receiver.url = f"http://{host}:{listener.getsockname()[1]}/hooks?token=1"
        threads: list[threading.Thread] = []

        def serve() -> None:
            while not receiver.done.is_set():
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                thread = threading.Thread(target=_take, args=(client, receiver, answer))
                thread.start()
                threads.append(thread)

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield receiver
        finally:
            receiver.done.set()
            # Wakes whoever waits for the next connection.
            listener.shutdown(socket.SHUT_RDWR)
            serving.join()
            for thread in threads:
                thread.join()


def _take(client: socket.socket, receiver: Receiver, answer: Answer) -> None:
    # The sender may hang up at any moment.
    try:
        with client:
            request = _read(client)
            if request is not None:
                receiver.got.append(request)
                answer(client, receiver)
    except OSError:
        return


def _read(client: socket.socket) -> Request | None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        part = client.recv(65_536)
        if not part:
            return None
        raw += part
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    headers = {name.lower(): value.strip() for name, _, value in
               (line.partition(":") for line in lines)}  # fmt: skip
    while len(body) < int(headers.get("content-length", 0)):
        body += client.recv(65_536)
    return Request(headers, body)


def endpoint_at(
    world: World, url: str, *events: str, systems: tuple[str, ...] = (), now: datetime | None = None
) -> Issued:
    """An endpoint of the world's program."""
    chosen = Chosen(url=url, events=events or (EVERY_EVENT,), systems=systems)
    return create_endpoint(
        chosen=chosen, owner=world.client, actor=SETUP, now=now or timezone.now()
    )


def deliver(now: datetime) -> int:
    """What the worker's task does, with the clock at `now`."""
    while fan_out(now=now):
        pass
    return deliver_due(clock=lambda: now, within=ROUND)


def deliveries(endpoint: WebhookEndpoint) -> list[Delivery]:
    found = Delivery.objects.filter(destination__reference=endpoint.pk)
    return list(found.order_by("id"))
