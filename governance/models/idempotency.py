"""First answers, kept so that a repeated request gets the same one."""

from __future__ import annotations

from django.db import models


class IdempotentAnswer(models.Model):
    """The answer to the first request that carried a key, stored with the change it made.

    Not part of the record: rows older than a day are deleted.
    Source: draft-ietf-httpapi-idempotency-key-header.
    """

    id = models.BigAutoField(primary_key=True)
    caller = models.CharField(max_length=120, help_text="the actor's label")
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64, help_text="of method, path and body")
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
