"""The whole product on one machine: what runs, in which order, and when it is ready."""

import http.client
import json
import signal
import socket
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from config import keys
from config.env import PROJECT_DIR, child_environment
from config.heartbeat import WORKERS
from config.processes import postgres, redis_server
from config.processes.child import Program
from config.processes.errors import ServiceError, TookTooLong
from config.processes.leftovers import MARK, end_leftovers, sole_owner
from config.processes.supervisor import StopRequested, Supervisor
from config.routes import BULK, URGENT
from config.settings.services import EMBEDDED_DATABASE, EMBEDDED_ROLE
from governance.models import Heartbeat

HOST = "127.0.0.1"
WEB_PROCESSES = 2
WEB_THREADS = 4
# Tasks at once. One of those that take minutes is enough for one machine.
URGENT_AT_ONCE = 2
BULK_AT_ONCE = 1
NOT_ABOUT_ROOT = "ignore:You're running the worker with superuser privileges"
PROBE_TIMEOUT_SECONDS = 3.0
# After a crash PostgreSQL first replays what it had promised, which can take its time.
RECOVERY_SECONDS = 120.0
READY_SECONDS = 120.0
# Then a task still running is told to give its message back; what does not even do that is killed,
# its message is handed out again in time, and its work is in rows.
TASK_MAY_END_SECONDS = 15.0
GIVE_BACK_SECONDS = 15.0
# For servers that others start.
OTHERS_SECONDS = 20.0


@dataclass(slots=True)
class Machine:
    """One start of the product in the data directory of the settings, on `port` of this host."""

    port: int
    demo: bool
    supervisor: Supervisor

    @property
    def address(self) -> str:
        """Where the product answers once it is ready."""
        return f"http://{HOST}:{self.port}"

    def run(self) -> None:
        """Start everything, stay until the end is asked for, and stop everything.

        Raises ServiceError, after the stop, when a part could not start or has died.
        """
        with self.supervisor.signals_heard(), sole_owner(settings.COUNTERSIGN_PLACES):
            try:
                self._start()
                self.supervisor.watch()
            except StopRequested:
                self.supervisor.say("Stopping; a second Ctrl-C ends everything at once.")
            finally:
                self.supervisor.stop_all()
                self.supervisor.say("Everything has stopped.")

    def _start(self) -> None:
        ended = end_leftovers(settings.COUNTERSIGN_PLACES)
        if ended:
            self.supervisor.say(f"Ended what an earlier start left running: {', '.join(ended)}.")
        self._refuse_a_taken_port()
        places = settings.COUNTERSIGN_PLACES
        keys.make_keys(places.keys, places.checkpoint_keys)
        self._start_database()
        self._prepare_database()
        self._start_broker()
        # The sealer first, so that in the opposite order it ends last of those that write.
        urgent = self._worker("worker", URGENT, URGENT_AT_ONCE)
        for program in (self._sealer(), self._web(), urgent, self._beat()):
            self.supervisor.start(program)
        self._wait_until_ready()
        self.supervisor.say(f"Ready: {self.address} (stop with Ctrl-C)")
        # Only now: nobody waits for it in the first seconds, and all others for the processors.
        self.supervisor.start(self._worker("bulk", BULK, BULK_AT_ONCE))
        if self.demo:
            self.supervisor.run(self._manage("demo", "load_demo", "--url", self.address))
            self.supervisor.say(f"The demo is loaded: {self.address}")
        else:
            self.supervisor.say("Sign in after `python3 run.py manage create_administrator`.")

    def _refuse_a_taken_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.port))
            except OSError as error:
                raise ServiceError(
                    f"Port {self.port} cannot be used ({error.strerror}). "
                    "Choose another one with --port."
                ) from None

    def _start_database(self) -> None:
        if not settings.COUNTERSIGN_DATABASE_IS_EMBEDDED:
            self.supervisor.say("PostgreSQL: the one of DATABASE_URL")
            self.supervisor.wait_until(
                _database_answers,
                within=OTHERS_SECONDS,
                else_say="The PostgreSQL of DATABASE_URL did not answer",
            )
            return
        places = settings.COUNTERSIGN_PLACES
        first_start = postgres.initialise(places)
        if first_start is not None:
            self.supervisor.say(f"PostgreSQL: makes a new cluster in {places.postgres}")
            self.supervisor.run(first_start)
            postgres.adopt_cluster(places)
        self.supervisor.say(f"PostgreSQL: embedded, in {places.postgres}")
        self.supervisor.start(
            postgres.server(places),
            ready=lambda: postgres.answers(places),
            within=RECOVERY_SECONDS,
        )
        postgres.create_database(places, role=EMBEDDED_ROLE, database=EMBEDDED_DATABASE)

    def _prepare_database(self) -> None:
        if not _is_migrated():
            self.supervisor.say("The database gets its tables.")
            self.supervisor.run(
                self._manage("migrate", "migrate", "--no-input", "--verbosity", "0")
            )
        if settings.STATIC_ROOT is not None:
            self.supervisor.run(
                self._manage("static", "collectstatic", "--no-input", "--verbosity", "0")
            )
        with psycopg.connect(settings.CELERY_PGMQ_CONNINFO) as connection:
            # What an earlier start left says nothing about this one.
            table = sql.Identifier(Heartbeat._meta.db_table)
            connection.execute(sql.SQL("DELETE FROM {}").format(table))

    def _start_broker(self) -> None:
        chosen, places = settings.COUNTERSIGN_BROKER, settings.COUNTERSIGN_PLACES
        self.supervisor.say(f"Broker: {chosen.name}")
        url = chosen.cache_url
        if url is None:
            return
        if chosen.server is not None:
            places.redis.mkdir(mode=0o700, exist_ok=True)
            places.sockets.mkdir(mode=0o700, exist_ok=True)
            redis = self._program("redis", *redis_server.server_arguments(chosen.server, places))
            self.supervisor.start(replace(redis, quiet=True))
        self.supervisor.wait_until(
            lambda: redis_server.answers(url),
            within=OTHERS_SECONDS,
            else_say=f"{chosen.name} did not answer",
        )

    def _sealer(self) -> Program:
        return self._manage("sealer", "ledger", "seal")

    def _web(self) -> Program:
        return self._python(
            "web",
            *("-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(self.port)),
            *("--workers", str(WEB_PROCESSES), "--blocking-threads", str(WEB_THREADS)),
            *("--log-level", "warning", "--no-ws", "--respawn-failed-workers"),
            *("--workers-kill-timeout", "5"),
            "config.wsgi:application",
        )

    def _worker(self, name: str, queue: str, at_once: int) -> Program:
        quick_start = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        takes = ("-Q", queue, "-n", f"{queue}@%h", "--concurrency", str(at_once))
        worker = self._celery(name, "worker", *takes, *quick_start)
        if queue != URGENT:
            worker = _without_checks(worker)
        return replace(
            worker,
            stop_within=TASK_MAY_END_SECONDS,
            insist_signal=signal.SIGQUIT,
            insist_within=GIVE_BACK_SECONDS,
        )

    def _beat(self) -> Program:
        return _without_checks(self._celery("beat", "beat"))

    def _wait_until_ready(self) -> None:
        failing: list[str] = []

        def ready() -> bool:
            failing[:] = _failing_parts(self.port)
            return not failing

        try:
            self.supervisor.wait_until(ready, within=READY_SECONDS, else_say="It was not ready")
        except TookTooLong as error:
            raise ServiceError(f"{error} {'; '.join(failing)}.") from None

    def _celery(self, name: str, *arguments: str) -> Program:
        command = ("-m", "celery", "--quiet", "-A", "config.celery", *arguments)
        program = self._python(name, *command, "--loglevel", "WARNING")
        # On a machine of one's own root is what a container has; in production it is told.
        quieter = {**program.environment, "PYTHONWARNINGS": NOT_ABOUT_ROOT}
        return replace(program, environment=quieter)

    def _manage(self, name: str, *arguments: str) -> Program:
        return self._python(name, "manage.py", *arguments)

    def _python(self, name: str, *arguments: str) -> Program:
        return self._program(name, sys.executable, *arguments)

    def _program(self, name: str, *command: str) -> Program:
        told = {MARK: str(settings.COUNTERSIGN_DATA_DIR)}
        if not settings.COUNTERSIGN_PUBLIC_URL_IS_GIVEN:
            told["COUNTERSIGN_PUBLIC_URL"] = self.address
        return Program(name, command, child_environment(**told), Path(PROJECT_DIR))


def _without_checks(program: Program) -> Program:
    """The urgent worker runs Django's checks already, on the same code and settings."""
    return replace(program, environment={**program.environment, "CELERY_SKIP_CHECKS": "1"})


def _failing_parts(port: int) -> list[str]:
    """Return what /readyz says does not work yet; empty when all is ready. The bulk worker is
    started after that."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PROBE_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return ["web: does not answer"]
    finally:
        connection.close()
    awaited = [part for part in answer["failing"] if part != WORKERS[BULK]]
    return [f"{part}: {answer['parts'][part]}" for part in awaited]


def _is_migrated() -> bool:
    """Tell, without the second or two of a process of its own, that nothing is left to migrate.

    Where PostgreSQL is the broker, `migrate` also looks after that, so it always runs.
    """
    if settings.COUNTERSIGN_BROKER.cache_url is None:
        return False
    known = MigrationLoader(None).disk_migrations.keys()
    with psycopg.connect(settings.CELERY_PGMQ_CONNINFO) as connection:
        there = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
        if there == (None,):
            return False
        applied = connection.execute("SELECT app, name FROM django_migrations").fetchall()
    return known <= set(applied)


def _database_answers() -> bool:
    try:
        psycopg.connect(settings.CELERY_PGMQ_CONNINFO, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
