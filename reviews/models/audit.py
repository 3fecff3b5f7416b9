"""The audit rates of the segments of passed decisions, and what they rest on."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import Policy, PolicyVersion, Recorded
from models_registry.models import DecisionType


class AuditRateQuerySet(models.QuerySet["AuditRate"]):
    def of(self, decision_type: DecisionType, version: PolicyVersion) -> Self:
        """Those that hold for decisions of the type under this very version."""
        return self.filter(
            decision_type=decision_type, policy=version.policy_id, policy_version=version
        )


class AuditRate(Recorded):
    """The share of the passes of one segment that is drawn for audit.

    It holds under one policy version: what another one lets pass has other errors. `audited`,
    `errors`, `upper_bound`: what the present rate rests on, counted up to `counted_until`.
    """

    class Reason(models.TextChoices):
        STARTED = "started", _("the segment was seen first")
        NEW_POLICY = "new_policy", _("another policy version holds")
        ERROR = "error", _("an audit found an error")
        UNPROVEN = "unproven", _("the error is not shown to be within the limit")
        PROVEN = "proven", _("the error is shown to be safely within the limit")

    decision_type = models.ForeignKey(DecisionType, models.PROTECT, related_name="audit_rates")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="audit_rates")
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="audit_rates")
    segment = models.JSONField(help_text="the facts' names to their values, none of them personal")
    segment_key = models.CharField(
        max_length=64, help_text="SHA-256 of the segment's RFC 8785 JSON, hex"
    )
    rate = models.FloatField(_("rate"), help_text="share of the passes, 0 to 1")
    reason = models.CharField(_("why"), max_length=12, choices=Reason)
    audited = models.PositiveIntegerField(_("audits ruled on"))
    errors = models.PositiveIntegerField(_("errors found"))
    upper_bound = models.FloatField(_("upper bound of the error"))
    counted_until = models.DateTimeField()
    changed_at = models.DateTimeField(_("changed"))

    objects = AuditRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit rate")
        constraints = [
            models.UniqueConstraint(
                fields=["decision_type", "policy", "segment_key"], name="one_rate_per_segment"
            ),
            models.CheckConstraint(
                name="audit_rate_is_a_share", condition=Q(rate__gte=0, rate__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"audit rate {self.rate} of {self.segment_key[:12]}"


class AuditCount(models.Model):
    """Figures of a segment within the plan's window, as the sweep last counted them.

    No evidence: they follow from decisions and cases, and can be counted anew at any time.
    """

    rate = models.OneToOneField(AuditRate, models.CASCADE, primary_key=True, related_name="count")
    passes = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    audited = models.PositiveIntegerField()
    errors = models.PositiveIntegerField()
    upper_bound = models.FloatField()
    last_audit_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        null=True
    )
    counted_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.passes} passes of {self.rate_id}"
