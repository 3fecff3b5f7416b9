"""`manage.py up` as a person starts it: its own process, its terminal output, its processes."""

import http.client
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from config.env import PROJECT_DIR, child_environment
from tests.config.waiting import wait_until


@dataclass(slots=True)
class Started:
    """A running `manage.py up` in the data directory `data`."""

    process: subprocess.Popen[bytes]
    data: Path
    port: int
    terminal: Path

    def output(self) -> str:
        """What it has written so far."""
        return self.terminal.read_text()

    def wait_until_ready(self) -> None:
        """Return once it says that it is ready, and the bulk worker, which comes last, is too."""
        wait_until(self._ready_or_ended, "the start")
        assert self.process.poll() is None, self.output()
        wait_until(lambda: not self.readiness()[1]["failing"], "the bulk worker")

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body of a page, asked for as a probe asks: by address, not by name."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": "10.0.0.1"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def readiness(self) -> tuple[int, Any]:
        """Return the status and the decoded body of /readyz."""
        status, body = self.get("/readyz")
        return status, json.loads(body)

    def family(self) -> list[psutil.Process]:
        """Return all processes it has started, and theirs."""
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def leader(self, words: str) -> psutil.Process:
        """Return the process it started itself whose command holds `words`."""
        children = psutil.Process(self.process.pid).children()
        (found,) = [child for child in children if words in " ".join(child.cmdline())]
        return found

    def wait(self) -> int:
        """Return the exit code once it has ended."""
        wait_until(lambda: self.process.poll() is not None, "the end")
        return self.process.returncode

    def interrupt(self) -> int:
        """Press Ctrl-C once; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.wait()

    def _ready_or_ended(self) -> bool:
        return "Ready: http://" in self.output() or self.process.poll() is not None


@contextmanager
def started(data: Path, *, port: int | None = None, **environment: str) -> Iterator[Started]:
    """Run `manage.py up` in `data`; at the end all it started is ended, however the test went."""
    port = port or free_port()
    terminal = data.parent / f"terminal-{port}"
    outside = {"DATABASE_URL": "", "REDIS_URL": "", **environment}
    surroundings = {
        name: value
        for name, value in child_environment(**outside, COUNTERSIGN_DATA_DIR=str(data)).items()
        if value
    }
    surroundings["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    with terminal.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(port)],
            cwd=PROJECT_DIR,
            env=surroundings,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    run = Started(process, data, port, terminal)
    try:
        yield run
    finally:
        family = run.family() if process.poll() is None else []
        process.terminate()
        process.wait()
        for member in psutil.wait_procs(family, timeout=10)[1]:
            member.kill()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number
