"""What one person brings along at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from governance.rights.held import HeldRight


@dataclass(frozen=True, slots=True)
class Proof:
    """A qualification that is valid now. `model_version`: empty for every version."""

    qualification: UUID
    system: str
    model_version: str = ""

    def covers(self, system: str, model_version: str) -> bool:
        return self.system == system and self.model_version in ("", model_version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """`is_absent`: recorded as away; `absent_until`: None where no end is known. `rights`: their
    own first, then lent ones. `queues`: those they review."""

    person: UUID
    is_active: bool = True
    is_absent: bool = False
    absent_until: datetime | None = None
    rights: tuple[HeldRight, ...] = ()
    proofs: tuple[Proof, ...] = ()
    queues: frozenset[UUID] = frozenset()
