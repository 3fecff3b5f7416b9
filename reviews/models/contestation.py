"""A person affected challenges a decision."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.models import ApiClient, AppendOnly, Payload, User
from governance.models.base import Recorded
from reviews.models.case import Case
from reviews.models.decision import Decision
from reviews.models.verdict import Reversal

# A warning is given this long before the answer is due, and once more when it is late.
WARNED_BEFORE = (timedelta(days=10), timedelta(days=3), timedelta(0))


class ContestationQuerySet(models.QuerySet["Contestation"]):
    def open(self) -> Self:
        return self.filter(state=Contestation.State.OPEN)

    def of_client(self, client: ApiClient) -> Self:
        """Those of the systems that `client` speaks for. API verbs start here."""
        return self.filter(decision__system__slug__in=client.systems)

    def unanswered(self) -> Self:
        """The person waits: nobody has ruled yet, or the letter that says how was not sent."""
        return self.filter(
            Q(state=Contestation.State.OPEN) | Q(state=Contestation.State.DECIDED, sent_at=None)
        )

    def late(self, at: datetime) -> Self:
        return self.unanswered().filter(due_at__lte=at)

    def to_warn_of(self, at: datetime) -> Self:
        """Those for which a warning is due at `at` that was not given yet."""
        due = Q(pk__in=[])
        for number, before in enumerate(WARNED_BEFORE, 1):
            due |= Q(due_at__lte=at + before, warnings__lt=number)
        return self.unanswered().filter(due)

    def awaiting_undoing(self) -> Self:
        """The reviewer ordered the decision undone, and the caller has not confirmed it."""
        return self.filter(
            case__verdicts__reversal__isnull=False, case__verdicts__reversal__execution=None
        )

    def undoing_overdue(self, at: datetime) -> Self:
        return self.filter(case__verdicts__reversal__in=Reversal.objects.overdue(at))


class Contestation(Recorded):
    """One challenge to one decision: the person's point of view, a clock, another reviewer.

    The statement lies sealed in `statement`, the letter that explains the outcome in `letter`;
    both go with an erasure. `due_at`: one month after `received_at` unless extended with notice.
    Source: Regulation (EU) 2016/679 Art. 22(3), 12(3); Regulation (EU) 2024/1689 Art. 86.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DECIDED = "decided", _("decided")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Result(models.TextChoices):
        UPHELD = "upheld", _("the decision stands")
        CHANGED = "changed", _("the decision was changed")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="contestations")
    case = models.OneToOneField(Case, models.PROTECT, related_name="contestation")
    statement = models.ForeignKey(
        Payload, models.DO_NOTHING, db_constraint=False, related_name="contested_in"
    )
    received_at = models.DateTimeField(_("received"), help_text="when the person's words arrived")
    registered_at = models.DateTimeField(_("registered"))
    registered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="registered_contestations",
        help_text="empty: a program did, which the entry names",
    )
    due_at = models.DateTimeField(_("answer due"), help_text="UTC instant, GDPR Art. 12(3)")
    extended_at = models.DateTimeField(_("extended"), null=True)
    extension_reason = models.CharField(
        max_length=500, blank=True, help_text="as the person was told; without personal data"
    )
    warnings = models.PositiveSmallIntegerField(
        default=0, help_text="how many warnings were given that this deadline runs out"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    result = models.CharField(_("result"), max_length=8, choices=Result, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    letter = models.ForeignKey(
        Payload, models.DO_NOTHING, db_constraint=False, null=True, related_name="letters"
    )
    sent_at = models.DateTimeField(_("letter sent"), null=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="sent_letters")

    objects = ContestationQuerySet.as_manager()

    class Meta:
        verbose_name = _("contestation")
        constraints = [
            models.UniqueConstraint(
                fields=["decision"], condition=Q(state="open"), name="one_open_contestation"
            ),
            models.CheckConstraint(
                name="closed_contestation_says_when",
                condition=Q(state="open", closed_at=None)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="only_a_decided_contestation_has_a_result",
                condition=Q(state="decided") ^ Q(result=""),
            ),
            models.CheckConstraint(
                name="contestation_is_due_after_it_came", condition=Q(due_at__gt=F("received_at"))
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="contestation_due", condition=Q(state="open")),
        ]
        permissions = [
            ("register_contestation", "Can register contestations and send their answers"),
        ]

    def __str__(self) -> str:
        return f"contestation of {self.decision_id}"

    @property
    def is_unanswered(self) -> bool:
        return self.state == Contestation.State.OPEN or (
            self.state == Contestation.State.DECIDED and self.sent_at is None
        )

    def is_late(self, at: datetime) -> bool:
        return self.is_unanswered and self.due_at <= at


class StatementReading(AppendOnly):
    """A reviewer has read the person's statement, before anything else of the case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="statement_readings")
    person = models.ForeignKey(User, models.PROTECT, related_name="statement_readings")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="statement_read_once"),
        ]

    def __str__(self) -> str:
        return f"statement of {self.case_id} read"
