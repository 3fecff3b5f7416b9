"""Personal and confidential content, sealed, beside the record and erasable from it."""

from __future__ import annotations

from django.db import models

from governance.models.base import AppendOnly
from governance.models.subject import SubjectKey


class Payload(AppendOnly):
    """One sealed document about one data subject. Erasable: may be deleted, never changed.

    The ledger commits to it with HMAC-SHA256 under `commitment_key`, which dies with the row:
    AES-GCM alone does not commit to its key, and a bare hash of personal data is personal data.
    Source: EDPB Guidelines 02/2025; NIST SP 800-38D for AES-GCM.
    """

    is_entered = False
    is_erasable = True

    class Kind(models.TextChoices):
        DECISION = "decision"
        VERDICT = "verdict"
        RECUSAL = "recusal"
        STATEMENT = "statement"
        LETTER = "letter"
        PAUSE = "pause"

    kind = models.CharField(max_length=16, choices=Kind)
    subject = models.ForeignKey(SubjectKey, models.PROTECT, related_name="payloads")
    algorithm = models.CharField(max_length=16, default="A256GCM")
    sealed = models.BinaryField(help_text="nonce (12 bytes), ciphertext and tag (16 bytes)")
    commitment_key = models.BinaryField(max_length=32)
    commitment = models.BinaryField(
        max_length=32, help_text="what the ledger commits to; an erasure names it again"
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} payload {self.pk}"
