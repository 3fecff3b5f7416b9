"""Signs of life of the processes that no request reaches."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class Heartbeat(models.Model):
    """When a process was last seen alive. Overwritten each time: no record, thus no history."""

    process = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.process} at {self.at.isoformat()}"

    @classmethod
    def beat(cls, process: str, at: datetime) -> None:
        cls.objects.update_or_create(process=process, defaults={"at": at})
