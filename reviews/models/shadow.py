"""Drafts that run beside the live version, without effect."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import Policy, Recorded, User


class ShadowQuerySet(models.QuerySet["Shadow"]):
    def running(self) -> Self:
        return self.filter(ended_at=None)


class Shadow(Recorded):
    """A draft that is evaluated on each new decision of a policy after the fact, until a date or
    until a person ends it. `ended_by`: empty where its time ran out or it broke."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="shadows")
    text = models.TextField(_("text"), help_text="the YAML document that runs beside")
    sha256 = models.CharField(max_length=64, help_text="SHA-256 of the text's UTF-8 bytes, hex")
    started_at = models.DateTimeField(_("started"))
    started_by = models.ForeignKey(User, models.PROTECT, related_name="started_shadows")
    until = models.DateTimeField(_("until"), help_text="UTC instant, exclusive")
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="ended_shadows")
    failure = models.CharField(max_length=500, blank=True, help_text="why it broke off")

    objects = ShadowQuerySet.as_manager()

    class Meta:
        verbose_name = _("shadow")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "sha256"],
                condition=Q(ended_at=None),
                name="one_running_shadow_per_text",
            ),
            models.CheckConstraint(
                name="shadow_ends_after_it_starts", condition=Q(until__gt=models.F("started_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.sha256[:8]}"

    def is_over(self, at: datetime) -> bool:
        """Whether everything that it is to look at was received before `at`."""
        return at >= self.until


class ShadowTally(models.Model):
    """What a shadow has counted so far; overwritten as it goes, so it has no history."""

    shadow = models.OneToOneField(Shadow, models.CASCADE, primary_key=True, related_name="tally")
    looked_until = models.DateTimeField(help_text="decisions received before it were looked at")
    decisions = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="routes, and rows of those that differ")

    def __str__(self) -> str:
        return f"{self.changed} of {self.decisions}"
