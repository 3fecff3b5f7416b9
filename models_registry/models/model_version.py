"""Exact versions of the model inside an AI system."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.models import Recorded, User
from models_registry.models.ai_system import AISystem


class ModelVersion(Recorded):
    """The version that produced a decision: what it is, what it promises, where it ends."""

    class Status(models.TextChoices):
        CANDIDATE = "candidate", _("candidate")
        APPROVED = "approved", _("approved")
        IN_SERVICE = "in_service", _("in service")
        WITHDRAWN = "withdrawn", _("withdrawn")

    system = models.ForeignKey(AISystem, models.PROTECT, related_name="versions")
    version = models.CharField(_("version"), max_length=64)
    artefact_sha256 = models.CharField(_("artefact SHA-256"), max_length=64)
    declared_metrics = models.JSONField(
        _("declared metrics"), default=dict, blank=True, help_text="name to value, as declared"
    )
    limits = models.TextField(
        _("known limits"), blank=True, help_text="shown to the reviewer, Art. 13(3)(b)"
    )
    instructions_version = models.CharField(
        _("instructions for use"), max_length=64, help_text="their version, Art. 13(2)"
    )
    author = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="authored_versions",
        help_text="a model author never rules on its decisions; empty: not a person here",
    )
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.CANDIDATE, editable=False
    )

    class Meta:
        verbose_name = _("model version")
        constraints = [
            models.UniqueConstraint(fields=["system", "version"], name="system_versions_once"),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.version}"
