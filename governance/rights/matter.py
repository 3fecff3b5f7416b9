"""What is to be ruled on, as far as it decides who may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from governance.rights.held import HeldRight


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """`outcome`: what whoever upholds chooses: the AI's own, or the one that stands and is
    contested. `queue`: where it waits. `roles`: slugs, of which the right used for
    the next ballot must carry one; empty: any. `role`, `person`: to whom a ladder gave it, who
    alone rule on it then; empty and None: to nobody in particular. `near`: people who stand too
    near, each with a sentence. `at_least`: rights that earlier rulings rested on and that whoever
    rules now must match (a contestation)."""

    system: str
    decision_type: str
    model_version: str
    impact: Decimal | None
    outcome: str
    queue: UUID
    roles: tuple[str, ...] = ()
    role: str = ""
    person: UUID | None = None
    near: Mapping[UUID, str] = field(default_factory=dict)
    at_least: tuple[HeldRight, ...] = ()
