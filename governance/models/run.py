"""Work that is asked for now and done later by a worker."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.models.base import Recorded


class Run(Recorded):
    """One piece of such work: `queued`, then `running`, then `done` or `failed`."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    requested_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=500, blank=True)

    class Meta:
        abstract = True


class RunProgress(models.Model):
    """How far a run is; overwritten as it goes, so it has no history. Its key is the run's."""

    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    step = models.CharField(max_length=120, blank=True)
    seen_at = models.DateTimeField(help_text="when the worker last gave a sign")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.done}/{self.total}"
