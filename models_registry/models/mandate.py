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

    `max_decisions` counts the decisions that passed under it without a person.
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

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        constraints = [
            models.CheckConstraint(
                name="mandate_ends_after_it_begins",
                condition=Q(valid_until__gt=F("valid_from")),
            )
        ]
        permissions = [("issue_mandate", "Can issue and revoke mandates")]

    def __str__(self) -> str:
        return f"Mandate for {self.decision_type}"


class MandateUse(AppendOnly):
    """One decision counted against a mandate: the `ordinal`-th, from 1."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="uses")
    ordinal = models.PositiveIntegerField()
    decision_id = models.UUIDField(unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mandate", "ordinal"], name="mandate_counts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.mandate_id} no. {self.ordinal}"
