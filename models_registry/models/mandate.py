"""What a person in command allows a system to do."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.models import AppendOnly, Motion, Recorded, User
from models_registry.models.decision_type import DecisionType


class MandateQuerySet(models.QuerySet["Mandate"]):
    def in_force(self, at: datetime) -> Self:
        return self.filter(valid_from__lte=at, valid_until__gt=at, revoked_at=None)


class Mandate(Recorded):
    """In human-in-command mode: objective, limits, until when. Without one the system is blocked.

    `max_decisions` counts the decisions that passed under it without a person, and so do the
    limits of impact and those per period.
    """

    decision_type = models.ForeignKey(DecisionType, models.PROTECT, related_name="mandates")
    objective = models.TextField(_("objective"))
    max_decisions = models.PositiveIntegerField(_("most decisions"))
    max_impact = models.DecimalField(
        _("highest impact"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    allowed_outcomes = ArrayField(
        models.CharField(max_length=64), default=list, blank=True, help_text="empty: all"
    )
    # From here to `segments` came later; what was issued before leaves them empty: no such limit.
    period = models.CharField(  # noqa: DJ001
        _("period"),
        max_length=16,
        null=True,
        blank=True,
        help_text="what the limits per period count in: day, week or month (UTC), or a span "
        "such as PT12H, counted from the start; empty: there are none",
    )
    max_decisions_per_period = models.PositiveIntegerField(
        _("most decisions per period"), null=True, blank=True
    )
    max_total_impact = models.DecimalField(
        _("most impact in all"), max_digits=15, decimal_places=4, null=True, blank=True
    )
    max_impact_per_period = models.DecimalField(
        _("most impact per period"), max_digits=15, decimal_places=4, null=True, blank=True
    )
    segments = models.JSONField(
        _("segments"),
        null=True,
        blank=True,
        help_text="fact to the list of values that are covered; empty: all",
    )
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="issued_mandates")
    motion = models.OneToOneField(
        Motion,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="mandate",
        help_text="what a second person approved; empty: set up with the system",
    )
    revoked_at = models.DateTimeField(null=True)
    warned_of_use_at = models.DateTimeField(
        null=True, editable=False, help_text="when it was said that little of it is left"
    )
    warned_of_days = models.PositiveSmallIntegerField(
        null=True, editable=False, help_text="days before the end that were warned of last"
    )

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        constraints = [
            models.CheckConstraint(
                name="mandate_ends_after_it_begins",
                condition=Q(valid_until__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="mandate_per_period_says_which",
                condition=Q(period__isnull=False)
                | Q(max_decisions_per_period=None, max_impact_per_period=None),
            ),
        ]
        permissions = [("issue_mandate", "Can issue and revoke mandates")]

    def __str__(self) -> str:
        return f"Mandate for {self.decision_type}"


class MandateUse(AppendOnly):
    """One decision counted against a mandate: the `ordinal`-th, from 1.

    Each row carries what is used up with it, in all and in its period, so that the newest one
    says it all. What was counted before there were such limits leaves these empty.
    """

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="uses")
    ordinal = models.PositiveIntegerField()
    decision_id = models.UUIDField(unique=True)
    impact_total = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    period_began_at = models.DateTimeField(null=True, help_text="empty: no limit per period")
    period_ordinal = models.PositiveIntegerField(null=True)
    period_impact = models.DecimalField(max_digits=24, decimal_places=4, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mandate", "ordinal"], name="mandate_counts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.mandate_id} no. {self.ordinal}"
