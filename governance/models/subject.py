"""People affected by decisions: known by a random pseudonym, with a key for what is theirs."""

from __future__ import annotations

from django.db import models

from governance.models.base import AppendOnly


class SubjectKey(AppendOnly):
    """The key that seals one data subject's payloads, wrapped by the master key.

    The id is the pseudonym: random, never derived from who the person is. Erasable: the row may
    be deleted, never changed; with it every payload it sealed becomes unreadable.
    """

    is_entered = False
    is_erasable = True
    is_locked = True

    wrapped_key = models.BinaryField(max_length=64, help_text="nonce (12 bytes) and AES-256-GCM")
    created_at = models.DateTimeField()

    class Meta:
        permissions = [("erase_subject", "Can erase what is kept about a person")]

    def __str__(self) -> str:
        return str(self.pk)


class SubjectIdentity(AppendOnly):
    """The identity vault: which external reference stands behind a pseudonym. Erasable.

    `reference_index` is an HMAC of the reference under a key derived from the master key, for
    finding the pseudonym again; `sealed_reference` is the reference itself, sealed.
    """

    is_entered = False
    is_erasable = True

    subject = models.OneToOneField(SubjectKey, models.PROTECT, related_name="identity")
    reference_index = models.BinaryField(max_length=32, unique=True)
    sealed_reference = models.BinaryField()

    class Meta:
        verbose_name_plural = "subject identities"

    def __str__(self) -> str:
        return str(self.subject_id)
