"""Leave to carry out one exact decision, its single use, and what was then done."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import ApiClient, AppendOnly
from models_registry.models import Halt
from reviews.models.decision import Decision
from reviews.models.verdict import Reversal


class PermitQuerySet(models.QuerySet["Permit"]):
    def outstanding(self, at: datetime) -> Self:
        return self.filter(expires_at__gt=at, use=None, void=None)


class Permit(AppendOnly):
    """Signed, short-lived, single-use leave. Its id is the token's `jti`.

    `digest`: SHA-256 of the RFC 8785 JSON of what may be executed (see `permits.content`), hex.
    """

    is_locked = True

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="permits")
    outcome = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    verdict_ids = ArrayField(
        models.UUIDField(), default=list, help_text="empty: the policy passed it"
    )
    token = models.TextField(help_text="JWS in compact form")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = PermitQuerySet.as_manager()

    class Meta:
        verbose_name = _("permit")
        constraints = [
            models.CheckConstraint(
                name="permit_expires_after_issue", condition=Q(expires_at__gt=models.F("issued_at"))
            ),
        ]
        # A halt looks for the few that have not run out, among all that were ever issued.
        indexes = [models.Index(fields=["expires_at"], name="permit_runs_out")]

    def __str__(self) -> str:
        return f"permit {self.pk}"


class PermitUse(AppendOnly):
    """The one use of a permit."""

    permit = models.OneToOneField(Permit, models.PROTECT, related_name="use")
    # Repeated here so that the database itself refuses a second use for the same decision.
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="permit_use")
    used_by = models.ForeignKey(ApiClient, models.PROTECT, related_name="permit_uses")
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"use of {self.permit_id}"


class PermitVoid(AppendOnly):
    """A permit that must not be used any more, and why."""

    class Reason(models.TextChoices):
        HALT = "halt", _("a halt was placed")
        WITHDRAWN = "withdrawn", _("the decision was withdrawn")
        OVERRULED = "overruled", _("a person ruled otherwise")

    permit = models.OneToOneField(Permit, models.PROTECT, related_name="void")
    reason = models.CharField(max_length=12, choices=Reason)
    voided_at = models.DateTimeField()
    halt = models.ForeignKey(
        Halt,
        models.PROTECT,
        null=True,
        related_name="voids",
        help_text="which halt; empty: another reason, or from before this was kept",
    )

    def __str__(self) -> str:
        return f"{self.permit_id} void: {self.reason}"


class Execution(AppendOnly):
    """What the caller did, under which used permit; or the undoing of it, under which order."""

    class Kind(models.TextChoices):
        CARRIED_OUT = "carried_out", _("carried out")
        UNDONE = "undone", _("undone")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="executions")
    kind = models.CharField(max_length=12, choices=Kind)
    permit_use = models.OneToOneField(
        PermitUse, models.PROTECT, null=True, related_name="execution"
    )
    reversal = models.OneToOneField(Reversal, models.PROTECT, null=True, related_name="execution")
    outcome = models.CharField(max_length=64, help_text="what was carried out, or stands instead")
    reference = models.CharField(
        max_length=200, blank=True, help_text="the caller's own id of the act"
    )
    executed_at = models.DateTimeField(help_text="as the caller says")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(ApiClient, models.PROTECT, related_name="executions")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="execution_rests_on_permit_or_order",
                condition=Q(kind="carried_out", permit_use__isnull=False, reversal=None)
                | Q(kind="undone", permit_use=None, reversal__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.decision_id}"
