"""Each step of an intervention level, and why it was taken."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.models import AppendOnly, Motion, User
from governance.policies.vocabulary import Level
from models_registry.models.decision_type import DecisionType

_LEVELS = [(level.value, level.value) for level in Level]


class LevelChangeQuerySet(models.QuerySet["LevelChange"]):
    def newest_first(self) -> Self:
        return self.order_by("-id")


class LevelChange(AppendOnly):
    """From one intervention level to another. Up: a monitor's alarm or a person; down: a person
    and a second one, whose motion it names."""

    is_entered = False  # the decision type's own entry tells of it

    decision_type = models.ForeignKey(
        DecisionType, models.PROTECT, related_name="level_changes", verbose_name=_("decision type")
    )
    from_level = models.CharField(_("from"), max_length=12, choices=_LEVELS)
    to_level = models.CharField(_("to"), max_length=12, choices=_LEVELS)
    reason = models.CharField(_("reason"), max_length=500, help_text="without personal data")
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="level_changes", verbose_name=_("by")
    )
    changed_by_label = models.CharField(max_length=120)
    alarm = models.UUIDField(null=True, help_text="the monitor's alarm that raised it")
    motion = models.OneToOneField(
        Motion,
        models.PROTECT,
        null=True,
        related_name="level_change",
        help_text="what a second person approved; empty: it was raised",
    )

    objects = LevelChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of level")
        verbose_name_plural = _("changes of level")
        constraints = [
            models.CheckConstraint(
                name="level_change_changes_it", condition=~Q(from_level=F("to_level"))
            ),
        ]
        indexes = [models.Index(fields=["decision_type", "-id"], name="level_changes_of_type")]

    def __str__(self) -> str:
        return f"{self.from_level} to {self.to_level}"
