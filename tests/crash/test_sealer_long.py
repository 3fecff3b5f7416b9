"""The sealer over many minutes: kills at random, and others who keep the database busy.

Run with `-m long`.
"""

import os
import random
import signal
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from django.core.management import call_command
from django.db import Error, connection, connections, transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from config.processes import postgres
from config.processes.child import Child
from config.processes.places import Places
from config.processes.supervisor import Supervisor
from config.settings.services import EMBEDDED_DATABASE, EMBEDDED_ROLE
from governance.management.ledger.seal import SealingProcess
from governance.models import Leaf, LedgerPending
from governance.services.sealing import Sealer, seal_once
from tests.config.waiting import wait_until
from tests.crash.forked import ended, fork
from tests.embedded import temporary_places
from tests.governance.ledger.sealing_world import check_everything, enter_some

pytestmark = pytest.mark.long

# What it has acknowledged it has handed to the operating system, which nobody kills here.
KEEPS_ITS_WORD = ("fsync=off", "log_min_messages=panic")

WRITERS = 4
DATABASE_KILLS = 50
SEALER_KILLS_BETWEEN = 4
LONGEST_LIFE_SECONDS = 0.5

EVENTS_PER_SECOND = 200
WRITE_HELD_SECONDS = 10 * 60
SNAPSHOT_HELD_SECONDS = 30 * 60
LAG_LIMIT_SECONDS = 5.0


class Server:
    """A database that is killed with all its processes, and started again."""

    def __init__(self, places: Places) -> None:
        self._places = places
        first_start = postgres.initialise(places)
        assert first_start is not None
        Supervisor().run(first_start)
        postgres.adopt_cluster(places)
        self._start()
        postgres.create_database(places, role=EMBEDDED_ROLE, database=EMBEDDED_DATABASE)

    def kill_and_start(self) -> None:
        """It recovers what it had promised."""
        self.stop()
        self._start()

    def stop(self) -> None:
        """Without a chance to tidy up. Its processes lead groups of their own."""
        processes = postgres.left_running(self._places)
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._server.close()
        psutil.wait_procs(processes)

    def _start(self) -> None:
        self._server = Child(postgres.server(self._places, *KEEPS_ITS_WORD))
        wait_until(lambda: postgres.answers(self._places), "the database")


@pytest.fixture
def server(django_db_blocker: DjangoDbBlocker) -> Iterator[Server]:
    """A database of the test's own that Django talks to, with our tables."""
    with temporary_places() as places, pytest.MonkeyPatch.context() as patch:
        server = Server(places)
        patch.setitem(connection.settings_dict, "HOST", str(places.sockets))
        patch.setitem(connection.settings_dict, "NAME", EMBEDDED_DATABASE)
        with django_db_blocker.unblock():
            connections.close_all()
            call_command("migrate", verbosity=0)
            yield server
            connections.close_all()
        server.stop()


def write_for_ever(acknowledged: Path) -> None:
    """Enter one after the other, and write down the id of each that was acknowledged."""
    with ThreadPoolExecutor(WRITERS) as threads, acknowledged.open("a") as file:

        def write() -> None:
            while True:
                try:
                    [entry_id] = enter_some(1)
                except Error:
                    connections.close_all()
                else:
                    file.write(f"{entry_id}\n")
                    file.flush()

        for writing in [threads.submit(write) for _ in range(WRITERS)]:
            writing.result()


@pytest.fixture
def children() -> Iterator[list[int]]:
    """The numbers of forked processes; those that a failed test leaves behind are ended."""
    numbers: list[int] = []
    yield numbers
    for number in numbers:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(number, signal.SIGKILL)
            ended(number)


def test_sealer_and_database_killed_at_random_lose_and_double_nothing(
    server: Server, tmp_path: Path, children: list[int]
) -> None:
    acknowledged = tmp_path / "acknowledged"
    chance = random.Random(20261123)
    seal_once(now=timezone.now())
    writers = fork(partial(write_for_ever, acknowledged))
    children.append(writers)

    for _ in range(DATABASE_KILLS):
        for _ in range(SEALER_KILLS_BETWEEN):
            children.append(fork(SealingProcess().run))
            time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
            os.kill(children[-1], signal.SIGKILL)
            assert ended(children[-1]) == -signal.SIGKILL
        children.append(fork(SealingProcess().run))
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
        server.kill_and_start()
        # This one has lived through it.
        os.kill(children[-1], signal.SIGTERM)
        assert ended(children[-1]) == 0
    os.kill(writers, signal.SIGKILL)
    assert ended(writers) == -signal.SIGKILL
    seal_once(now=timezone.now())

    known = [UUID(line) for line in acknowledged.read_text().splitlines()]
    assert known
    assert not LedgerPending.objects.exists()
    check_everything(known)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("isolation", "seconds"),
    [("READ COMMITTED", WRITE_HELD_SECONDS), ("REPEATABLE READ", SNAPSHOT_HELD_SECONDS)],
)
def test_a_transaction_that_stays_open_delays_nobody_elses_seal(
    isolation: str, seconds: int
) -> None:
    seal_once(now=timezone.now())
    opened, over = threading.Event(), threading.Event()
    committed: dict[UUID, float] = {}
    sealed: dict[UUID, float] = {}

    def hold() -> None:
        with _held(isolation):
            opened.set()
            over.wait()

    def seal() -> None:
        sealer = Sealer()
        while not over.is_set():
            before = Leaf.objects.count()
            sealer.cycle(now=timezone.now())
            for entry_id in Leaf.objects.filter(index__gte=before).values_list(
                "entry_id", flat=True
            ):
                sealed[entry_id] = time.monotonic()
            over.wait(1)
        connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        running = [threads.submit(hold), threads.submit(seal)]
        opened.wait()
        start = time.monotonic()
        while (now := time.monotonic()) - start < seconds:
            for entry_id in enter_some(EVENTS_PER_SECOND // 10):
                committed[entry_id] = time.monotonic()
            time.sleep(max(0.0, 0.1 - (time.monotonic() - now)))
        over.set()
        for future in running:
            future.result()

    old = time.monotonic() - LAG_LIMIT_SECONDS
    assert {key for key, at in committed.items() if at < old} <= sealed.keys()
    lags = [sealed[key] - committed[key] for key in committed.keys() & sealed.keys()]
    assert statistics.quantiles(lags, n=100)[98] <= LAG_LIMIT_SECONDS


@contextmanager
def _held(isolation: str) -> Iterator[None]:
    """A transaction that has seen the table, and where it may has written an entry."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}")
            cursor.execute("SELECT count(*) FROM governance_ledgerpending")
        if isolation == "READ COMMITTED":
            enter_some(1)
        yield
    connections.close_all()
