"""What becomes of cases that wait too long."""

from __future__ import annotations

from functools import lru_cache

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.models import AppendOnly, Recorded
from reviews.ladders import LadderRules, parse_ladder

_KEPT_READY = 512


class Ladder(Recorded):
    """A named ladder. Queues and policies name it; its newest version holds for new cases."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("ladder")

    def __str__(self) -> str:
        return self.name


class LadderVersionQuerySet(models.QuerySet["LadderVersion"]):
    def newest(self) -> LadderVersionQuerySet:
        """The newest of each ladder."""
        return self.order_by("ladder", "-number").distinct("ladder")


class LadderVersion(AppendOnly):
    """One text of a ladder. A case keeps the one that was newest when it opened."""

    ladder = models.ForeignKey(Ladder, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    text = models.TextField(_("text"), help_text="YAML or JSON in the shape of ladder.schema.json")
    # The columns repeat of the text what queries look for.
    length = models.PositiveSmallIntegerField(_("rungs"))
    at_end = models.CharField(
        _("at the end"), max_length=8, blank=True, help_text="refuse or hold; empty: as the policy"
    )
    climbs_on = ArrayField(models.CharField(max_length=16), help_text="beside lateness")
    published_at = models.DateTimeField(_("published"))
    published_by = models.CharField(_("by"), max_length=120, help_text="by handle")

    objects = LadderVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("ladder version")
        constraints = [
            models.UniqueConstraint(fields=["ladder", "number"], name="ladder_numbers_once"),
            # A machine never approves by silence.
            models.CheckConstraint(
                name="ladder_never_approves", condition=Q(at_end__in=["", "refuse", "hold"])
            ),
            models.CheckConstraint(name="ladder_has_rungs", condition=Q(length__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.ladder} v{self.number}"

    @property
    def rules(self) -> LadderRules:
        return _rules(self.text)


@lru_cache(maxsize=_KEPT_READY)
def _rules(text: str) -> LadderRules:
    return parse_ladder(text)


# A case under a version that has no rung above the one it is on; without a version, in a queue that
# no other stands above.
ON_TOP = Q(ladder=None, queue__escalates_to=None) | Q(
    ladder__isnull=False, rung__gte=F("ladder__length")
)
