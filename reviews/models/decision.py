"""What an AI system proposed, what came of its evaluation, and what was true in the end."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import ApiClient, AppendOnly, Payload, PolicyVersion, SubjectKey, User
from models_registry.models import AISystem, DecisionType, ModelVersion


class DecisionQuerySet(models.QuerySet["Decision"]):
    def of_client(self, client: ApiClient) -> Self:
        """Decisions of the systems that `client` speaks for. API verbs start here."""
        return self.filter(system__slug__in=client.systems)

    def readable_by(self, user: User) -> Self:
        """Every decision for those who oversee; for reviewers those of their queues' cases."""
        if user.has_perm("reviews.view_every_decision"):
            return self
        return self.filter(cases__queue__memberships__person=user).distinct()


class Decision(AppendOnly):
    """One output of an AI system. Never a person's ruling, never changed.

    `facts` is the non-personal view; everything the caller sent lies sealed in `payload`, whose
    row may be erased: hence no database constraint on that key.
    """

    is_locked = True

    system = models.ForeignKey(AISystem, models.PROTECT, related_name="decisions")
    decision_type = models.ForeignKey(DecisionType, models.PROTECT, related_name="decisions")
    model_version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="decisions")
    external_id = models.CharField(max_length=200, help_text="the caller's id, unique per system")
    occurred_at = models.DateTimeField(help_text="when the AI system decided, as the caller says")
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=64)
    confidence = models.FloatField(null=True, help_text="0 to 1, as the caller says")
    impact = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, help_text="in the type's unit of impact"
    )
    facts = models.JSONField(help_text="name to value, without the personal ones")
    subject = models.ForeignKey(
        SubjectKey,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="decisions",
        help_text="the pseudonym of the person affected, or of nobody known",
    )
    payload = models.ForeignKey(
        Payload, models.DO_NOTHING, db_constraint=False, related_name="decisions"
    )
    submitted_by = models.ForeignKey(ApiClient, models.PROTECT, related_name="decisions")
    request_id = models.CharField(max_length=64, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        constraints = [
            models.UniqueConstraint(
                fields=["system", "external_id"], name="one_decision_per_external_id"
            ),
            models.CheckConstraint(
                name="confidence_is_a_share",
                condition=Q(confidence=None) | Q(confidence__gte=0, confidence__lte=1),
            ),
        ]
        indexes = [models.Index(fields=["system", "received_at"], name="decision_by_system")]
        permissions = [("view_every_decision", "Can read the decisions of every queue")]

    def __str__(self) -> str:
        return f"{self.decision_type_id} {self.external_id}"

    @property
    def outcome_label(self) -> str:
        return self.decision_type.outcome_label(self.outcome)


class Evaluation(AppendOnly):
    """What the policy made of a decision, with everything needed to derive it again."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="evaluation")
    policy_version = models.ForeignKey(
        PolicyVersion,
        models.PROTECT,
        related_name="evaluations",
        null=True,
        help_text="empty: no version was published, so a person must look",
    )
    disposition = models.CharField(max_length=8)
    rule = models.CharField(max_length=64, blank=True, help_text="id of the rule that decided")
    inputs = models.JSONField(help_text="facts and context as the policy saw them")
    result = models.JSONField(help_text="the evaluation with reasons and trace")
    evaluated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="disposition_known", condition=Q(disposition__in=["pass", "review", "block"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disposition} of {self.decision_id}"

    @property
    def halt_ids(self) -> list[str]:
        """The halts that were in force, the oldest first; empty too from before ids were kept."""
        context: dict[str, Any] = self.inputs["context"] or {}
        ids: list[str] = context.get("halt_ids", [])
        return ids


class Withdrawal(AppendOnly):
    """The AI system took its decision back before it was carried out."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=500, help_text="without personal data")
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(ApiClient, models.PROTECT, related_name="withdrawals")

    def __str__(self) -> str:
        return f"withdrawal of {self.decision_id}"


class GroundTruth(AppendOnly):
    """The true outcome, learned later. A correction is a further row; the newest one counts."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="truths")
    outcome = models.CharField(max_length=64)
    source = models.CharField(max_length=200, help_text="how it became known")
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(ApiClient, models.PROTECT, related_name="truths")

    class Meta:
        indexes = [models.Index(fields=["decision", "-recorded_at"], name="newest_truth")]

    def __str__(self) -> str:
        return f"{self.outcome} for {self.decision_id}"
