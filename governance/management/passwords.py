"""Whoever acts at a shell in somebody's name knows their password."""

from __future__ import annotations

import getpass
import sys

from governance.models import User


def password_of(person: User) -> str:
    """From the keyboard, unseen; where there is none, the first line of the input."""
    if sys.stdin.isatty():
        return getpass.getpass(f"Password of {person.username}: ")
    return sys.stdin.readline().rstrip("\n")
