"""What the monitors of the policies found, and the alarms they gave."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import AppendOnly, Recorded, User
from models_registry.models import DecisionType


class MonitorStateQuerySet(models.QuerySet["MonitorState"]):
    def due(self, at: datetime) -> Self:
        return self.filter(next_at__lte=at)

    def fresh(self, at: datetime) -> Self:
        """Those that looked at enough data in time."""
        return self.filter(fresh_until__gt=at)


class MonitorState(models.Model):
    """Where one monitor of one decision type stands between its looks.

    Scratch: what it found is in its runs and alarms. Lost, it begins anew, and until its first
    look with data the monitor is not fresh.
    """

    id = models.BigAutoField(primary_key=True)
    decision_type = models.ForeignKey(DecisionType, models.PROTECT, related_name="monitor_states")
    monitor = models.SlugField(max_length=64, help_text="its id in the policy")
    watches = models.CharField(max_length=24)
    spec = models.CharField(max_length=64, help_text="digest of its settings")
    next_at = models.DateTimeField(help_text="from when it is to look again")
    fresh_until = models.DateTimeField(
        null=True, help_text="until when its last look with enough data counts"
    )
    is_outside = models.BooleanField(
        default=False, help_text="the last look with data was an alarm: no other is raised"
    )
    failures = models.PositiveSmallIntegerField(
        default=0, help_text="looks in a row that broke off"
    )
    memory = models.JSONField(default=dict, help_text="what a sequential monitor carries on")

    objects = MonitorStateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision_type", "monitor"], name="one_state_per_monitor"
            ),
        ]
        indexes = [models.Index(fields=["next_at"], name="monitor_due")]

    def __str__(self) -> str:
        return f"{self.monitor} of {self.decision_type_id}"


class MonitorRun(AppendOnly):
    """One look: what was measured, against which limit, over how many items."""

    is_entered = False  # the alarm that a look raises repeats its figures in an entry of its own

    class Finding(models.TextChoices):
        QUIET = "quiet", _("quiet")
        ALARM = "alarm", _("alarm")
        TOO_FEW = "too_few", _("not enough data")

    decision_type = models.ForeignKey(
        DecisionType, models.PROTECT, related_name="monitor_runs", verbose_name=_("decision type")
    )
    monitor = models.SlugField(_("monitor"), max_length=64)
    watches = models.CharField(_("watches"), max_length=24)
    spec = models.CharField(max_length=64, help_text="digest of the settings it ran with")
    ran_at = models.DateTimeField(_("ran"))
    window_start = models.DateTimeField(_("window from"))
    statistic = models.FloatField(_("statistic"), null=True)
    limit = models.FloatField(_("limit"), null=True)
    lower_limit = models.FloatField(_("lower limit"), null=True)
    n = models.PositiveBigIntegerField(_("items"))
    least = models.PositiveIntegerField(help_text="items that it takes")
    where = models.CharField(max_length=200, blank=True, help_text="segment or outcome")
    finding = models.CharField(_("finding"), max_length=8, choices=Finding)

    class Meta:
        verbose_name = _("look of a monitor")
        verbose_name_plural = _("looks of monitors")
        constraints = [
            models.CheckConstraint(
                name="a_finding_has_its_figures",
                condition=Q(finding="too_few") | Q(statistic__isnull=False, limit__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["decision_type", "monitor", "-id"], name="looks_of_monitor")
        ]

    def __str__(self) -> str:
        return f"{self.monitor}: {self.get_finding_display()}"


class MonitorAlarmQuerySet(models.QuerySet["MonitorAlarm"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)


class MonitorAlarm(Recorded):
    """A monitor outside of its limit, once for each time it left it. It ends when the monitor is
    quiet again, or when a person closes it with a reason."""

    decision_type = models.ForeignKey(
        DecisionType, models.PROTECT, related_name="monitor_alarms", verbose_name=_("decision type")
    )
    monitor = models.SlugField(_("monitor"), max_length=64)
    watches = models.CharField(_("watches"), max_length=24)
    run = models.ForeignKey(MonitorRun, models.PROTECT, related_name="alarms")
    raised_to = models.CharField(
        _("level raised to"), max_length=12, blank=True, help_text="empty: no level was raised"
    )
    raised_at = models.DateTimeField(_("raised"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="closed_alarms", verbose_name=_("closed by")
    )
    close_reason = models.CharField(
        _("reason"), max_length=500, blank=True, help_text="without personal data"
    )

    objects = MonitorAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm of a monitor")
        verbose_name_plural = _("alarms of monitors")
        constraints = [
            models.UniqueConstraint(
                fields=["decision_type", "monitor"],
                condition=Q(ended_at=None),
                name="one_open_alarm_per_monitor",
            ),
            models.CheckConstraint(
                name="closed_alarm_says_why",
                condition=Q(closed_by=None, close_reason="")
                | (Q(closed_by__isnull=False, ended_at__isnull=False) & ~Q(close_reason="")),
            ),
        ]
        permissions = [("close_monitoralarm", "Can close alarms of monitors")]

    def __str__(self) -> str:
        return f"{self.monitor} of {self.decision_type_id}"


class DecisionTally(models.Model):
    """How many decisions of a type came in one whole hour, by outcome and by confidence.

    Scratch: counted from the decisions, and counted again if lost. Windows of weeks add these up
    instead of reading every decision at each look.
    """

    id = models.BigAutoField(primary_key=True)
    decision_type = models.ForeignKey(DecisionType, models.PROTECT, related_name="tallies")
    hour = models.DateTimeField(help_text="its first instant")
    total = models.PositiveIntegerField()
    last_at = models.DateTimeField(null=True, help_text="when the last one came")
    outcomes = models.JSONField(help_text="outcome to count")
    confidences = models.JSONField(help_text="step of the confidence to count")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision_type", "hour"], name="one_tally_per_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.total} of {self.decision_type_id} in {self.hour:%Y-%m-%d %H}"
