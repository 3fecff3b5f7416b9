"""Registering AI systems and moving them through their life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from governance.ledger import record
from governance.models import Actor, User
from models_registry.errors import StatusDoesNotFollow, SystemNotClassified, SystemProhibited
from models_registry.models import AISystem

PROHIBITED = "X"

# What may follow what. A retired system stays retired: its record goes on, its life does not.
_NEXT: dict[str, frozenset[str]] = {
    AISystem.Status.DRAFT: frozenset({AISystem.Status.REGISTERED, AISystem.Status.RETIRED}),
    AISystem.Status.REGISTERED: frozenset({AISystem.Status.IN_SERVICE, AISystem.Status.RETIRED}),
    AISystem.Status.IN_SERVICE: frozenset({AISystem.Status.SUSPENDED, AISystem.Status.RETIRED}),
    AISystem.Status.SUSPENDED: frozenset({AISystem.Status.IN_SERVICE, AISystem.Status.RETIRED}),
    AISystem.Status.RETIRED: frozenset(),
}


@transaction.atomic
def register_system(
    *,
    slug: str,
    name: str,
    intended_purpose: str,
    organisation: str,
    roles: Sequence[AISystem.Role],
    owner: User,
    sector: str = "",
    is_demo: bool = False,
    actor: Actor,
    now: datetime,
) -> AISystem:
    """Enter an AI system as a draft. Source: Regulation (EU) 2024/1689 Art. 3(1), (12)."""
    system = AISystem(
        slug=slug,
        name=name,
        intended_purpose=intended_purpose,
        organisation=organisation,
        roles=[role.value for role in roles],
        owner=owner,
        sector=sector,
        is_demo=is_demo,
    )
    record.keep(
        system,
        "models_registry.aisystem.registered",
        actor=actor,
        at=now,
        body={"slug": slug, "roles": system.roles},
    )
    return system


@transaction.atomic
def change_status(
    *, system: AISystem, status: AISystem.Status, actor: Actor, now: datetime
) -> AISystem:
    """Move a system to `status`.

    Raises StatusDoesNotFollow for a jump, and on the way into service SystemNotClassified and
    SystemProhibited (Art. 5: activation is blocked without clearance).
    """
    held = AISystem.objects.select_for_update().get(pk=system.pk)
    if status.value not in _NEXT[held.status]:
        raise StatusDoesNotFollow(f"{held} is {held.status}; {status.value} does not follow that")
    if status is AISystem.Status.IN_SERVICE:
        _check_clearance(held)
    before, held.status = held.status, status.value
    record.keep(
        held,
        "models_registry.aisystem.status_changed",
        actor=actor,
        at=now,
        body={"from": before, "to": held.status},
        fields=["status"],
    )
    return held


def _check_clearance(system: AISystem) -> None:
    if not system.risk_class:
        raise SystemNotClassified(f"Answer the classification questionnaire for {system} first")
    if system.risk_class == PROHIBITED:
        raise SystemProhibited(f"{system} was classified as prohibited; it stays out of service")
