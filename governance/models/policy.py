"""Policies and their published, immutable versions."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.base import AppendOnly, Recorded
from governance.models.motion import Motion
from governance.models.user import User


class Policy(Recorded):
    """A named oversight policy. What it says stands in its versions."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(User, models.PROTECT, related_name="policies")
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")

    def __str__(self) -> str:
        return self.name


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def published(self, at: datetime) -> Self:
        return self.filter(published_at__lte=at)

    def newest_first(self) -> Self:
        return self.order_by("-number")


class PolicyVersion(AppendOnly):
    """One published text of a policy. It never changes; a correction is a further version.

    `valid_from` and `valid_until` repeat what the text says, so that lists can filter by them.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    mode = models.CharField(_("oversight mode"), max_length=8)
    text = models.TextField(_("text"), help_text="the YAML document as it was published")
    sha256 = models.CharField(max_length=64, help_text="SHA-256 of the text's UTF-8 bytes, hex")
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, related_name="published_policies")
    motion = models.OneToOneField(
        Motion,
        models.PROTECT,
        null=True,
        related_name="policy_version",
        help_text="what a second person approved; empty: set up with the system",
    )

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy version")
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_numbers_once"),
            models.CheckConstraint(
                name="policy_version_mode_known", condition=Q(mode__in=["hitl", "hotl", "hic"])
            ),
        ]
        permissions = [("publish_policyversion", "Can publish a version of a policy")]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"


class PolicyDraftQuerySet(models.QuerySet["PolicyDraft"]):
    def open(self) -> Self:
        return self.filter(state=PolicyDraft.State.OPEN)


class PolicyDraft(Recorded):
    """The text of a policy's next version while it is being written; it may have faults.

    A policy has one open draft. `revision` grows with every save, so that nobody overwrites what
    they have not seen; `base`: the number of the version that it was written against.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PUBLISHED = "published", _("published")
        DISCARDED = "discarded", _("discarded")

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="drafts")
    text = models.TextField(_("text"))
    base = models.PositiveIntegerField(
        _("written against version"), help_text="0: before the first version"
    )
    revision = models.PositiveIntegerField(_("revision"), default=1)
    author = models.ForeignKey(
        User, models.PROTECT, related_name="policy_drafts", verbose_name=_("author")
    )
    saved_at = models.DateTimeField(_("saved"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)

    objects = PolicyDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy draft")
        constraints = [
            models.UniqueConstraint(
                fields=["policy"], condition=Q(state="open"), name="one_open_draft_of_a_policy"
            ),
            models.CheckConstraint(
                name="policy_draft_state_known",
                condition=Q(state__in=["open", "published", "discarded"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy}, draft"
