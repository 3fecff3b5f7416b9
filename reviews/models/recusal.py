"""A person steps aside from one decision."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.models import AppendOnly, Payload, User
from reviews.models.case import Case
from reviews.models.decision import Decision


class Recusal(AppendOnly):
    """A declared conflict of interest: the person rules on no case of this decision, ever.

    What they say beside the reason lies sealed in `note`, for it may be about the data subject.
    """

    class Reason(models.TextChoices):
        KNOWS_PERSON = "knows_person", _("knows the person concerned")
        INTEREST = "interest", _("has an interest in the outcome")
        INVOLVED = "involved", _("was involved in the matter before")
        OTHER = "other", _("another reason, explained")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="recusals")
    case = models.ForeignKey(Case, models.PROTECT, related_name="recusals")
    person = models.ForeignKey(User, models.PROTECT, related_name="recusals")
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    note = models.ForeignKey(
        Payload, models.DO_NOTHING, db_constraint=False, null=True, related_name="recusals"
    )
    recused_at = models.DateTimeField()

    class Meta:
        verbose_name = _("recusal")
        constraints = [
            models.UniqueConstraint(fields=["decision", "person"], name="recused_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} steps aside from {self.decision_id}"
