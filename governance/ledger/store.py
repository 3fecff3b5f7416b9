"""The ledger outside the database: a folder or a bucket, laid out as C2SP tlog-tiles says.

Below a folder of the log's own: `checkpoint`, `tile/0/x001/234`, `tile/entries/000.p/17`, and
`archive/...`. What is written there is what a restored or rewritten database is compared with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

CHECKPOINT = "checkpoint"


class StoreUnreachable(Exception):
    """The store did not do what was asked, for now: it does not answer, is full, or refuses."""


class LedgerStore:
    """The files of one log. Every method raises StoreUnreachable."""

    def __init__(self, storage: Storage, origin: str) -> None:
        self._storage = storage
        # One folder for each origin, and none inside another: an origin may hold slashes. Not with
        # percent signs: stores disagree on how to list them.
        self._folder = quote(origin, safe="").replace("%", "=")

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none."""
        with _reaching(path):
            try:
                with self._storage.open(self._name(path)) as file:
                    content: bytes = file.read()
                    return content
            except FileNotFoundError:
                return None

    def write(self, path: str, content: bytes) -> None:
        """Write a file whole or not at all, in the place of one that is there; then it is durable.

        After StoreUnreachable the old content is there or the new one.
        """
        with _reaching(path):
            self._storage.save(self._name(path), ContentFile(content))

    def paths(self, folder: str = "") -> Iterator[str]:
        """The path of every file below a folder, in no order; none where there is no folder."""
        with _reaching(folder):
            try:
                folders, files = self._storage.listdir(self._name(folder))
            except FileNotFoundError:
                return
        for name in files:
            yield _joined(folder, name)
        for name in folders:
            yield from self.paths(_joined(folder, name))

    def delete(self, path: str) -> None:
        """Delete a file; one that is not there is no fault."""
        with _reaching(path):
            self._storage.delete(self._name(path))

    def _name(self, path: str) -> str:
        return _joined(self._folder, path)


def ledger_store(origin: str) -> LedgerStore:
    """The store of the log `origin`, where the settings say."""
    return LedgerStore(storages["ledger"], origin)


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder and name else folder or name


@contextmanager
def _reaching(path: str) -> Iterator[None]:
    try:
        yield
    except (OSError, BotoCoreError, ClientError) as fault:
        raise StoreUnreachable(f"{path or 'the store'}: {fault}") from fault
