"""Proofs of competence: the warning before one runs out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.ledger import record
from governance.models import Actor, LedgerEntry, Qualification
from governance.selectors.lapsing import WARNED, WARNING_SPAN, given_warnings, warning
from governance.services.outbox import announce


@transaction.atomic
def warn_of_lapse(*, qualification_id: UUID, actor: Actor, now: datetime) -> LedgerEntry | None:
    """Announce that a qualification runs out soon: once at 30 and once at 7 days before its end.

    None where that was said already, where its end is not near any more, or where another sweep
    is at it. Source: Regulation (EU) 2024/1689 Art. 26(2).
    """
    row = (
        Qualification.objects.lapsing(now, WARNING_SPAN)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("person")
        .filter(pk=qualification_id)
        .first()
    )
    if row is None or warning(row, now) in given_warnings([row.pk])[row.pk]:
        return None
    days, end = warning(row, now)
    body = {
        "person": str(row.person.pseudonym),
        "kind": row.kind,
        "system": row.system,
        "model_version": row.model_version,
        "days": days,
        "valid_until": end,
    }
    announce("qualification.lapsing", subject_id=row.pk, system=row.system, body=body, now=now)
    return record.append(WARNED, subject=row, actor=actor, at=now, body=body)
