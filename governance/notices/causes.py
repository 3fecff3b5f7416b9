"""Leaving word that people are to be told: called wherever an event is entered in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from governance.models.ledger import LedgerEntry
from governance.models.notices import NoticeCause
from governance.notices.registry import is_told


def leave_causes(entered: Iterable[tuple[LedgerEntry, Mapping[str, object]]]) -> None:
    """Write a cause for each entry that people are told of (a step), in the transaction of the
    entries: no verb can forget to tell, and nobody is told of what was rolled back. One statement,
    and none where there is nothing to tell. A sweep makes the notices."""
    causes = [
        NoticeCause(
            id=entry.pk,
            event=entry.event,
            subject_id=entry.subject_id,
            history_id=entry.history_id,
            body=dict(body),
            at=entry.at,
        )
        for entry, body in entered
        if is_told(entry.event)
    ]
    if causes:
        NoticeCause.objects.bulk_create(causes)
