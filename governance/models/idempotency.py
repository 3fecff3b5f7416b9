"""First answers, kept so that a repeated request gets the same one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models

KEPT_FOR = timedelta(hours=24)


class IdempotentAnswerQuerySet(models.QuerySet["IdempotentAnswer"]):
    def kept(self, at: datetime) -> Self:
        return self.filter(created_at__gt=at - KEPT_FOR)

    def outlived(self, at: datetime) -> Self:
        return self.filter(created_at__lte=at - KEPT_FOR)


class IdempotentAnswer(models.Model):
    """The answer to the first request that carried a key, stored with the change it made.

    Not part of the record: a row that is older than a day counts no more and is deleted.
    Source: draft-ietf-httpapi-idempotency-key-header.
    """

    id = models.BigAutoField(primary_key=True)
    caller = models.CharField(max_length=120, help_text="the actor's label")
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64, help_text="of method, path and body")
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    objects = IdempotentAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
