"""Files that are there whole or not at all, also after a kill or a power cut."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

DRAFT_SUFFIX = ".draft"


def write_file(path: Path, content: Iterable[bytes], *, mode: int) -> None:
    """Write a file, or put it in the place of the one that is there; afterwards it is durable.

    A draft beside it gets the content and then the name. Raises OSError; then the old content is
    there or the new one, and nothing between.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}{DRAFT_SUFFIX}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        try:
            for chunk in content:
                _write(descriptor, chunk)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise
    _sync_folder(path.parent)


def make_folder(path: Path, *, mode: int) -> None:
    """Make a folder and those above it that are missing; afterwards they are durable."""
    missing = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        with suppress(FileExistsError):
            os.mkdir(folder, mode)
        _sync_folder(folder.parent)


def _write(descriptor: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _sync_folder(folder: Path) -> None:
    """Else a power cut could take the new name away from a file whose content is safe."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
