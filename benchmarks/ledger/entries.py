"""Many entries in a short time, through the same trigger that every entry goes through."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from governance.ids import uuid7
from governance.ledger.leaf import HistoryCommitment, LeafContent, encode, leaf_hash

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
EACH = 5
BODY = {
    "queue": "first-line",
    "decision_type": "lending-approval",
    "rule": "unsure",
    "reasons": ["The model is unsure.", "The outcome is adverse and has legal effect."],
    "due_at": "2026-11-23T16:00:00.000000Z",
    "policy_version": "01a206c4-efb2-721e-86a7-1c2242d7f1d7",
}
_COLUMNS = (
    "id, log, event, at, actor, subject_type, subject_id, object_seq, object_prev, history_id, leaf"
)


def enter(number: int) -> None:
    """Enter `number` events, five about each subject, each leaf of about 900 bytes."""
    with transaction.atomic(), connection.cursor() as cursor:
        statement = f"COPY governance_ledgerentry ({_COLUMNS}) FROM STDIN"
        with cursor.copy(statement) as rows:
            for row in _rows(number):
                rows.write_row(row)


def _rows(number: int) -> Iterator[tuple[Any, ...]]:
    for _ in range(number // EACH):
        subject, previous = uuid7(), None
        for seq in range(1, EACH + 1):
            nonce, history = secrets.token_bytes(16), uuid7()
            content = LeafContent(
                id=uuid7(),
                log=settings.COUNTERSIGN_LOG_ORIGIN,
                event="benchmark.subject.changed",
                at=AT,
                actor="system:benchmark",
                subject_type="benchmark.subject",
                subject_id=subject,
                body=BODY,
                commitment=None,
                object_seq=seq,
                object_prev=previous,
                history=HistoryCommitment(history, secrets.token_bytes(32)),
                nonce=nonce,
            )
            leaf = encode(content)
            yield (
                content.id,
                content.log,
                content.event,
                content.at,
                content.actor,
                content.subject_type,
                content.subject_id,
                content.object_seq,
                content.object_prev,
                history,
                leaf,
            )
            previous = leaf_hash(leaf)
