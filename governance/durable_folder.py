"""A storage of Django's in a folder, whose files are whole and durable."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage

from governance.durable_file import DRAFT_SUFFIX, make_folder, write_file

# Others of the same group may read, as a web server under its own account must.
_FILE_MODE = 0o640
_FOLDER_MODE = 0o750


class DurableFolder(FileSystemStorage):
    """Saving replaces a file of that name, whole or not at all; when it returns, it is durable."""

    def __init__(self, *, location: str | Path) -> None:
        super().__init__(location=location, allow_overwrite=True)

    def _save(self, name: str, content: File[Any]) -> str:
        path = Path(self.path(name))
        make_folder(path.parent, mode=_FOLDER_MODE)
        write_file(path, _chunks(content), mode=_FILE_MODE)
        return name

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Folders and files below `path`, without what a killed writer left behind."""
        folders, files = super().listdir(path)
        return folders, [name for name in files if not name.endswith(DRAFT_SUFFIX)]


def _chunks(content: File[Any]) -> Iterable[bytes]:
    for chunk in content.chunks():
        yield chunk.encode() if isinstance(chunk, str) else chunk
