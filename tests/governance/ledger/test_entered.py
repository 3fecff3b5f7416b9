"""No row changes without its entry, whichever way it is written; every model has to say how.

Each model's own rows are written past the application's hooks, as `update()`, `bulk_create()` and
raw SQL do, and the database must refuse at commit.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from governance.ids import uuid7
from governance.ledger import record
from governance.ledger.payloads import seal_payload
from governance.models import (
    Absence,
    ActQuorum,
    AppendOnly,
    ArchivedPartition,
    ChatAddress,
    CheckpointKey,
    Conflict,
    Delegation,
    EvidenceBundle,
    LedgerAlarm,
    LedgerEntry,
    Log,
    Motion,
    MotionBallot,
    NoticeChoices,
    Payload,
    VerificationRun,
    Witness,
)
from governance.models.base import Recording
from models_registry.models import Mandate, MandateUse
from reviews.models import (
    Case,
    Contestation,
    Permit,
    PermitVoid,
    PriorJudgement,
    Recusal,
    StaffingAlarm,
    StatementReading,
)
from tests.factories import NOON, SETUP, build_world, change, policy_text
from tests.reviews.admin.rows import add_one_of_each

OURS = {"governance", "models_registry", "reviews"}
NOT_ENTERED = "no ledger entry tells of it"
KEPT = "is append-only"

# Written once, told of by another row's entry: what that entry holds of it.
TOLD_OF_ELSEWHERE = {
    "governance.checkpoint": "it is itself the proof",
    "governance.checkpointtimestamp": "a token over a checkpoint",
    "governance.cosignature": "a signature on a checkpoint",
    "governance.ledgerentry": "it is the entry",
    "governance.outboxmessage": "the event it is about",
    "governance.payload": "its commitment",
    "governance.reportdocument": "its digests",
    "governance.serviceminute": "nothing, for it is a measurement and nobody's act",
    "governance.subjectidentity": "nothing, for it is a person's; its erasure is entered",
    "governance.subjectkey": "the decisions under it; its erasure is entered",
    "models_registry.levelchange": "the decision type's own entry",
    "reviews.escalation": "the case's own entry",
    "reviews.pause": "the case's own entry",
    "reviews.pauseend": "the case's own entry",
    "reviews.monitorrun": "the entry of an alarm that it gives, with its figures",
    "reviews.simulationresult": "its digest, in the simulation's",
}
# Neither recorded nor written once, because nothing of it is evidence.
SCRATCH = {
    "governance.bundledpayload": "which files an erasure takes along",
    "governance.bundleprogress": "how far a bundle is",
    "governance.delivery": "how far a message has come on its way",
    "governance.destination": "where the round of deliveries stands",
    "governance.heartbeat": "who lives",
    "governance.idempotentanswer": "an answer, for a day",
    "governance.leaf": "the sealer's; guarded by triggers of its own",
    "governance.ledgerhead": "the entry trigger's",
    "governance.ledgerpending": "the entry trigger's and the sealer's",
    "governance.log": "the sealer's; it only grows",
    "governance.outboxpending": "the message's trigger's, until its fan-out",
    "governance.heldnotice": "what waits for a summary",
    "governance.notice": "what a person was told; what happened is entered",
    "governance.noticecause": "what people are yet to be told",
    "governance.noticemessage": "what goes out by mail or chat",
    "governance.reportprogress": "how far a report is",
    "governance.tile": "the sealer's; it only grows",
    "reviews.auditcount": "figures that can be counted anew",
    "governance.webhooksecret": "a sealed secret; that it was made is entered",
    "governance.verificationpart": "a share of a verification that runs",
    "reviews.decisiontally": "counted from the decisions, and again if lost",
    "reviews.monitorstate": "where a monitor stands between its looks",
    "reviews.shadowtally": "what a shadow has counted so far; its end is entered",
    "reviews.simulationprogress": "how far a simulation is",
}
ERASABLE = ["governance.payload", "governance.subjectkey"]


def models_of(kind):
    found = [model for model in apps.get_models() if model._meta.app_label in OURS]
    chosen = {
        "recorded": lambda model: issubclass(model, Recording),
        "once": lambda model: issubclass(model, AppendOnly),
        "history": lambda model: hasattr(model, "history_type"),
        "rest": lambda model: (
            not issubclass(model, Recording | AppendOnly) and not hasattr(model, "history_type")
        ),
    }[kind]
    return [model for model in found if chosen(model)]


RECORDED = models_of("recorded")
WRITTEN_ONCE = [model for model in models_of("once") if model.is_entered]


pytestmark = pytest.mark.django_db


@pytest.fixture
def filled():
    """One row at least of every model."""
    world = build_world(text=policy_text(audit_rate=1))
    add_one_of_each(world, 1)
    _made_by_no_verb_here(world)
    _around_a_ruling(world)
    _of_the_ledger(world)
    connection.check_constraints()
    return world


def _made_by_no_verb_here(world):
    case = Case.objects.order_by("id").last()
    judgement = PriorJudgement.objects.create(
        case=case, judged_by=world.reviewer, outcome="grant", judged_at=NOON
    )
    use = MandateUse.objects.create(
        mandate=Mandate.objects.all()[0], ordinal=1, decision_id=case.decision_id
    )
    void = PermitVoid.objects.create(
        permit=Permit.objects.filter(void=None).order_by("id").last(), reason="halt", voided_at=NOON
    )
    events = [record.Event("test.row.made", row) for row in (judgement, use, void)]
    record.append_all(events, actor=SETUP, at=NOON)


def _around_a_ruling(world):
    """What stands around a ruling: motions, drafts, loans, absences, conflicts, contestations."""
    person, now = world.officer, {"valid_from": NOON, "valid_until": NOON + timedelta(days=1)}
    motion = Motion(
        act="test.thing.done",
        summary="Do it",
        content={},
        digest="0" * 64,
        reason="For the test.",
        quorum={},
        moved_by=person,
        moved_at=NOON,
        expires_at=NOON + timedelta(days=7),
    )
    case = Case.objects.order_by("id").last()
    subject = case.decision.subject
    statement = seal_payload(
        kind=Payload.Kind.STATEMENT, subject=subject, content={"text": "No."}, now=NOON
    )
    for row in (
        motion,
        ActQuorum(act="test.thing.done", quorum={}),
        NoticeChoices(person=person),
        ChatAddress(
            person=person, style="slack", host="hooks.example", sealed_url=b"", url_sha256="0" * 64
        ),
        Delegation(delegator=person, delegate=world.reviewer, reason="Holidays.", **now),
        Absence(person=person, **now),
        Conflict(person=person, subject=subject, reason="A relative.", **now),
        StaffingAlarm(case=case, detail="Nobody.", raised_at=NOON, cleared_at=NOON),
        Contestation(
            decision=case.decision,
            case=case,
            statement=statement,
            received_at=NOON,
            registered_at=NOON,
            registered_by=person,
            due_at=NOON + timedelta(days=30),
        ),
    ):
        change(row)
    ballot = MotionBallot.objects.create(
        motion=motion,
        voter=world.owner,
        mover=person,
        choice="approve",
        digest=motion.digest,
        cast_at=NOON,
    )
    recusal = Recusal.objects.create(
        decision=case.decision, case=case, person=person, reason="interest", recused_at=NOON
    )
    reading = StatementReading.objects.create(case=case, person=person, read_at=NOON)
    events = [record.Event("test.row.made", row) for row in (ballot, recusal, reading)]
    record.append_all(events, actor=SETUP, at=NOON)


def _of_the_ledger(world):
    log = Log.objects.create(origin="elsewhere.example/log", root=b"\0" * 32, opened_at=NOON)
    about = {"about": "case", "about_id": Case.objects.all()[0].pk, "requested_by": world.officer}
    for row in (
        CheckpointKey(log=log, verifier="elsewhere.example/log+0+k", introduced_at=NOON),
        Witness(verifier="witness.example+0+k", trusted_at=NOON),
        LedgerAlarm(kind="silent", detail="Since noon.", raised_at=NOON),
        VerificationRun(requested_at=NOON),
        EvidenceBundle(requested_at=NOON, **about),
        ArchivedPartition(
            name="governance_ledgerentry_y1999m12",
            begins_at=NOON,
            ends_at=NOON,
            entries=1,
            place="archive",
            manifest_sha256="0" * 64,
            changed_at=NOON,
        ),
    ):
        change(row)


def look_at_entries():
    """What a commit looks at, of which foreign keys are another matter."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS entered_row, entered_history, entered_erasure IMMEDIATE")


@contextmanager
def refused(words, what):
    """The block's writes end in a refusal, at the latest at commit; nothing of them stays."""
    refusal = None
    try:
        with transaction.atomic():
            yield
            look_at_entries()
            transaction.set_rollback(True)
    except IntegrityError as error:
        refusal = str(error)
    assert refusal is not None, f"{what}: nothing refused it"
    assert words in refusal, f"{what}: {refusal}"


@contextmanager
def tried():
    """The block's writes pass what is looked at when they are committed; nothing of them stays."""
    with transaction.atomic():
        yield
        connection.check_constraints()
        transaction.set_rollback(True)


def newest(model):
    row = model._default_manager.order_by("id").last()
    assert row is not None, f"the test world holds no {model._meta.label}"
    return row


def insert_copy(model):
    """A second row like the newest one, past every hook. What must be unique is let go of first,
    so that only the missing entry can be refused."""
    table = model._meta.db_table
    columns = [f'"{field.column}"' for field in model._meta.concrete_fields if not field.generated]
    values = ["%s" if column == '"id"' else column for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, conname FROM pg_index "
            "LEFT JOIN pg_constraint ON conindid = indexrelid AND contype = 'u' "
            "WHERE indrelid = %s::regclass AND indisunique AND NOT indisprimary",
            [table],
        )
        for index, constraint in cursor.fetchall():
            if constraint:
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}" CASCADE')
            else:
                cursor.execute(f"DROP INDEX {index}")
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
            f"FROM {table} ORDER BY id DESC LIMIT 1",
            [uuid7()],
        )


def changed_column(model):
    """A column whose value can be made another one, and SQL for that."""
    kept = model.history.model if issubclass(model, Recording) else model
    columns = {field.column for field in kept._meta.concrete_fields}
    plain_first = sorted(model._meta.concrete_fields, key=lambda field: field.is_relation)
    for field in plain_first:
        kind = field.get_internal_type()
        if field.primary_key or field.choices or field.column not in columns:
            continue
        if field.is_relation and not field.unique:
            return field.column, "gen_random_uuid()"
        if kind == "DateTimeField" and not field.null:
            return field.column, f"{field.column} + interval '1 second'"
        if kind in {"CharField", "TextField"} and not field.unique:
            # Not the value's own kind of text, where that has one: the entry is what is asked for.
            return field.column, f"overlay({field.column} PLACING 'x' FROM 1)"
        if kind == "JSONField":
            return field.column, "'[1]'::jsonb"
        if kind == "PositiveIntegerField":
            return field.column, f"{field.column} + 1"
    raise AssertionError(f"{model} has nothing that this test knows how to change")


def test_a_recorded_row_is_neither_made_changed_nor_deleted_without_its_entry(filled):
    for model in RECORDED:
        row = newest(model)
        table, (column, value) = model._meta.db_table, changed_column(model)
        with refused(NOT_ENTERED, f"a new row of {table}"):
            insert_copy(model)
        with refused(NOT_ENTERED, f"a change in {table}"), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = {value} WHERE id = %s", [row.pk])
        with refused(NOT_ENTERED, f"a deletion from {table}"), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [row.pk])


def test_a_history_row_without_an_entry_is_refused_and_with_one_it_stays(filled):
    for model in RECORDED:
        row = newest(model)
        with refused(NOT_ENTERED, f"a save of {model._meta.label}"):
            row.save_by(SETUP)
        row = newest(model)
        with tried():
            entries = LedgerEntry.objects.filter(subject_id=row.pk).count()
            record.keep(row, "test.row.kept", actor=SETUP, at=NOON)
            assert LedgerEntry.objects.filter(subject_id=row.pk).count() == entries + 1


def test_a_row_that_never_changes_is_not_made_without_its_entry(filled):
    for model in WRITTEN_ONCE:
        newest(model)
        table, (column, value) = model._meta.db_table, changed_column(model)
        with refused(NOT_ENTERED, f"a new row of {table}"):
            insert_copy(model)
        with refused(KEPT, f"a change in {table}"), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = {value}")
        with refused(KEPT, f"a deletion from {table}"), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


def test_what_is_erasable_goes_only_with_an_entry_that_says_so(filled):
    for model in map(apps.get_model, ERASABLE):
        table, key = model._meta.db_table, newest(model).pk
        with refused(NOT_ENTERED, f"a deletion from {table}"), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [key])


def test_a_change_back_to_an_earlier_state_is_a_change(filled):
    case = Case.objects.order_by("id").last()
    first = case.priority
    with refused(NOT_ENTERED, "a change back"):
        case.priority = first + 1
        change(case, "priority")
        Case.objects.filter(pk=case.pk).update(priority=first)


def test_a_password_put_in_past_the_ledger_is_refused_with_and_without_its_mark(filled):
    with refused("password_has_its_mark", "a password hash"), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_user SET password = 'x'")
    with refused(NOT_ENTERED, "a password hash with its mark"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_user SET password = 'x', password_mark = encode(sha256('x'), 'hex')"
        )


def test_with_the_history_switched_off_nothing_is_saved(filled, settings):
    settings.SIMPLE_HISTORY_ENABLED = False
    case = Case.objects.order_by("id").last()
    case.priority += 1
    with refused(NOT_ENTERED, "a save without history"):
        record.keep(case, "test.case.changed", actor=SETUP, at=NOON)


def test_a_second_entry_cannot_take_a_number_that_is_given(filled):
    payload = Payload.objects.all()[0]
    with tried():
        first = record.append("test.payload.seen", subject=payload, actor=SETUP, at=NOON)
        assert (first.object_seq, first.object_prev) == (1, None)
        second = record.append("test.payload.seen", subject=payload, actor=SETUP, at=NOON)
        assert (second.object_seq, second.object_prev) == (2, bytes(first.leaf_hash))
    event = record.Event("test.payload.seen", payload)
    with refused("governance_ledgerhead_pkey", "a second first entry"):
        for _ in range(2):
            record.append_all([event], actor=SETUP, at=NOON, all_new=True)


def test_every_model_says_what_it_is():
    """A new model must choose; one that is neither recorded nor written once holds no evidence."""
    told = {model._meta.label_lower for model in models_of("once") if not model.is_entered}
    assert told == TOLD_OF_ELSEWHERE.keys()
    assert {model._meta.label_lower for model in models_of("rest")} == SCRATCH.keys()
