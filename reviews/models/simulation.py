"""The policy lab's runs: a draft tried on what was decided in a past period."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import AppendOnly, Policy, Run, RunProgress, User


class Simulation(Run):
    """One draft of one policy over one period. Changes nothing that it looks at. A person may
    cancel it until it is over."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="simulations")
    text = models.TextField(_("text"), help_text="the YAML document that is tried")
    sha256 = models.CharField(max_length=64, help_text="SHA-256 of the text's UTF-8 bytes, hex")
    period_start = models.DateTimeField(help_text="UTC instant, inclusive")
    period_end = models.DateTimeField(help_text="UTC instant, exclusive")
    groups = ArrayField(
        models.CharField(max_length=64),
        default=list,
        help_text="facts that mark a group of people, whose rates are compared",
    )
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="simulations")
    decisions = models.PositiveIntegerField(default=0, help_text="looked at")
    changed = models.PositiveIntegerField(default=0, help_text="whose route or queue would change")
    differences = models.PositiveIntegerField(
        default=0, help_text="stored results that the stored inputs do not give again"
    )

    class Meta:
        verbose_name = _("simulation")
        indexes = [
            models.Index(
                fields=["requested_at"],
                name="simulation_waiting",
                condition=Q(state__in=["queued", "running"]),
            ),
            models.Index(fields=["sha256"], name="simulation_by_text"),
            models.Index(fields=["policy", "-id"], name="simulation_by_policy"),
        ]
        constraints = [
            models.CheckConstraint(
                name="simulation_period_ends_after_it_begins",
                condition=Q(period_end__gt=models.F("period_start")),
            ),
            models.CheckConstraint(
                name="finished_simulation_says_when",
                condition=~Q(state__in=["done", "failed", "cancelled"], finished_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.sha256[:8]}"


class SimulationProgress(RunProgress):
    """How far a running simulation is."""

    run = models.OneToOneField(
        Simulation, models.CASCADE, primary_key=True, related_name="progress"
    )


class SimulationResult(AppendOnly):
    """What came out of a simulation, as JSON."""

    is_entered = False  # the entry of its simulation holds the digest
    hashed = ("json",)
    issued_as = "reviews.simulation.issued"

    run = models.OneToOneField(Simulation, models.PROTECT, related_name="result")
    json = models.BinaryField()
    json_sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"result of {self.run_id}"
