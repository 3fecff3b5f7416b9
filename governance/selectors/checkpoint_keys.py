"""How the keys of a log stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from governance.ledger.note import SignedNote, VerifierKey
from governance.models import Log


@dataclass(frozen=True, slots=True)
class KeyStanding:
    """A key since its introduction; `signs`: it signed the newest checkpoint."""

    verifier: str
    introduced_at: datetime
    retired_at: datetime | None
    signs: bool


def key_standings(log: Log) -> list[KeyStanding]:
    """Every key that the log ever introduced, oldest first."""
    newest = log.checkpoints.order_by("-size").first()
    lines = SignedNote.parse(bytes(newest.note)).signatures if newest else ()
    return [
        KeyStanding(
            key.verifier,
            key.introduced_at,
            key.retired_at,
            any(line.is_of(VerifierKey.parse(key.verifier)) for line in lines),
        )
        for key in log.keys.order_by("introduced_at", "id")
    ]
