"""The database moves to another cluster: nothing is lost, the order stays, sealing goes on."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from config.processes.postgres import SUPERUSER, account, programs
from config.settings.services import EMBEDDED_DATABASE, EMBEDDED_ROLE
from governance.ledger.tree_rows import current_log
from governance.models import LedgerEntry, LedgerPending
from governance.services.comparing import compare_with_store
from governance.services.sealing import seal_once
from governance.services.verifying.whole import verify_ledger
from tests.embedded import running_postgres
from tests.factories import NOON, build_world
from tests.governance.ledger.entered import enter, enter_many
from tests.governance.ledger.sealing_world import check_everything, sealed_ids

OLDER = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(autouse=True)
def _embedded(transactional_db):
    if not settings.COUNTERSIGN_DATABASE_IS_EMBEDDED:
        pytest.skip("the programs that dump and restore are those of the embedded server")


@contextmanager
def product_on(sockets: Path | str, database: str) -> Iterator[None]:
    """Let the product's connections be to that cluster for a while."""
    chosen = connections["default"].settings_dict
    before = {key: chosen[key] for key in ("HOST", "NAME", "USER")}
    connections.close_all()
    chosen.update(HOST=str(sockets), NAME=database, USER=EMBEDDED_ROLE)
    try:
        yield
    finally:
        connections.close_all()
        chosen.update(before)


def work():
    """A product's work that is sealed, and more that waits; the ids in their order."""
    world = build_world()
    case = world.open_case()
    seal_once(now=NOON)
    world.rule(case)
    first = enter(NOON)
    enter_many(20, NOON)
    enter(NOON, after=first)
    waiting = list(LedgerPending.objects.order_by("seq").values_list("entry_id", flat=True))
    return sealed_ids(), waiting


def check_arrived(sealed, waiting):
    """The start-up check is green, what waited is sealed in its order, and everything verifies."""
    root = bytes(current_log().root)
    assert compare_with_store()
    assert bytes(current_log().root) == root
    seal_once(now=NOON)
    assert sealed_ids() == [*sealed, *waiting]
    assert LedgerEntry.objects.count() == len(sealed) + len(waiting)
    check_everything(sealed)
    assert verify_ledger().faults == []
    enter(NOON)
    seal_once(now=NOON)
    check_everything(waiting)


def test_a_dump_that_is_restored_into_a_new_cluster_goes_on_where_it_was(tmp_path):
    here = connections["default"].settings_dict
    sealed, waiting = work()
    connections.close_all()
    dump = tmp_path / "countersign.dump"
    run("pg_dump", "-Fc", "-h", here["HOST"], "-U", here["USER"], "-f", dump, here["NAME"])

    with running_postgres() as elsewhere:
        into = ["-h", elsewhere.sockets, "-U", EMBEDDED_ROLE, "-d", EMBEDDED_DATABASE]
        run("pg_restore", "--exit-on-error", "--single-transaction", *into, dump)
        with product_on(elsewhere.sockets, EMBEDDED_DATABASE):
            check_arrived(sealed, waiting)


@pytest.mark.long
@pytest.mark.skipif(not OLDER.exists(), reason="there are no programs of PostgreSQL 15 here")
def test_a_cluster_of_postgresql_15_that_is_upgraded_goes_on_where_it_was():
    with upgradable() as folder:
        old, new = folder / "old", folder / "new"
        make_cluster(OLDER, old)
        with serving(OLDER, old) as sockets:
            run_as(OLDER / "createuser", "-h", sockets, "-U", SUPERUSER, "-d", EMBEDDED_ROLE)
            owned = ["-O", EMBEDDED_ROLE, EMBEDDED_DATABASE]
            run_as(OLDER / "createdb", "-h", sockets, "-U", SUPERUSER, *owned)
            with product_on(sockets, EMBEDDED_DATABASE):
                call_command("migrate", verbosity=0)
                sealed, waiting = work()

        make_cluster(programs(), new)
        run_as(
            *(programs() / "pg_upgrade", "-U", SUPERUSER, "-s", folder),
            *("-b", OLDER, "-B", programs(), "-d", old, "-D", new),
            cwd=folder,
        )

        with serving(programs(), new) as sockets, product_on(sockets, EMBEDDED_DATABASE):
            check_arrived(sealed, waiting)


@contextmanager
def upgradable() -> Iterator[Path]:
    """A folder of the account that PostgreSQL runs under, with a short path: for its sockets."""
    folder = Path(tempfile.mkdtemp(prefix="upgrade-"))
    if account() is not None:
        shutil.chown(folder, account(), account())
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_cluster(bin_: Path, folder: Path) -> None:
    run_as(
        *(bin_ / "initdb", "-D", folder, "-U", SUPERUSER, "--auth=trust", "--data-checksums"),
        *("--locale=C", "--encoding=UTF8"),
    )


@contextmanager
def serving(bin_: Path, folder: Path) -> Iterator[Path]:
    """Run a cluster's server; gives the folder of its socket."""
    sockets = folder.parent
    options = f"-c listen_addresses= -c unix_socket_directories={sockets} -c fsync=off"
    run_as(bin_ / "pg_ctl", "-D", folder, "-o", options, "-l", sockets / "log", "-w", "start")
    try:
        yield sockets
    finally:
        run_as(bin_ / "pg_ctl", "-D", folder, "-m", "fast", "-w", "stop")


def run(program: str, *arguments: object) -> None:
    """One of PostgreSQL's own programs, as ourselves."""
    command = [str(programs() / program), *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def run_as(*command: object, cwd: Path = Path("/tmp")) -> None:
    """A program under the account that PostgreSQL runs under."""
    done = subprocess.run(
        [str(part) for part in command],
        user=account(),
        env={**os.environ, "HOME": str(cwd)},
        cwd=cwd,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
