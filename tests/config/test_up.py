"""`manage.py up` from the first start to the last: what it starts, what it says, what it leaves."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection

from config.processes.leftovers import sole_owner
from config.processes.places import Places
from tests.config.started import Started, started
from tests.config.waiting import wait_until_gone
from tests.embedded import temporary_places

PARTS = ("database", "migrations", "broker", "worker", "bulk worker", "beat", "sealer")
ALL_READY = {"ready": True, "failing": [], "parts": dict.fromkeys(PARTS, "ready")}


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data directory that outlives the starts, as a person's does."""
    with temporary_places() as places:
        yield places.data_dir / "data"


@pytest.fixture
def product(data: Path) -> Iterator[Started]:
    with started(data) as run:
        run.wait_until_ready()
        yield run


def test_every_part_is_ready_and_one_ctrl_c_leaves_no_process(product: Started) -> None:
    assert product.get("/livez") == (200, b"alive\n")
    assert product.readiness() == (200, ALL_READY)
    family = product.family()

    assert product.interrupt() == 0

    for member in family:
        wait_until_gone(member.pid)
    assert "Everything has stopped." in product.output()


def test_the_next_start_takes_over_from_one_that_was_killed(data: Path, product: Started) -> None:
    product.process.kill()
    product.process.wait()

    with started(data) as next_one:
        next_one.wait_until_ready()
        assert next_one.readiness() == (200, ALL_READY)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("bin/postgres", "postgres"),
        ("redis-server", "redis"),
        ("granian", "web"),
        ("seal", "sealer"),
    ],
)
def test_a_killed_service_stops_everything_with_a_sentence(
    product: Started, words: str, name: str
) -> None:
    family = product.family()
    os.kill(product.leader(words).pid, signal.SIGKILL)

    assert product.wait() == 128 + signal.SIGKILL

    assert f"{name} was ended by SIGKILL, so everything stops." in product.output()
    for member in family:
        wait_until_gone(member.pid)


def test_a_taken_port_is_a_sentence_and_nothing_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with started(tmp_path / "data", port=port) as run:
            assert run.wait() == 1

    assert f"Port {port} cannot be used (Address already in use)." in run.output()
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_directory_has_one_owner(tmp_path: Path) -> None:
    with sole_owner(Places(tmp_path)), started(tmp_path) as second:
        assert second.wait() == 1

    assert f"already runs in {tmp_path} (process {os.getpid()})." in second.output()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_embedded_where_others_are_named(tmp_path: Path, redis_url: str) -> None:
    database = connection.settings_dict
    place = urlencode({"host": database["HOST"], "user": database["USER"]})
    address = f"postgresql:///{database['NAME']}?{place}"

    with started(tmp_path / "data", DATABASE_URL=address, REDIS_URL=redis_url) as run:
        run.wait_until_ready()
        assert run.readiness() == (200, ALL_READY)
        commands = [" ".join(member.cmdline()) for member in run.family()]

    assert not any("postgres -D" in command or "redis-server" in command for command in commands)
    made = {path.name for path in (tmp_path / "data").iterdir()}
    assert made == {"owner", "keys", "ledger"}
