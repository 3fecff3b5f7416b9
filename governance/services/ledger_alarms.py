"""Alarms of the ledger: raised once, open until what they tell of is over."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from governance.ledger import record
from governance.models import Actor, LedgerAlarm
from governance.services.outbox import announce

_LONGEST_DETAIL = 500


@transaction.atomic
def raise_alarm(*, kind: LedgerAlarm.Kind, detail: str, actor: Actor, now: datetime) -> LedgerAlarm:
    """See to it that an alarm of this kind is open (a step), and return it.

    One that is open already stays as it was raised: nothing is entered twice. `detail`: what was
    seen, without personal data; its first 500 characters are kept.
    """
    raised = LedgerAlarm.objects.open().filter(kind=kind).first()
    if raised is not None:
        return raised
    alarm = LedgerAlarm(kind=kind, detail=detail[:_LONGEST_DETAIL], raised_at=now)
    try:
        with transaction.atomic():
            record.keep(
                alarm,
                "governance.ledgeralarm.raised",
                actor=actor,
                at=now,
                body={"kind": kind, "detail": alarm.detail},
            )
    except IntegrityError:
        # Somebody else raised it in this moment; the database allows one that is open.
        return LedgerAlarm.objects.open().get(kind=kind)
    _announce(alarm, "ledgeralarm.raised", now)
    return alarm


@transaction.atomic
def clear_alarm(*, kind: LedgerAlarm.Kind, actor: Actor, now: datetime) -> LedgerAlarm | None:
    """See to it that no alarm of this kind is open (a step); the one that was, or None."""
    alarm = LedgerAlarm.objects.open().filter(kind=kind).select_for_update(no_key=True).first()
    if alarm is None:
        return None
    alarm.cleared_at = now
    record.keep(
        alarm,
        "governance.ledgeralarm.cleared",
        actor=actor,
        at=now,
        body={"kind": kind},
        fields=["cleared_at"],
    )
    _announce(alarm, "ledgeralarm.cleared", now)
    return alarm


def _announce(alarm: LedgerAlarm, event: str, now: datetime) -> None:
    body = {"alarm": str(alarm.pk), "kind": alarm.kind}
    announce(event, subject_id=alarm.pk, system="", body=body, now=now)
