"""Writing to the ledger's store from inside a transaction that holds the turn to publish."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Self, TypeVar

from governance.ledger.store import LedgerStore

T = TypeVar("T")
_WRITERS = 8
_IN_FLIGHT = 32
_SIGN_OF_LIFE_SECONDS = 1.0


class AttendedStore:
    """A store whose files are read and written by threads, while this one shows signs of life.

    A store may take its time; a process that stands still may not, for it holds the turn. So each
    second of waiting `show_life` is called, and it raises when the turn is lost. Raises
    StoreUnreachable like the store.
    """

    def __init__(self, store: LedgerStore, show_life: Callable[[], None]) -> None:
        self._store = store
        self._show_life = show_life
        self._shown_at = time.monotonic()
        self._threads = ThreadPoolExecutor(_WRITERS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._threads.shutdown(cancel_futures=True)

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none."""
        return self._attended(self._threads.submit(self._store.read, path))

    def write(self, path: str, content: bytes) -> None:
        """Write one file, after a look whether the turn is still ours."""
        self._show_life()
        self._attended(self._threads.submit(self._store.write, path, content))

    def write_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write many files, several at a time; all are durable when this returns."""
        waiting: set[Future[None]] = set()
        for path, content in files:
            waiting.add(self._threads.submit(self._store.write, path, content))
            if len(waiting) >= _IN_FLIGHT:
                waiting = self._some_done(waiting)
        while waiting:
            waiting = self._some_done(waiting)

    def delete_below(self, folders: Iterable[str]) -> None:
        """Delete all files in these folders."""
        for folder in folders:
            for path in self._attended(self._threads.submit(self._listed, folder)):
                self._attended(self._threads.submit(self._store.delete, path))

    def _listed(self, folder: str) -> list[str]:
        return list(self._store.paths(folder))

    def _attended(self, work: Future[T]) -> T:
        while self._some_done({work}):
            pass
        return work.result()

    def _some_done(self, waiting: set[Future[T]]) -> set[Future[T]]:
        """Those that are not done yet, after a second or once one more is."""
        done, rest = wait(waiting, timeout=_SIGN_OF_LIFE_SECONDS, return_when=FIRST_COMPLETED)
        for work in done:
            work.result()
        if time.monotonic() - self._shown_at >= _SIGN_OF_LIFE_SECONDS:
            self._show_life()
            self._shown_at = time.monotonic()
        return rest
