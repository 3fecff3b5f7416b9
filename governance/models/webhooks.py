"""Endpoints of integrators that outbox messages are sent to, and the secrets that sign them."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.api_client import ApiClient
from governance.models.base import Recorded
from governance.models.user import User


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def standing(self) -> Self:
        """All that are not removed."""
        return self.exclude(state=WebhookEndpoint.State.REMOVED)


class WebhookEndpoint(Recorded):
    """An address that an integrator has messages sent to: those of the events and systems chosen.

    It belongs to an API client or to a person, and gets nothing that these may not read. What
    comes while it does not take anything waits for it.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        DEAD = "dead", _("given up")
        REMOVED = "removed", _("removed")

    url = models.CharField(_("address"), max_length=500)
    description = models.CharField(_("description"), max_length=200, blank=True)
    events = ArrayField(
        models.CharField(max_length=80), help_text="names of events; * alone: every one"
    )
    systems = ArrayField(
        models.SlugField(),
        default=list,
        blank=True,
        help_text="slugs of AI systems; none: all that its owner may read about",
    )
    client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, blank=True, related_name="webhooks"
    )
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="webhooks")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    state_reason = models.CharField(max_length=300, blank=True)
    state_at = models.DateTimeField(help_text="since when it is in this state")
    created_at = models.DateTimeField(_("created"))
    revision = models.PositiveIntegerField(default=1, help_text="counts its changes, for the ETag")
    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        permissions = [("manage_webhookendpoint", "Can make and change webhook endpoints")]
        constraints = [
            models.CheckConstraint(
                name="webhook_has_one_owner",
                condition=Q(client=None, person__isnull=False)
                | Q(client__isnull=False, person=None),
            ),
            models.CheckConstraint(name="webhook_has_an_event", condition=~Q(events=[])),
        ]

    def __str__(self) -> str:
        return self.description or self.shown_url

    @property
    def owner(self) -> str:
        return str(self.client or self.person)

    @property
    def shown_url(self) -> str:
        """The address without what stands behind the question mark: that may be a secret."""
        return self.url.partition("?")[0]


class WebhookSecretQuerySet(models.QuerySet["WebhookSecret"]):
    def valid(self, at: datetime) -> Self:
        """Those that sign at that instant, the newest first."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=at)).order_by("-pk")


class WebhookSecret(models.Model):
    """A secret that signs what is sent to one endpoint, sealed with the master key.

    Beside the record, so that no history keeps one that is over: its making is entered, the row
    goes.
    """

    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="secrets")
    sealed = models.BinaryField(help_text="nonce, ciphertext and tag; context: the endpoint's id")
    created_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, help_text="null: it is the current one")
    objects = WebhookSecretQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint"],
                condition=Q(valid_until=None),
                name="one_current_webhook_secret",
            ),
        ]

    def __str__(self) -> str:
        return f"secret {self.pk} of {self.endpoint_id}"
