"""Warning before a mandate is used up or ends: each warning once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from governance.ledger import record
from governance.models import Actor
from governance.services.outbox import announce
from models_registry.models import Mandate
from models_registry.selectors.mandate_use import (
    Used,
    is_nearly_used,
    limits_of,
    used_up,
    used_up_of,
)

# Days before the end, the farthest first; a late sweep gives the nearer alone.
WARNED_AT = (7, 1)
ENDS_SOON = timedelta(days=min(WARNED_AT))


def mandates_to_warn_of(now: datetime) -> list[UUID]:
    """Those in force of which a warning is due. Three queries, however many there are."""
    mandates = list(Mandate.objects.in_force(now).order_by("valid_until"))
    used = used_up_of(mandates, now)
    return [
        row.pk
        for row in mandates
        if _use_is_due(row, used[row.pk]) or _days_due(row, now) is not None
    ]


@transaction.atomic
def warn_of_mandate(*, mandate_id: UUID, actor: Actor, now: datetime) -> list[str]:
    """Say that little of a mandate is left, or that its end is near. Returns the events.

    Nothing when no warning is due any more, or while another transaction counts against it: the
    next sweep looks again.
    """
    mandate = (
        Mandate.objects.in_force(now)
        .select_related("decision_type__system")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(pk=mandate_id)
        .first()
    )
    if mandate is None:
        return []
    given, used = [], used_up(mandate, now)
    if _use_is_due(mandate, used):
        mandate.warned_of_use_at = now
        given.append(_warn(mandate, used, "nearly_used", "warned_of_use_at", actor, now))
    days = _days_due(mandate, now)
    if days is not None:
        mandate.warned_of_days = days
        given.append(_warn(mandate, used, "ending", "warned_of_days", actor, now))
    return given


def _use_is_due(mandate: Mandate, used: Used) -> bool:
    return mandate.warned_of_use_at is None and is_nearly_used(mandate, used)


def _days_due(mandate: Mandate, now: datetime) -> int | None:
    """Which warning of the end fits `now`, if it was not given. A mandate that was issued for no
    longer than that is not warned of so early."""
    left, whole = mandate.valid_until - now, mandate.valid_until - mandate.valid_from
    due = [day for day in WARNED_AT if left <= timedelta(days=day) < whole]
    nearest = min(due, default=None)
    if nearest is None or (mandate.warned_of_days or nearest + 1) <= nearest:
        return None
    return nearest


def _warn(mandate: Mandate, used: Used, name: str, field: str, actor: Actor, now: datetime) -> str:
    body = {
        "mandate": str(mandate.pk),
        "decision_type": mandate.decision_type.slug,
        "decisions": used.decisions,
        "impact": str(used.impact),
        "percent_used": max(limit.percent for limit in limits_of(mandate, used)),
        "valid_until": mandate.valid_until.isoformat(),
    }
    record.keep(
        mandate, f"models_registry.mandate.{name}", actor=actor, at=now, fields=[field], body=body
    )
    announce(
        f"mandate.{name}",
        subject_id=mandate.pk,
        system=mandate.decision_type.system.slug,
        body=body,
        now=now,
    )
    return f"mandate.{name}"
