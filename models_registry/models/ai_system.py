"""AI systems and how they were classified."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import AppendOnly, Recorded, User


class AISystem(Recorded):
    """An AI system as it is registered (Regulation (EU) 2024/1689 Art. 3(1)).

    `risk_class` is the outcome of the newest classification, repeated here for lists.
    """

    decides_who_may_rule = True

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        REGISTERED = "registered", _("registered")
        IN_SERVICE = "in_service", _("in service")
        SUSPENDED = "suspended", _("suspended")
        RETIRED = "retired", _("retired")

    class Role(models.TextChoices):
        """The organisation's role for this system (Art. 3(3) to (7))."""

        PROVIDER = "provider", _("provider")
        DEPLOYER = "deployer", _("deployer")
        IMPORTER = "importer", _("importer")
        DISTRIBUTOR = "distributor", _("distributor")

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    intended_purpose = models.TextField(_("intended purpose"), help_text="Art. 3(12)")
    organisation = models.CharField(_("organisation"), max_length=200)
    roles = ArrayField(
        models.CharField(max_length=16, choices=Role),
        help_text="the organisation's roles for this system",
    )
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="owned_systems", verbose_name=_("system owner")
    )
    sector = models.CharField(_("sector"), max_length=100, blank=True)
    risk_class = models.CharField(_("risk class"), max_length=8, blank=True)
    registration_id = models.CharField(
        _("registration id"), max_length=100, blank=True, help_text="EU database, Art. 49 and 71"
    )
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.DRAFT, editable=False
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("AI system")
        constraints = [
            models.CheckConstraint(
                name="system_in_service_is_classified",
                condition=~Q(status="in_service", risk_class=""),
            ),
            models.CheckConstraint(
                name="prohibited_system_not_in_service",
                condition=~Q(status="in_service", risk_class="X"),
            ),
        ]
        permissions = [
            ("manage_aisystem", "Can register AI systems and change their status"),
            ("classify_aisystem", "Can answer the classification questionnaire"),
            ("load_template", "Can load an industry template, as drafts"),
        ]

    def __str__(self) -> str:
        return self.name


class Classification(AppendOnly):
    """One run of the questionnaire: the answers, what followed, and under which law version."""

    system = models.ForeignKey(AISystem, models.PROTECT, related_name="classifications")
    answers = models.JSONField(help_text="question id to answer, reason and evidence")
    outcome = models.JSONField(help_text="class, flags, path, tasks and obligation ids")
    risk_class = models.CharField(max_length=8)
    law_version = models.CharField(max_length=80)
    author = models.ForeignKey(User, models.PROTECT, related_name="classifications")
    classified_at = models.DateTimeField()

    class Meta:
        get_latest_by = "classified_at"
        ordering = ["-classified_at"]

    def __str__(self) -> str:
        return f"{self.system}: {self.risk_class}"
