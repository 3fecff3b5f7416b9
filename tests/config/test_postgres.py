"""The embedded PostgreSQL comes up again whatever the last end was."""

import os
import signal
from collections.abc import Iterator

import psycopg
import pytest

from config.processes import postgres
from config.processes.errors import ServiceError
from config.processes.leftovers import end_leftovers
from config.processes.places import Places
from config.processes.supervisor import Supervisor
from config.settings.services import EMBEDDED_DATABASE, EMBEDDED_ROLE
from tests.config.waiting import wait_until_gone
from tests.embedded import temporary_places


@pytest.fixture(scope="module")
def places() -> Iterator[Places]:
    """A data directory with a cluster in it, which the tests start and end."""
    with temporary_places() as places:
        first_start = postgres.initialise(places)
        assert first_start is not None
        Supervisor().run(first_start)
        postgres.adopt_cluster(places)
        yield places


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    yield supervisor
    supervisor.stop_all()


def test_our_role_owns_a_database_in_utf8_and_utc_and_is_no_superuser(
    places: Places, supervisor: Supervisor
) -> None:
    _start(places, supervisor)
    for _ in range(2):
        postgres.create_database(places, role=EMBEDDED_ROLE, database=EMBEDDED_DATABASE)

    with _connect(places) as connection:
        settings = connection.execute(
            "SELECT current_setting('server_encoding'), current_setting('TimeZone'),"
            " current_setting('data_checksums'), current_setting('listen_addresses'),"
            " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
        ).fetchone()
    assert settings == ("UTF8", "UTC", "on", "", False)


def test_no_transaction_can_be_left_prepared(places: Places, supervisor: Supervisor) -> None:
    (places.postgres / "postgresql.auto.conf").write_text("max_prepared_transactions = 5\n")

    _start(places, supervisor)

    with _connect(places) as connection:
        assert connection.execute("SHOW max_prepared_transactions").fetchone() == ("0",)


def test_a_cluster_is_made_once(places: Places) -> None:
    assert postgres.initialise(places) is None


def test_it_recovers_from_a_kill(places: Places, supervisor: Supervisor) -> None:
    _start(places, supervisor)
    os.kill(_number(places), signal.SIGKILL)
    with pytest.raises(ServiceError, match="postgres was ended by SIGKILL"):
        supervisor.watch()
    end_leftovers(places)

    _start(places, supervisor)


def test_a_number_that_another_program_has_now_does_not_block_it(
    places: Places, supervisor: Supervisor
) -> None:
    stale = f"{os.getpid()}\n{places.postgres}\n1\n5432\n{places.sockets}\n\n0 0\nready\n"
    (places.postgres / "postmaster.pid").write_text(stale)

    _start(places, supervisor)


@pytest.mark.parametrize("half", ["", "12", "x\n"])
def test_a_half_written_number_does_not_block_it(
    places: Places, supervisor: Supervisor, half: str
) -> None:
    (places.postgres / "postmaster.pid").write_text(half)

    _start(places, supervisor)


def test_one_that_was_left_running_is_taken_over(places: Places, supervisor: Supervisor) -> None:
    earlier = Supervisor()
    _start(places, earlier)
    number = _number(places)

    assert end_leftovers(places) == ["PostgreSQL"]

    wait_until_gone(number)
    _start(places, supervisor)
    with pytest.raises(ServiceError, match="postgres ended"):
        earlier.watch()


def _start(places: Places, supervisor: Supervisor) -> None:
    supervisor.start(postgres.server(places), ready=lambda: postgres.answers(places))


def _number(places: Places) -> int:
    return int((places.postgres / "postmaster.pid").read_text().split()[0])


def _connect(places: Places) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(places.sockets), user=EMBEDDED_ROLE, dbname=EMBEDDED_DATABASE)
