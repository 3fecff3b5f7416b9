"""Ordered reversals that the caller has not confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.models import Recorded, User
from reviews.models.verdict import Reversal


class ReversalAlarmQuerySet(models.QuerySet["ReversalAlarm"]):
    def open(self) -> Self:
        return self.filter(cleared_at=None)

    def readable_by(self, user: User) -> Self:
        """Of every decision for those who oversee; for reviewers those of their queues' cases."""
        if user.has_perm("reviews.view_every_decision"):
            return self
        return self.filter(reversal__verdict__case__queue__memberships__person=user)


class ReversalAlarm(Recorded):
    """The undoing of an executed decision was ordered, and nobody confirmed it in time."""

    reversal = models.OneToOneField(Reversal, models.PROTECT, related_name="alarm")
    raised_at = models.DateTimeField(_("raised"))
    cleared_at = models.DateTimeField(_("cleared"), null=True)

    objects = ReversalAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("reversal alarm")

    def __str__(self) -> str:
        return f"unconfirmed: {self.reversal_id}"


def silent_reversals(at: datetime) -> models.QuerySet[Reversal]:
    """Reversals that nobody confirmed within the time set, and that no alarm tells of yet."""
    return Reversal.objects.overdue(at).filter(alarm=None)
