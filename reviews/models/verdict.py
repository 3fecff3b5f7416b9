"""What people ruled."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from governance.models import (
    AppendOnly,
    DecisionRight,
    Delegation,
    Payload,
    Qualification,
    User,
)
from reviews.models.case import Case


class VerdictKind(models.TextChoices):
    UPHOLD = "uphold", _("uphold")
    OVERRIDE = "override", _("override")
    REVERSE = "reverse", _("reverse")
    ABSTAIN = "abstain", _("abstain")


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def ballots(self) -> Self:
        """The verdicts that count towards the quorum: abstaining hands the case on."""
        return self.exclude(kind=VerdictKind.ABSTAIN)

    def as_cast(self) -> Self:
        """Oldest first; the stages before the ids, which clocks of two machines may have made."""
        return self.order_by(F("stage").asc(nulls_first=True), "id")


class Verdict(AppendOnly):
    """One person's ruling on a case: a ballot until the quorum is met.

    `outcome` is what should be carried out: the AI's for `uphold`, the corrected one for
    `override` and `reverse`, none for `abstain`. The free text lies sealed in `reason_payload`.
    Source: Regulation (EU) 2024/1689 Art. 14(4)(d).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="verdicts")
    ruled_by = models.ForeignKey(User, models.PROTECT, related_name="verdicts")
    kind = models.CharField(_("verdict"), max_length=8, choices=VerdictKind)
    outcome = models.CharField(max_length=64, blank=True)
    reason_code = models.CharField(_("reason"), max_length=64)
    reason_payload = models.ForeignKey(
        Payload, models.DO_NOTHING, db_constraint=False, null=True, related_name="verdicts"
    )
    claimed_at = models.DateTimeField(help_text="when the ruling person's claim began")
    ruled_at = models.DateTimeField()
    right = models.ForeignKey(
        DecisionRight, models.PROTECT, related_name="used_in", help_text="the right that was used"
    )
    qualification = models.ForeignKey(
        Qualification, models.PROTECT, related_name="used_in", help_text="the proof that was valid"
    )
    delegation = models.ForeignKey(
        Delegation,
        models.PROTECT,
        null=True,
        related_name="used_in",
        help_text="under which the right was lent; empty: it is the person's own",
    )
    stage = models.PositiveSmallIntegerField(
        null=True, help_text="the stage of the quorum that the ballot counted for, from 0"
    )

    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict")
        constraints = [
            models.UniqueConstraint(fields=["case", "ruled_by"], name="one_ballot_per_person"),
            models.CheckConstraint(
                name="only_abstaining_names_no_outcome",
                condition=Q(kind="abstain") ^ ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.case_id}"


class PriorJudgement(AppendOnly):
    """What a person would have decided before they saw the AI's output (blind first)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="prior_judgements")
    judged_by = models.ForeignKey(User, models.PROTECT, related_name="prior_judgements")
    outcome = models.CharField(max_length=64)
    judged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "judged_by"], name="one_prior_judgement"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} before seeing {self.case_id}"


class ReversalQuerySet(models.QuerySet["Reversal"]):
    def unconfirmed(self) -> Self:
        return self.filter(execution=None)

    def overdue(self, at: datetime) -> Self:
        """Those that nobody confirmed within the time that their policy, or else the
        installation, gives."""
        within = Coalesce("confirm_within", Value(settings.COUNTERSIGN_REVERSAL_SILENCE_LIMIT))
        confirm_by = ExpressionWrapper(F("ordered_at") + within, models.DateTimeField())
        return self.unconfirmed().alias(confirm_by=confirm_by).filter(confirm_by__lte=at)


class Reversal(AppendOnly):
    """The order to undo what was executed. Confirmed by an execution of kind `undone`."""

    is_locked = True

    verdict = models.OneToOneField(Verdict, models.PROTECT, related_name="reversal")
    decision = models.OneToOneField("reviews.Decision", models.PROTECT, related_name="reversal")
    outcome = models.CharField(max_length=64, help_text="the outcome that should stand instead")
    ordered_at = models.DateTimeField()
    confirm_within = models.DurationField(
        null=True,
        help_text="by the policy that the decision ran under; empty: as the installation says",
    )

    objects = ReversalQuerySet.as_manager()

    @property
    def confirm_by(self) -> datetime:
        """From when on a reversal that nobody confirmed is an alarm."""
        return self.ordered_at + (
            self.confirm_within or settings.COUNTERSIGN_REVERSAL_SILENCE_LIMIT
        )

    def __str__(self) -> str:
        return f"reversal of {self.decision_id}"
