"""What people are told: what is yet to be told, each person's notices, and their choices."""

from __future__ import annotations

from datetime import time
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.ids import uuid7
from governance.models.base import Recorded, Recording, history
from governance.models.rights import ReviewerRole
from governance.models.user import User
from governance.notices.hours import Hours, Summary
from governance.notices.kinds import Channel


class NoticeCause(models.Model):
    """An event that people are to be told of, until they are.

    Written in the transaction of the event, deleted in the one that makes the notices: no watermark
    that a slow transaction could slip behind. Its id is that of the ledger entry.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    event = models.CharField(max_length=120)
    subject_id = models.UUIDField()
    history_id = models.UUIDField(null=True, help_text="of the row as the event left it")
    body = models.JSONField()
    at = models.DateTimeField()
    told_until = models.UUIDField(
        null=True, help_text="of a large group: the last person who has their notice already"
    )
    retry_at = models.DateTimeField(
        null=True, help_text="telling it failed and waits until then; others go on meanwhile"
    )

    def __str__(self) -> str:
        return f"{self.event} {self.subject_id}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def shown_to(self, person: User) -> Self:
        """What the product shows them."""
        return self.filter(person=person, is_shown=True)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """What one person is told of one event. Holds names and ids, no personal data of others.

    The text is made of `kind` and `values` when it is shown, in the reader's language.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, models.CASCADE, related_name="notices")
    cause = models.UUIDField(help_text="the ledger entry of the event; the first of several")
    kind = models.CharField(max_length=40)
    values = models.JSONField()
    path = models.CharField(max_length=300, help_text="address of the page that it is about")
    at = models.DateTimeField(help_text="when it happened")
    is_shown = models.BooleanField(
        default=True, help_text="in the product; else it goes by the other channels alone"
    )
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause", "person", "kind"], name="told_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_list", condition=Q(is_shown=True)),
            models.Index(
                fields=["person", "-id"],
                name="notice_unread",
                condition=Q(is_shown=True, read_at=None),
            ),
            models.Index(fields=["at"], name="notice_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"


class HeldNotice(models.Model):
    """A notice that waits for a summary, or for the end of the quiet hours, on one channel."""

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="held")
    person = models.ForeignKey(User, models.CASCADE, related_name="held_notices")
    channel = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Channel])
    leaves_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="held_once"),
        ]
        indexes = [
            models.Index(fields=["leaves_at"], name="held_due"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.channel}"


class NoticeChoices(Recorded):
    """How one person wants to be told. Without a row: the default channels, at once, in English."""

    person = models.OneToOneField(User, models.PROTECT, related_name="notice_choices")
    language = models.CharField(_("language"), max_length=8, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    summary = models.CharField(
        _("summary"),
        max_length=8,
        choices=[(one.value, one.value) for one in Summary],
        default=Summary.AT_ONCE.value,
    )
    daily_at = models.TimeField(_("daily summary at"), default=time(8))
    channels = models.JSONField(
        default=dict, help_text="kind to the list of its channels, where they are not the default"
    )

    class Meta:
        verbose_name = _("choices of notices")
        verbose_name_plural = _("choices of notices")
        constraints = [
            models.CheckConstraint(
                name="quiet_hours_begin_and_end",
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False)
                & ~Q(quiet_from=F("quiet_until")),
            ),
        ]

    def __str__(self) -> str:
        return f"choices of {self.person}"

    @property
    def hours(self) -> Hours:
        return Hours(
            zone=ZoneInfo(self.time_zone),
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
            summary=Summary(self.summary),
            daily_at=self.daily_at,
        )


class ChatAddress(Recording):
    """Where one person, one queue or one role is told by chat: an incoming webhook.

    Such an address is a secret: whoever knows it may post there. It is sealed with the master key,
    and its history keeps its digest alone.
    """

    class Style(models.TextChoices):
        SLACK = "slack", _("Slack")
        TEAMS = "teams", _("Microsoft Teams")
        GENERIC = "generic", _("other (JSON)")

    person = models.OneToOneField(
        User, models.PROTECT, null=True, blank=True, related_name="chat_address"
    )
    queue = models.SlugField(_("queue"), blank=True, help_text="slug")
    role = models.ForeignKey(
        ReviewerRole, models.PROTECT, null=True, blank=True, related_name="chat_addresses"
    )
    style = models.CharField(_("kind of chat"), max_length=8, choices=Style)
    host = models.CharField(_("host"), max_length=253, help_text="of the address, for showing it")
    sealed_url = models.BinaryField(editable=False)
    url_sha256 = models.CharField(max_length=64, editable=False)
    language = models.CharField(_("language"), max_length=8, default="en")
    removed_at = models.DateTimeField(_("removed"), null=True, editable=False)

    history = history(excluded=["sealed_url"])

    class Meta:
        verbose_name = _("chat address")
        verbose_name_plural = _("chat addresses")
        constraints = [
            models.CheckConstraint(
                name="chat_address_is_of_one",
                condition=Q(person__isnull=False, queue="", role=None)
                | ~Q(queue="") & Q(person=None, role=None)
                | Q(role__isnull=False, person=None, queue=""),
            ),
            models.UniqueConstraint(
                fields=["queue"],
                condition=~Q(queue="") & Q(removed_at=None),
                name="one_chat_of_a_queue",
            ),
            models.UniqueConstraint(
                fields=["role"], condition=Q(removed_at=None), name="one_chat_of_a_role"
            ),
        ]
        permissions = [("manage_chataddress", "Can set the chat addresses of queues and roles")]

    def __str__(self) -> str:
        return f"{self.get_style_display()}, {self.host}"


class NoticeMessage(models.Model):
    """What goes to one person or place by mail or chat: one notice, or a summary of several.

    Its id is what the receiver sees at each attempt. Self-contained: a list of kind, values, path
    and instant. Kept as long as its delivery.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="notice_messages")
    chat = models.ForeignKey(ChatAddress, models.CASCADE, null=True, related_name="messages")
    items = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="message_goes_to_somebody",
                condition=Q(person__isnull=False) | Q(chat__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="message_age")]

    def __str__(self) -> str:
        return f"message {self.pk}"
