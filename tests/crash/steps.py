"""Every step that a sealer takes towards the outside: statements to the database, calls to the
file system. The N-th one can be made to fail, to fail after it was done, or to be the last.

A statement is whatever psycopg waits for, beginnings and commits too; it is named by its first
words. A lost connection is closed under the driver's hands, so that the server gives up what was
not committed.
"""

from __future__ import annotations

import errno
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import psycopg
import pytest

from governance import durable_file


class Fate(StrEnum):
    """What becomes of the chosen step."""

    FAILED = "failed"
    FAILED_BUT_DONE = "failed but done"
    KILLED = "killed"
    STOPPED = "stopped"


class Steps:
    """Counts the steps, and lets its fate befall the `at`-th. `taken`: what each of them was."""

    def __init__(self, fate: Fate, at: int, *, only: str = "") -> None:
        self.taken: list[str] = []
        self._fate = fate
        self._at = at
        self._only = only
        self._counting = threading.Lock()

    @property
    def befell(self) -> bool:
        """Whether there were as many steps."""
        return len(self.taken) >= self._at

    def take(self, name: str, step: Callable[[], Any], fail: Callable[[], None]) -> Any:
        """Take a step, unless it is the one; `fail` raises as the outside world would."""
        with self._counting:
            counts = name.startswith(self._only)
            if counts:
                self.taken.append(name)
            chosen = counts and len(self.taken) == self._at
        if not chosen:
            return step()
        if self._fate is Fate.KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        if self._fate is Fate.STOPPED:
            os.kill(os.getpid(), signal.SIGSTOP)
            return step()
        if self._fate is Fate.FAILED_BUT_DONE:
            step()
        fail()
        return None


@contextmanager
def watched(steps: Steps) -> Iterator[None]:
    """Let these steps be counted."""
    wait, execute = psycopg.Connection.wait, psycopg.Cursor.execute
    words = ""

    def watched_execute(cursor: Any, query: Any, *rest: Any, **options: Any) -> Any:
        nonlocal words
        words = " ".join(str(query).split()[:4])
        try:
            return execute(cursor, query, *rest, **options)
        finally:
            words = ""

    def watched_wait(connection: Any, generator: Any, *rest: Any, **options: Any) -> Any:
        def lose_connection() -> None:
            connection.pgconn.finish()
            raise psycopg.OperationalError("the connection is lost")

        def statement() -> Any:
            return wait(connection, generator, *rest, **options)

        return steps.take(f"database {words}", statement, lose_connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", watched_execute)
        patch.setattr(psycopg.Connection, "wait", watched_wait)
        patch.setattr(durable_file, "os", _WatchedSystem(steps))
        yield


class _WatchedSystem:
    """The operating system as far as it changes files."""

    _CALLS = frozenset({"open", "write", "fsync", "close", "replace", "mkdir"})

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in self._CALLS:
            return real

        def watched_call(*arguments: Any, **options: Any) -> Any:
            def fail() -> None:
                raise OSError(errno.EIO, "Input/output error")

            return self._steps.take(f"file {name}", lambda: real(*arguments, **options), fail)

        return watched_call
