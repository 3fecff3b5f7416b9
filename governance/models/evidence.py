"""What leaves the house as evidence: bundles for auditors, and partitions moved to the archive."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.base import Recorded
from governance.models.run import Run, RunProgress
from governance.models.user import User


class EvidenceBundle(Run):
    """A zip about one object or one system's period, made for one person's eyes.

    `withdrawn_at`: since when the file is gone, because content in it was erased.
    """

    class About(models.TextChoices):
        DECISION = "decision", _("one decision")
        CASE = "case", _("one case")
        SYSTEM = "system", _("an AI system in a period")
        REPORT = "report", _("a report")

    about = models.CharField(max_length=16, choices=About)
    about_id = models.UUIDField(help_text="of the decision, case, AI system or report")
    period_start = models.DateTimeField(null=True, help_text="UTC instant, inclusive")
    period_end = models.DateTimeField(null=True, help_text="UTC instant, exclusive")
    held = models.TextField(
        blank=True, max_length=20_000, help_text="the checkpoint that the auditor holds already"
    )
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="evidence_bundles")
    entries = models.PositiveIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("evidence bundle")
        constraints = [
            models.CheckConstraint(
                name="bundle_of_a_system_has_a_period",
                condition=Q(about="system", period_end__gt=models.F("period_start"))
                | (~Q(about="system") & Q(period_start=None, period_end=None)),
            ),
            models.CheckConstraint(
                name="finished_bundle_says_when",
                condition=~Q(state__in=["done", "failed"], finished_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_at"],
                name="bundle_waiting",
                condition=Q(state__in=["queued", "running"]),
            ),
            models.Index(fields=["requested_by", "-requested_at"], name="bundle_by_person"),
        ]
        permissions = [("issue_bundle", "Can issue evidence bundles")]

    def __str__(self) -> str:
        return f"{self.get_about_display()} {self.about_id}"


class BundleProgress(RunProgress):
    """How far a running bundle is."""

    run = models.OneToOneField(
        EvidenceBundle, models.CASCADE, primary_key=True, related_name="progress"
    )


class BundledPayload(models.Model):
    """A payload whose clear content is in a bundle's file: what erases the one ends the other.

    An index of the file, and gone with it; so it has no history.
    """

    id = models.BigAutoField(primary_key=True)
    bundle = models.ForeignKey(EvidenceBundle, models.CASCADE, related_name="payloads")
    payload_id = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return f"{self.payload_id} in {self.bundle_id}"


class ArchivedPartition(Recorded):
    """A partition of sealed entries that was written to the archive, and whether it is still here.

    `written`: in the archive and in the database. `detached`: in the archive only. `restored`: in
    both again.
    """

    class State(models.TextChoices):
        WRITTEN = "written", _("written to the archive")
        DETACHED = "detached", _("in the archive only")
        RESTORED = "restored", _("restored from the archive")

    name = models.CharField(max_length=63, unique=True, help_text="the partition's table")
    begins_at = models.DateTimeField(help_text="ids from this UTC instant, inclusive")
    ends_at = models.DateTimeField(help_text="to this UTC instant, exclusive")
    entries = models.PositiveBigIntegerField()
    origin = models.CharField(max_length=120, help_text="the log in whose store the archive is")
    place = models.CharField(max_length=255, help_text="the manifest's path in that store")
    manifest_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.WRITTEN)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("archived partition")

    def __str__(self) -> str:
        return self.name
