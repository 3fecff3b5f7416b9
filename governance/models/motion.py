"""Acts that take more than one person: what is moved, who voted, what it took."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.models.base import AppendOnly, Recorded
from governance.models.user import User


class MotionQuerySet(models.QuerySet["Motion"]):
    def pending(self) -> Self:
        return self.filter(state=Motion.State.PENDING)

    def lapsed(self, at: datetime) -> Self:
        """Pending ones whose time is over."""
        return self.pending().filter(expires_at__lte=at)


class Motion(Recorded):
    """An act that waits for its quorum: nothing is done until enough people approve exactly this.

    `content` holds the act's arguments, without personal data; `digest` is the SHA-256 of their
    RFC 8785 JSON, which each ballot repeats. `quorum` is the rule as it was when the motion was
    made: later edits do not touch it.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("waits for approval")
        CARRIED = "carried", _("carried out")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")

    act = models.CharField(_("act"), max_length=80, help_text="the registered act's name")
    summary = models.CharField(_("what is to be done"), max_length=200)
    content = models.JSONField(help_text="the act's arguments, without personal data")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content's RFC 8785 JSON")
    reason = models.CharField(_("reason"), max_length=500, help_text="without personal data")
    subject_type = models.CharField(
        max_length=60,
        blank=True,
        help_text="app.model of what the act is about; empty: nothing yet",
    )
    subject_id = models.UUIDField(null=True)
    quorum = models.JSONField(help_text="the rule, as it was when the motion was made")
    moved_by = models.ForeignKey(User, models.PROTECT, related_name="motions")
    moved_at = models.DateTimeField(_("moved"))
    expires_at = models.DateTimeField(_("open until"), help_text="UTC instant, exclusive")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects = MotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("motion")
        constraints = [
            models.CheckConstraint(
                name="closed_motion_says_when",
                condition=Q(state="pending", closed_at=None)
                | (~Q(state="pending") & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="motion_is_open_for_a_time", condition=Q(expires_at__gt=F("moved_at"))
            ),
            models.UniqueConstraint(
                fields=["act", "digest"],
                condition=Q(state="pending"),
                name="one_pending_motion_of_a_content",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="motion_pending", condition=Q(state="pending")
            ),
            models.Index(fields=["subject_id"], name="motion_about"),
        ]

    def __str__(self) -> str:
        return self.summary


class MotionBallot(AppendOnly):
    """One person's vote on a motion: once, never the mover's, for exactly this content."""

    class Choice(models.TextChoices):
        APPROVE = "approve", _("approve")
        REJECT = "reject", _("reject")

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="ballots")
    voter = models.ForeignKey(User, models.PROTECT, related_name="motion_ballots")
    # Repeated here so that the database itself refuses one person in two seats.
    mover = models.ForeignKey(User, models.PROTECT, related_name="+")
    choice = models.CharField(_("vote"), max_length=8, choices=Choice)
    reason = models.CharField(
        _("reason"), max_length=500, blank=True, help_text="without personal data"
    )
    digest = models.CharField(max_length=64, help_text="of the content that was voted on")
    cast_at = models.DateTimeField()

    class Meta:
        verbose_name = _("vote")
        constraints = [
            models.UniqueConstraint(fields=["motion", "voter"], name="one_vote_per_person"),
            models.CheckConstraint(
                name="movers_do_not_vote_on_their_own", condition=~Q(voter=F("mover"))
            ),
        ]

    def __str__(self) -> str:
        # Titles and links show it; how somebody voted is sealed until the motion is closed.
        return f"vote on {self.motion_id}"


class ActQuorum(Recorded):
    """What quorum an act takes here; where there is none, the act's own default holds."""

    act = models.CharField(_("act"), max_length=80, unique=True)
    quorum = models.JSONField(_("quorum"))

    class Meta:
        verbose_name = _("quorum of an act")
        verbose_name_plural = _("quorums of acts")

    def __str__(self) -> str:
        return self.act
