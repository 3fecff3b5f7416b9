"""The Redis or Valkey that `config.processes.broker` found: how to run it, whether it answers."""

from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from config.processes.places import Places

PING_TIMEOUT_SECONDS = 1.0


def server_arguments(server: Path, places: Places) -> tuple[str, ...]:
    """Return the command that runs `server` on a Unix socket for our account alone.

    Every write goes to an append-only file, so that messages outlive a restart.
    """
    return (
        str(server),
        *("--port", "0", "--unixsocket", str(places.redis_socket), "--unixsocketperm", "700"),
        *("--dir", str(places.redis), "--appendonly", "yes", "--save", ""),
        *("--daemonize", "no", "--loglevel", "warning"),
    )


def answers(url: str) -> bool:
    """Tell whether the Redis at `url` takes commands."""
    try:
        with Redis.from_url(url, socket_timeout=PING_TIMEOUT_SECONDS) as client:
            return bool(client.ping())
    except RedisError:
        return False
