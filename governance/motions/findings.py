"""What is known about a policy's text before people vote on it, such as what a simulation found.

An app whose work that is registers a reader in its `motions`, which are imported at start-up; the
motion's page and the API show what the readers say, and that nothing was found where they say
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from governance.models import Policy


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is known. `lines`: sentences without personal data. `link`: label and path on
    this site of where the whole of it stands, or None."""

    title: str
    lines: tuple[str, ...]
    link: tuple[str, str] | None = None


Reader = Callable[[Policy, str], Sequence[Finding]]
"""What is known of exactly this text for this policy; newest first, and never much."""

_readers: list[Reader] = []


def knows_of_texts(reader: Reader) -> Reader:
    """Registers one more reader."""
    _readers.append(reader)
    return reader


def known_of_text(policy: Policy, text: str) -> tuple[Finding, ...]:
    """What every reader says, in the order in which they were registered."""
    return tuple(finding for reader in _readers for finding in reader(policy, text))
