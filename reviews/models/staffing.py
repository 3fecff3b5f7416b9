"""Cases that nobody may rule on."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import Recorded
from reviews.models.case import Case


class StaffingAlarmQuerySet(models.QuerySet["StaffingAlarm"]):
    def open(self) -> Self:
        return self.filter(cleared_at=None)


class StaffingAlarm(Recorded):
    """No eligible person for an open case, from when to when."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="staffing_alarms")
    detail = models.CharField(
        max_length=500, help_text="which condition leaves nobody, without names"
    )
    raised_at = models.DateTimeField(_("raised"))
    cleared_at = models.DateTimeField(_("cleared"), null=True)

    objects = StaffingAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("staffing alarm")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(cleared_at=None), name="one_open_staffing_alarm"
            ),
        ]

    def __str__(self) -> str:
        return f"nobody for {self.case_id}"
