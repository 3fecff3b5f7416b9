"""Attacks on what entries commit to: history rows, rows, payloads."""

from __future__ import annotations

import secrets

from django.db import models

from governance.ids import uuid7
from governance.ledger.keys import seal
from governance.ledger.leaf import commit
from governance.ledger.payloads import subject_key
from governance.models import Payload, Qualification, Refusal, ReportDocument, ReportRun
from reviews.models import Case, Decision, Evaluation, QueueMembership
from tests.governance.ledger.tampering import execute, guards_off
from tests.governance.verifying.on_entries import CLAIMED, flipped, sealed

CASES, HISTORY = "reviews_case", "reviews_historicalcase"
PAYLOADS = "governance_payload"


def rewrite_history(_: object) -> str:
    key = sealed(CLAIMED).history_id
    with guards_off(HISTORY):
        execute(f"UPDATE {HISTORY} SET priority = 1 WHERE history_id = %s", key)
    return str(key)


def delete_history(_: object) -> str:
    key = sealed(CLAIMED).history_id
    with guards_off(HISTORY):
        execute(f"DELETE FROM {HISTORY} WHERE history_id = %s", key)
    return str(key)


def forge_history(_: object) -> str:
    row = Case.history.get(history_id=sealed(CLAIMED).history_id)
    row.history_id = uuid7()
    _insert(row)
    return str(row.history_id)


def rewrite_recorded(_: object) -> str:
    key = sealed(CLAIMED).subject_id
    with guards_off(CASES):
        execute(f"UPDATE {CASES} SET priority = 1 WHERE id = %s", key)
    return f"{key}: it is not as its newest entry left it: priority"


def rewrite_recorded_and_history(_: object) -> str:
    newest = Case.history.filter(id=sealed(CLAIMED).subject_id).order_by("-history_id")[0]
    with guards_off(CASES, HISTORY):
        execute(f"UPDATE {CASES} SET priority = 1 WHERE id = %s", newest.id)
        execute(f"UPDATE {HISTORY} SET priority = 1 WHERE history_id = %s", newest.pk)
    return str(newest.pk)


def delete_recorded(_: object) -> str:
    row = QueueMembership.objects.all()[0]
    with guards_off("reviews_queuemembership"):
        execute("DELETE FROM reviews_queuemembership WHERE id = %s", row.pk)
    return str(row.pk)


def forge_recorded(_: object) -> str:
    row = Qualification.objects.all()[0]
    row.pk = uuid7()
    _insert(row)
    return str(row.pk)


def rewrite_once(_: object) -> str:
    key = Decision.objects.order_by("id")[0].pk
    with guards_off("reviews_decision"):
        execute("UPDATE reviews_decision SET outcome = 'grant' WHERE id = %s", key)
    return f"reviews.decision {key}"


def delete_once(_: object) -> str:
    key = Evaluation.objects.order_by("id")[0].pk
    with guards_off("reviews_evaluation"):
        execute("DELETE FROM reviews_evaluation WHERE id = %s", key)
    return f"reviews.evaluation {key}"


def forge_once(_: object) -> str:
    row = Refusal(
        act="test", code="x", actor="system:x", refused_at=Decision.objects.all()[0].received_at
    )
    _insert(row)
    return str(row.pk)


def rewrite_report(_: object) -> str:
    """With digests that fit: only the entry knows the old ones."""
    with guards_off("governance_reportdocument"):
        execute(
            "UPDATE governance_reportdocument SET json = '{}x', "
            "json_sha256 = encode(sha256('{}x'), 'hex')"
        )
    return "its entry tells of other files"


def flip_report(_: object) -> str:
    with guards_off("governance_reportdocument"):
        execute(f"UPDATE governance_reportdocument SET pdf = {flipped('pdf', 1)}")
    return "its files do not have its digests"


def forge_report(_: object) -> str:
    row = ReportDocument.objects.get()
    run = ReportRun.objects.get(pk=row.run_id)
    with guards_off("governance_reportdocument", "governance_reportrun"):
        run.pk = uuid7()
        ReportRun.objects.bulk_create([run])
        row.pk, row.run = uuid7(), run
        ReportDocument.objects.bulk_create([row])
    return f"{run.pk}: no entry tells of it"


def flip_payload(_: object) -> str:
    key = _payload().pk
    with guards_off(PAYLOADS):
        execute(f"UPDATE {PAYLOADS} SET sealed = {flipped('sealed', 20)} WHERE id = %s", key)
    return f"payload {key}"


def reseal_payload(_: object) -> str:
    """With its own key, and a commitment that fits: only the entry knows the old one."""
    row, clear = _payload(), b'{"letter":"another"}'
    context = b"|".join((row.pk.bytes, row.kind.encode(), row.subject_id.bytes))
    key = secrets.token_bytes(32)
    with guards_off(PAYLOADS):
        execute(
            f"UPDATE {PAYLOADS} SET sealed = %s, commitment_key = %s, commitment = %s "
            "WHERE id = %s",
            seal(subject_key(row.subject), clear, context),
            key,
            commit(key, clear),
            row.pk,
        )
    return f"payload {row.pk}"


def flip_subject_key(_: object) -> str:
    row = _payload()
    with guards_off("governance_subjectkey"):
        execute(
            f"UPDATE governance_subjectkey SET wrapped_key = {flipped('wrapped_key')} "
            "WHERE id = %s",
            row.subject_id,
        )
    return f"payload {row.pk}"


def delete_payload(_: object) -> str:
    key = _payload().pk
    with guards_off(PAYLOADS):
        execute(f"DELETE FROM {PAYLOADS} WHERE id = %s", key)
    return f"payload {key}"


def _payload() -> Payload:
    """The payload of the oldest entry that still has one."""
    return Payload.objects.order_by("id")[0]


def _insert(row: models.Model) -> None:
    with guards_off(row._meta.db_table):
        type(row)._default_manager.bulk_create([row])
