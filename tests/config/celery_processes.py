"""Real Celery processes beside a test: workers and beats over the test's database and a Redis."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from celery import Celery
from django.db import connection
from django.utils import timezone
from redis import Redis

from config.celery import app
from config.env import PROJECT_DIR, child_environment
from config.heartbeat import WORKERS
from governance.models import Heartbeat
from tests.config.waiting import wait_until


@dataclass(slots=True)
class CeleryProcess:
    """A worker or a beat, and what it has written."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self, words: str) -> int:
        """How often."""
        return self.log.read_text().count(words)

    def wait_for(self, words: str, times: int = 1) -> None:
        wait_until(lambda: self.has_ended() or self.said(words) >= times, words)
        assert self.said(words) >= times, self.log.read_text()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def wait_for_end(self) -> int:
        wait_until(self.has_ended, f"the end of process {self.process.pid}")
        return int(self.process.returncode)

    def has_ended(self) -> bool:
        return self.process.poll() is not None


@dataclass(slots=True)
class Celeries:
    """Starts Celery processes over one broker; `folder` is theirs to write to."""

    folder: Path
    redis_url: str
    started: list[CeleryProcess]

    def worker(self, name: str, queue: str, *more: str) -> CeleryProcess:
        """A worker of one queue that is ready, with the tasks that wait beside the product's."""
        command = ("worker", "-Q", queue, "-n", f"{name}@test", "--concurrency", "1")
        begins = timezone.now()
        started = self._start(
            "config.celery", name, *command, "--include", "tests.config.tasks_that_wait", *more
        )
        signs = Heartbeat.objects.filter(process=WORKERS[queue], at__gte=begins)
        wait_until(lambda: started.has_ended() or signs.exists(), f"the worker {name}")
        assert not started.has_ended(), started.log.read_text()
        return started

    def beat(self, name: str) -> CeleryProcess:
        """A beat that is in a hurry."""
        return self._start("tests.config.hasty", name, "beat")

    def send(self, task: str, *arguments: Any) -> None:
        """Send a task as the product does, by its routes."""
        url = self.redis_url.replace("unix://", "redis+socket://", 1)
        with Celery("outside", broker=url, set_as_current=False) as outside:
            for setting in ("task_queues", "task_routes", "task_default_queue"):
                outside.conf[setting] = app.conf[setting]
            outside.send_task(task, arguments, ignore_result=True)

    def waiting(self, queue: str) -> int:
        """Messages in a queue that no worker has."""
        with Redis.from_url(self.redis_url) as redis:
            return int(redis.llen(queue))  # type: ignore[arg-type]  # not the async client

    def unacknowledged(self) -> int:
        """Messages that a worker has and has not done with."""
        with Redis.from_url(self.redis_url) as redis:
            return int(redis.hlen("unacked"))  # type: ignore[arg-type]

    def _start(self, module: str, name: str, *command: str) -> CeleryProcess:
        log = self.folder / f"{name}.log"
        database = connection.settings_dict
        place = urlencode({"host": database["HOST"], "user": database["USER"]})
        environment = child_environment(
            DJANGO_SETTINGS_MODULE="config.settings.dev",
            COUNTERSIGN_DATA_DIR=str(self.folder / "data"),
            DATABASE_URL=f"postgresql:///{database['NAME']}?{place}",
            REDIS_URL=self.redis_url,
            CELERY_SKIP_CHECKS="1",
        )
        first, *rest = command
        own, _, overrides = " ".join(rest).partition(" -- ")
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", module, first, *own.split(),
                 "--loglevel", "INFO", *(["--", *overrides.split()] if overrides else [])],
                cwd=PROJECT_DIR, env=environment, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        started = CeleryProcess(process, log)
        self.started.append(started)
        return started


@contextmanager
def celeries(folder: Path, redis_url: str) -> Iterator[Celeries]:
    """Celery processes that end with the test, however it ends, over an empty broker."""
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
    run = Celeries(folder, redis_url, [])
    try:
        yield run
    finally:
        for one in run.started:
            if one.process.poll() is None:
                os.killpg(one.process.pid, signal.SIGKILL)
            one.process.wait()
