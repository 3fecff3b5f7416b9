"""Messages to the outside, written with the change that they tell of."""

from __future__ import annotations

from django.db import models

from governance.models.base import AppendOnly


class OutboxMessage(AppendOnly):
    """One event for integrators: read at `GET /api/v1/events`, in order of id.

    The body holds ids, never payloads.
    """

    is_entered = False

    event = models.CharField(max_length=80, help_text="noun.participle, such as decision.finalised")
    subject_id = models.UUIDField(help_text="the decision, halt or system that the event is about")
    system = models.SlugField(help_text="slug of the AI system; empty where it concerns all")
    body = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["system", "id"], name="outbox_by_system")]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_id}"
