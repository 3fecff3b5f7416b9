"""The stop of Art. 14(4)(e)."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import Motion, Recorded, User
from models_registry.models.ai_system import AISystem
from models_registry.models.decision_type import DecisionType
from models_registry.models.model_version import ModelVersion


class HaltQuerySet(models.QuerySet["Halt"]):
    def in_force(self) -> Self:
        return self.filter(lifted_at=None)

    def covering(self, decision_type: DecisionType, model_version: ModelVersion) -> Self:
        """Those over a decision of that type, made by that version."""
        of_system = Q(decision_type=None, model_version=None, system_id=decision_type.system_id)
        return self.filter(
            Q(system=None)
            | of_system
            | Q(decision_type=decision_type)
            | Q(model_version=model_version)
        )


class Halt(Recorded):
    """A stop: of everything, of one AI system, of one decision type or of one model version.

    Source: Regulation (EU) 2024/1689 Art. 14(4)(e).
    """

    system = models.ForeignKey(
        AISystem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="halts",
        help_text="empty: every system",
    )
    decision_type = models.ForeignKey(
        DecisionType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="halts",
        help_text="empty: every type of the system",
    )
    # This and the measure below came later; halts from before leave them empty.
    model_version = models.ForeignKey(
        ModelVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="halts",
        help_text="empty: every version of the system",
    )
    reason = models.CharField(_("reason"), max_length=500, help_text="without personal data")
    is_drill = models.BooleanField(_("drill"), default=False)
    placed_at = models.DateTimeField()
    placed_by_label = models.CharField(max_length=120, help_text="the actor: person or client")
    placed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="placed_halts")
    stopped_within_ms = models.PositiveIntegerField(
        null=True,
        editable=False,
        help_text="milliseconds from the order until the last unused permit in scope was void",
    )
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="lifted_halts")
    lift_reason = models.CharField(max_length=500, blank=True)
    lift_motion = models.OneToOneField(
        Motion,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="lifted_halt",
        help_text="what a second person approved",
    )

    objects = HaltQuerySet.as_manager()

    class Meta:
        verbose_name = _("halt")
        constraints = [
            models.CheckConstraint(
                name="halt_of_a_type_names_its_system",
                condition=Q(decision_type=None) | Q(system__isnull=False),
            ),
            models.CheckConstraint(
                name="halt_of_a_version_names_its_system",
                condition=Q(model_version=None) | Q(system__isnull=False),
            ),
            models.CheckConstraint(
                name="halt_has_one_scope",
                condition=Q(decision_type=None) | Q(model_version=None),
            ),
            models.CheckConstraint(
                name="only_a_person_lifts_a_halt",
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["placed_at"], name="halt_in_force", condition=Q(lifted_at=None))
        ]
        permissions = [("place_halt", "Can place a halt"), ("lift_halt", "Can lift a halt")]

    def __str__(self) -> str:
        return f"Halt of {self.stopped or 'everything'}"

    @property
    def stopped(self) -> DecisionType | ModelVersion | AISystem | None:
        """What is stopped; None: everything."""
        return self.decision_type or self.model_version or self.system
