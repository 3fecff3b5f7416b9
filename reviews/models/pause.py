"""A case waits for information, and its clock stands still."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.models import AppendOnly, Payload, User
from reviews.models.case import Case


class PauseQuerySet(models.QuerySet["Pause"]):
    def in_force(self) -> Self:
        """Those that nothing has ended."""
        return self.filter(end=None)


class Pause(AppendOnly):
    """The clock of a case stands still from `paused_at`, until `ends_at` at the latest.

    What is said beside the reason lies sealed in `note`, for it may be about the data subject.
    """

    is_entered = False  # the case's own entry tells of it

    class Reason(models.TextChoices):
        PERSON = "person", _("information from the person concerned")
        CALLER = "caller", _("information from whoever runs the AI system")
        EXPERT = "expert", _("what an expert says")
        OTHER = "other", _("something else, explained")

    case = models.ForeignKey(Case, models.PROTECT, related_name="pauses")
    reason = models.CharField(_("waits for"), max_length=16, choices=Reason)
    note = models.ForeignKey(
        Payload, models.DO_NOTHING, db_constraint=False, null=True, related_name="pauses"
    )
    paused_at = models.DateTimeField(_("paused"))
    paused_by = models.ForeignKey(User, models.PROTECT, related_name="pauses")
    ends_at = models.DateTimeField(_("until"), help_text="UTC instant at which it ends by itself")
    due_at = models.DateTimeField(_("was due"), help_text="the case's deadline when it was paused")

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        constraints = [
            models.CheckConstraint(name="pause_ends", condition=Q(ends_at__gt=F("paused_at"))),
            models.CheckConstraint(
                name="pause_stops_a_running_clock", condition=Q(due_at__gt=F("paused_at"))
            ),
        ]
        permissions = [("pause_case", "Can pause and resume cases that nobody holds")]

    def __str__(self) -> str:
        return f"pause of {self.case_id}"

    def stood_until(self, at: datetime) -> datetime:
        """Until when the clock stood, for a pause that is ended at `at`."""
        return min(at, self.ends_at)


class PauseEnd(AppendOnly):
    """What ended a pause, once."""

    is_entered = False  # the case's own entry tells of it

    class How(models.TextChoices):
        RESUMED = "resumed", _("somebody resumed the case")
        CLAIMED = "claimed", _("somebody claimed the case")
        RAN_OUT = "ran_out", _("its latest end came")
        MOVED = "moved", _("the case moved up")
        CLOSED = "closed", _("the case was closed")

    pause = models.OneToOneField(Pause, models.PROTECT, related_name="end")
    how = models.CharField(max_length=16, choices=How)
    ended_at = models.DateTimeField(_("ended"))
    actor = models.CharField(max_length=120, help_text="who ended it, by handle")

    def __str__(self) -> str:
        return f"end of {self.pause_id}"
