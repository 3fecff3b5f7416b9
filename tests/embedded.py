"""Throw-away servers of the tests: the product's own embedded ones, in a temporary place."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.env import child_environment
from config.processes import postgres, redis_server
from config.processes.child import Program
from config.processes.places import Places
from config.processes.supervisor import Supervisor
from config.settings.services import EMBEDDED_DATABASE, EMBEDDED_ROLE

# The data is thrown away, so nothing has to outlive a power cut; and nobody reads the log, which
# tests of refusals would fill.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "log_min_messages=panic")


@contextmanager
def temporary_places() -> Iterator[Places]:
    """Give a data directory that is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="countersign-test-"))
    try:
        yield Places(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_postgres() -> Iterator[Places]:
    """Give a PostgreSQL with our role and its database. It ends with this process, however that
    ends."""
    supervisor = Supervisor()
    with temporary_places() as places:
        try:
            first_start = postgres.initialise(places)
            assert first_start is not None
            supervisor.run(first_start)
            postgres.adopt_cluster(places)
            server = postgres.server(places, *FAST)
            supervisor.start(server, ready=lambda: postgres.answers(places))
            postgres.create_database(places, role=EMBEDDED_ROLE, database=EMBEDDED_DATABASE)
            yield places
        finally:
            supervisor.stop_all()


@contextmanager
def running_redis(server: Path) -> Iterator[str]:
    """Give the URL of a Redis that the program `server` runs; it ends with this process."""
    supervisor = Supervisor()
    with temporary_places() as places:
        places.redis.mkdir()
        places.sockets.mkdir()
        command = redis_server.server_arguments(server, places)
        program = Program("redis", command, child_environment(), places.data_dir, quiet=True)
        try:
            url = f"unix://{places.redis_socket}"
            supervisor.start(program, ready=lambda: redis_server.answers(url))
            yield url
        finally:
            supervisor.stop_all()
