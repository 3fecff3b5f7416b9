"""Where cases wait, and for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.models import Recorded, User
from reviews.models.ladder import Ladder


class QueueQuerySet(models.QuerySet["Queue"]):
    def reviewed_by(self, user: User) -> Self:
        return self.filter(memberships__person=user)

    def visible_to(self, user: User) -> Self:
        """The queues a person may look into: their own, or all for those who oversee."""
        if user.has_perm("reviews.view_every_queue"):
            return self
        return self.reviewed_by(user)


class Queue(Recorded):
    """A named place where cases wait. A case that runs late moves to `escalates_to`."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    escalates_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="escalates_from",
        verbose_name=_("escalates to"),
        help_text="empty: late cases end with the fail-safe outcome",
    )
    ladder = models.ForeignKey(
        Ladder,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="queues",
        verbose_name=_("ladder"),
        help_text="of the cases that open here; empty: the queues above, one after the other",
    )
    rung_within = models.DurationField(
        _("time after escalation"),
        default=timedelta(hours=4),
        help_text="how long an escalated case may wait here",
    )
    lease_within = models.DurationField(
        _("lease"), default=timedelta(minutes=15), help_text="how long a claim holds"
    )
    is_open = models.BooleanField(_("takes cases"), default=True)

    objects = QueueQuerySet.as_manager()

    class Meta:
        verbose_name = _("queue")
        constraints = [
            models.CheckConstraint(
                name="queue_never_escalates_to_itself",
                condition=Q(escalates_to=None) | ~Q(escalates_to=F("id")),
            ),
            models.CheckConstraint(
                name="queue_times_are_positive",
                condition=Q(rung_within__gt=timedelta(0), lease_within__gt=timedelta(0)),
            ),
        ]
        permissions = [("view_every_queue", "Can look into every queue")]

    def __str__(self) -> str:
        return self.name


class QueueMembership(Recorded):
    """One person reviews one queue."""

    decides_who_may_rule = True

    queue = models.ForeignKey(Queue, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(User, models.PROTECT, related_name="queue_memberships")

    class Meta:
        verbose_name = _("queue membership")
        constraints = [
            models.UniqueConstraint(fields=["queue", "person"], name="member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.queue}"
