"""The two files with which people and programs sign in to the demo, readable by their owner alone.

Secrets are written before anything is made with them, so that an interrupted load loses none.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Container, Iterable
from pathlib import Path

from reviews.demo.people import PersonSpec

ACCOUNTS_FILE = "demo-accounts.txt"
KEY_FILE = "demo-api-key.txt"
_PASSWORD_BYTES = 12
_HEAD = "# Accounts of the demo: user name, password. Made at the first load.\n"


def passwords_for(
    people: Iterable[PersonSpec], *, existing: Container[str], data_dir: Path
) -> dict[str, str]:
    """User name to password, from the file; new ones are made and added to it.

    `existing`: user names that have an account. One of these whose password the file does not
    hold is left out: only its owner may know it.
    """
    path = data_dir / ACCOUNTS_FILE
    known = _read_accounts(path)
    wanted = [person.username for person in people]
    new = [name for name in wanted if name not in known and name not in existing]
    if new:
        known |= {username: secrets.token_urlsafe(_PASSWORD_BYTES) for username in new}
        lines = [f"{username} {password}\n" for username, password in known.items()]
        write_secret(path, "".join([_HEAD, *lines]))
    return {username: known[username] for username in wanted if username in known}


def read_api_key(data_dir: Path) -> str | None:
    """The kept API key; None if there is none."""
    path = data_dir / KEY_FILE
    return path.read_text(encoding="utf-8").strip() if path.exists() else None


def write_api_key(text: str, *, data_dir: Path) -> None:
    """Keep the key: it is shown once, and an interrupted load needs it again."""
    write_secret(data_dir / KEY_FILE, f"{text}\n")


def write_secret(path: Path, text: str) -> None:
    """Put `text` at `path`, whole or not at all, mode 0600."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(draft, path)


def _read_accounts(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = [line.split() for line in lines if line and not line.startswith("#")]
    return {pair[0]: pair[1] for pair in pairs}
