"""What somebody asked the threshold advisor, and what it answered."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import ApiClient, AppendOnly, User
from models_registry.models import DecisionType


class ThresholdQuestionQuerySet(models.QuerySet["ThresholdQuestion"]):
    def of_client(self, client: ApiClient) -> Self:
        """About the systems that `client` speaks for."""
        return self.filter(decision_type__system__slug__in=client.systems)


class ThresholdQuestion(AppendOnly):
    """One question with its costs, and the curves that were reckoned then. It changed nothing."""

    decision_type = models.ForeignKey(
        DecisionType,
        models.PROTECT,
        related_name="threshold_questions",
        verbose_name=_("decision type"),
    )
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="threshold_questions"
    )
    asked_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, related_name="threshold_questions"
    )
    period_start = models.DateTimeField(help_text="UTC instant, inclusive")
    period_end = models.DateTimeField(help_text="UTC instant, exclusive")
    outcome = models.CharField(max_length=64, blank=True, help_text="empty: every outcome")
    segment = models.CharField(
        max_length=64, blank=True, help_text="empty: all together, then protected groups"
    )
    wrong_pass = models.FloatField(help_text="cost of a wrong output that takes effect")
    wrong_refusal = models.FloatField(help_text="cost of a right output that people change")
    review_minute = models.FloatField(help_text="cost of a minute of review")
    minutes = models.FloatField(null=True, help_text="of a review, as asked; empty: as measured")
    answer = models.JSONField(help_text="the curves with their bands")

    objects = ThresholdQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to the threshold advisor")
        constraints = [
            models.CheckConstraint(
                name="threshold_question_has_one_asker",
                condition=Q(asked_by=None, asked_by_client__isnull=False)
                | Q(asked_by__isnull=False, asked_by_client=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_type_id} {self.asked_at:%Y-%m-%d %H:%M}"
