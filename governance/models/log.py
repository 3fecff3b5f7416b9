"""The sealed log: its Merkle tree, its checkpoints, and who else has signed them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.base import AppendOnly, Recorded


class Log(models.Model):
    """One log and how far it is sealed. Only the sealer writes here; the size never shrinks.

    A log ends when its past can no longer be continued (a restored backup, a lost key); then the
    next one opens, whose first leaf quotes the last checkpoint of this one.
    """

    id = models.SmallAutoField(primary_key=True)
    origin = models.CharField(
        max_length=120, unique=True, help_text="the log's name in its checkpoints, for ever"
    )
    size = models.PositiveBigIntegerField(default=0, help_text="leaves in the tree")
    root = models.BinaryField(max_length=32, help_text="RFC 9162 section 2.1.1, of `size` leaves")
    opened_at = models.DateTimeField()
    predecessor = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="successor", help_text="the log before it"
    )
    trouble = models.CharField(
        max_length=500, blank=True, help_text="why the sealer refuses to go on; empty: it goes on"
    )
    trouble_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="trouble_has_its_instant",
                condition=Q(trouble="", trouble_since=None)
                | (~Q(trouble="") & Q(trouble_since__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin} at {self.size}"


class Leaf(models.Model):
    """An entry's place in a log: index 0, 1, 2 ... without a gap. Append-only by trigger."""

    pk = models.CompositePrimaryKey("log_id", "index")
    log = models.ForeignKey(Log, models.PROTECT, related_name="leaves", db_index=False)
    index = models.PositiveBigIntegerField()
    entry_id = models.UUIDField(unique=True)  # Sealed once. No foreign key: partitions move away.

    class Meta:
        verbose_name_plural = "leaves"

    def __str__(self) -> str:
        return f"{self.index}: {self.entry_id}"


class Tile(models.Model):
    """256 hashes of one level of the tree, or at its border fewer (C2SP tlog-tiles).

    A trigger lets a tile grow and refuses any other change. `hashes`: 32 bytes each, in order.
    """

    pk = models.CompositePrimaryKey("log_id", "level", "index")
    log = models.ForeignKey(Log, models.PROTECT, related_name="tiles", db_index=False)
    level = models.PositiveSmallIntegerField(help_text="0: hashes of leaves; 1: roots of tiles")
    index = models.PositiveBigIntegerField()
    hashes = models.BinaryField(max_length=8192)

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index}"


class Checkpoint(AppendOnly):
    """A signed state of a log: the whole note, as it was published (C2SP tlog-checkpoint)."""

    is_entered = False  # It is itself the proof; an entry for each would need a seal in turn.

    log = models.ForeignKey(Log, models.PROTECT, related_name="checkpoints", db_index=False)
    size = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.BinaryField(max_length=20_000)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["log", "size"], name="one_checkpoint_per_size"),
        ]

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"


class CheckpointKey(Recorded):
    """A public key that signs a log's checkpoints, and since when. The private half is a file."""

    log = models.ForeignKey(Log, models.PROTECT, related_name="keys")
    verifier = models.CharField(
        max_length=255, unique=True, help_text="C2SP vkey: name, key id, algorithm and key"
    )
    introduced_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("checkpoint key")

    def __str__(self) -> str:
        return self.verifier


class Witness(Recorded):
    """A second party whose cosignatures on our checkpoints are taken (C2SP tlog-cosignature)."""

    verifier = models.CharField(
        _("verifier key"), max_length=255, unique=True, help_text=_("C2SP vkey of the witness")
    )
    url = models.CharField(
        _("address"),
        max_length=200,
        blank=True,
        help_text=_("where it is asked to cosign (C2SP tlog-witness); empty: it comes by itself"),
    )
    trusted_at = models.DateTimeField()
    distrusted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("witness")
        verbose_name_plural = _("witnesses")
        permissions = [("trust_witness", "Can name and dismiss witnesses of the ledger")]

    def __str__(self) -> str:
        return self.verifier.split("+", 1)[0]


class Cosignature(AppendOnly):
    """A witness's signature on a checkpoint: it saw no history but this one."""

    is_entered = False  # Else each would need a checkpoint, to be cosigned in turn.

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(
        Witness, models.PROTECT, related_name="cosignatures", db_index=False
    )
    line = models.CharField(max_length=500, help_text="the signature line of the note")
    cosigned_at = models.DateTimeField(help_text="UTC instant that the witness signed for")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "witness"], name="one_cosignature_per_witness"
            ),
        ]
        indexes = [models.Index(fields=["witness", "checkpoint"], name="cosigned_last")]

    def __str__(self) -> str:
        return f"{self.witness} on {self.checkpoint}"


class CheckpointTimestamp(AppendOnly):
    """A time-stamping authority's token on a checkpoint's note (RFC 3161)."""

    is_entered = False  # As with cosignatures.

    checkpoint = models.OneToOneField(Checkpoint, models.PROTECT, related_name="timestamp")
    authority = models.CharField(max_length=255, help_text="URL of the authority")
    token = models.BinaryField(max_length=65_535, help_text="the TimeStampResp, DER")
    stamped_at = models.DateTimeField(help_text="UTC instant that the token states")

    def __str__(self) -> str:
        return f"{self.authority} on {self.checkpoint}"
