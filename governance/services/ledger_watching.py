"""Watching over the ledger: alarms are raised when a limit is passed, and cleared when it is not.

It only reads what the sealer leaves in rows, so that neither needs the other to run.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from governance.ledger.leaf import instant
from governance.models import Actor, LedgerAlarm
from governance.selectors.ledger_state import LedgerState, WitnessState, ledger_state
from governance.services.ledger_alarms import clear_alarm, raise_alarm

Kind = LedgerAlarm.Kind


@transaction.atomic
def watch_ledger(*, actor: Actor, now: datetime) -> list[LedgerAlarm]:
    """Raise the alarms that are due and clear those that are over; those open afterwards.

    Looks at lag, at the sealer's signs of life and refusals, and at the witnesses. What the
    verification finds and what a witness disputes is raised and cleared where it comes to light.
    """
    state = ledger_state(refused_since=now)
    due = {
        Kind.LAGGING: _lagging(state),
        Kind.SILENT: _silent(state, now),
        Kind.REFUSING: state.trouble,
        Kind.UNWITNESSED: _unwitnessed(state.witnesses, now),
    }
    opened = []
    for kind, detail in due.items():
        if not detail or _refuses_for_another_reason(kind, detail, state):
            clear_alarm(kind=kind, actor=actor, now=now)
        if detail:
            opened.append(raise_alarm(kind=kind, detail=detail, actor=actor, now=now))
    return opened


def _refuses_for_another_reason(kind: Kind, detail: str, state: LedgerState) -> bool:
    """Figures that have moved on make no new alarm; another reason to refuse does."""
    reason = detail.partition(":")[0]
    return kind is Kind.REFUSING and any(
        alarm.kind == kind and alarm.detail.partition(":")[0] != reason for alarm in state.alarms
    )


def _lagging(state: LedgerState) -> str:
    limit = settings.COUNTERSIGN_LAG_LIMIT
    if state.lag is None or state.lag <= limit:
        return ""
    return (
        f"The oldest entry without a seal has waited for {state.lag.total_seconds():.0f} seconds, "
        f"and {limit.total_seconds():.0f} are meant at most."
    )


def _silent(state: LedgerState, now: datetime) -> str:
    if state.sealer_at is None:
        return "The sealer has given no sign of life yet."
    if now - state.sealer_at <= settings.COUNTERSIGN_SEALER_SILENCE_LIMIT:
        return ""
    return f"The sealer gave its last sign of life at {instant(state.sealer_at)}."


def _unwitnessed(witnesses: Iterable[WitnessState], now: datetime) -> str:
    limit = settings.COUNTERSIGN_WITNESS_SILENCE_LIMIT
    late = [
        witness.name
        for witness in witnesses
        if witness.waits_since is not None
        and now - max(witness.waits_since, witness.trusted_at) > limit
    ]
    if not late:
        return ""
    hours = limit.total_seconds() / 3600
    return f"No cosignature for over {hours:.0f} hours from {', '.join(late)}."
