"""The ledger's rows: entries, the newest of each subject, and those that await their seal."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now

from governance.models.base import AppendOnly


class LedgerEntry(AppendOnly):
    """One event. `leaf` is the evidence; every other column repeats a part of it for reading.

    The database checks that the columns repeat the leaf, computes `leaf_hash` itself, and
    refuses change and deletion. `leaf_hash` is SHA-256(0x00 || leaf), RFC 9162 section 2.1.1.
    Partitioned by month of the id, a UUIDv7: `governance.ledger.partitions`.
    """

    is_entered = False

    log = models.CharField(max_length=120, help_text="origin of the log that the entry belongs to")
    event = models.CharField(max_length=80, help_text="app.noun.participle")
    at = models.DateTimeField(help_text="UTC instant that the verb was given")
    actor = models.CharField(max_length=120, help_text="kind and handle, never a name")
    subject_type = models.CharField(max_length=60, help_text="app.model of what the event is about")
    subject_id = models.UUIDField()
    object_seq = models.PositiveBigIntegerField(help_text="1, 2, 3 ... among the subject's entries")
    object_prev = models.BinaryField(
        max_length=32, null=True, help_text="leaf hash of the subject's previous entry"
    )
    history_id = models.UUIDField(
        null=True,
        help_text="the row that the entry commits to: a history row, or a row that never changes",
    )
    payload_id = models.UUIDField(
        null=True, help_text="the sealed payload that the entry commits to; it may be erased"
    )
    leaf = models.BinaryField(help_text="RFC 8785 JSON, at most 65,535 bytes")
    leaf_hash = models.GeneratedField(
        expression=Func(
            Func(
                models.Value("\\x00"),
                template="(%(expressions)s::bytea || leaf)",
                output_field=models.BinaryField(),
            ),
            function="sha256",
        ),
        output_field=models.BinaryField(),
        db_persist=True,
    )

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(
                name="first_entry_has_no_previous",
                condition=Q(object_seq=1, object_prev=None)
                | Q(object_seq__gt=1, object_prev__isnull=False),
            ),
        ]
        indexes = [
            # The table is partitioned by id, so LedgerHead keeps each subject's numbers unique.
            models.Index(fields=["subject_id", "object_seq"], name="ledger_subject"),
            models.Index(fields=["event", "id"], name="ledger_event"),
            models.Index(fields=["actor", "id"], name="ledger_actor"),
            # Reports read a period; entries lie nearly in its order, so a few kB suffice.
            BrinIndex(fields=["at"], name="ledger_at"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_type} {self.subject_id}"


class LedgerHead(models.Model):
    """Where a subject's sequence of entries stands. Written by the entry's trigger alone.

    One row per subject, so that an entry can only be the subject's next one: two writers take
    turns on it, and no number is given twice. `history_id`: the row that the subject's newest
    entry with a commitment commits to; the database refuses a subject that is not that row.
    """

    subject_id = models.UUIDField(primary_key=True)
    subject_type = models.CharField(max_length=60)
    object_seq = models.PositiveBigIntegerField()
    leaf_hash = models.BinaryField(max_length=32)
    history_id = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} at {self.object_seq}"


class LedgerPending(models.Model):
    """An entry that the sealer has not yet given its place in the tree.

    Written by the entry's trigger, deleted by the sealer with the leaf: no watermark that a slow
    transaction could slip behind. `seq` is the database's own count: a clock that goes back
    cannot reorder entries. It has gaps and is nobody's number for an event.
    """

    seq = models.BigAutoField(primary_key=True)
    entry_id = models.UUIDField()
    leaf_hash = models.BinaryField(
        max_length=32, help_text="as it was entered: a leaf changed before its seal differs"
    )
    entered_at = models.DateTimeField(
        db_default=Now(), help_text="by the database's clock, since when it waits"
    )

    class Meta:
        verbose_name_plural = "ledger entries awaiting their seal"

    def __str__(self) -> str:
        return str(self.entry_id)
