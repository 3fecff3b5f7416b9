"""What an earlier start left running is ended, and nothing else is."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from config.env import child_environment
from config.processes.leftovers import MARK, end_leftovers
from config.processes.places import Places
from tests.config.waiting import wait_until, wait_until_gone
from tests.embedded import running_redis


@contextmanager
def _left_running(data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that bears the mark of a start in `data_dir`."""
    environment = child_environment(**{MARK: str(data_dir)})
    process = subprocess.Popen(["/bin/sleep", "60"], env=environment)
    try:
        # Popen returns a moment before the kernel shows the new program's environment.
        wait_until(lambda: MARK in psutil.Process(process.pid).environ(), "its environment")
        yield process
    finally:
        process.kill()
        process.wait()


def test_processes_of_the_same_directory_are_ended(tmp_path: Path) -> None:
    with _left_running(tmp_path) as web:
        assert end_leftovers(Places(tmp_path)) == ["sealer, web, worker or beat"]

        wait_until_gone(web.pid)


def test_processes_of_another_directory_go_on(tmp_path: Path) -> None:
    with _left_running(tmp_path / "other") as web:
        assert end_leftovers(Places(tmp_path)) == []

        assert web.poll() is None


def test_a_redis_of_the_same_directory_is_ended() -> None:
    server = settings.COUNTERSIGN_BROKER.server
    if server is None:
        pytest.skip("no embedded Redis on this machine")

    with running_redis(server) as url:
        places = Places(Path(url.removeprefix("unix://")).parent.parent)

        assert end_leftovers(places) == ["Redis"]
