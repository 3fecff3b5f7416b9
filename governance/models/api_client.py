"""Integrators: the programs that call the API, and their keys."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.base import Recorded
from governance.models.user import User


class Scope(models.TextChoices):
    """What a key lets its client do."""

    DECISIONS_WRITE = "decisions:write", _("submit and withdraw decisions")
    DECISIONS_READ = "decisions:read", _("read decisions and events")
    PERMITS = "permits:consume", _("check and consume permits")
    EXECUTIONS = "executions:write", _("record executions")
    OUTCOMES = "outcomes:write", _("record true outcomes")
    HALTS = "halts:write", _("place halts")
    CONTESTATIONS = "contestations:write", _("register and follow contestations")
    WEBHOOKS = "webhooks:manage", _("have events sent to an address of theirs")


class ApiClient(Recorded):
    """A program that acts for an AI system or for what executes its decisions."""

    name = models.CharField(_("name"), max_length=200)
    systems = ArrayField(
        models.SlugField(),
        default=list,
        help_text="slugs of the AI systems it may speak for; none: nothing",
    )
    owner = models.ForeignKey(User, models.PROTECT, related_name="api_clients")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("API client")
        permissions = [("issue_apikey", "Can issue and revoke API keys")]

    def __str__(self) -> str:
        return self.name

    # REST framework asks these of whoever is signed in.
    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_anonymous(self) -> bool:
        return False


class ApiKey(Recorded):
    """A key `prefix.secret`. Only the SHA-256 of the secret is kept: it has 256 random bits."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="keys")
    prefix = models.CharField(max_length=16, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        constraints = [
            models.CheckConstraint(name="key_has_a_scope", condition=~Q(scopes=[])),
        ]

    def __str__(self) -> str:
        return self.prefix

    def is_usable(self, at: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > at and self.client.is_active
