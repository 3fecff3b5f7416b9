"""What may run late in the work: deadlines that nobody acted on, claims that nobody gave back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.lateness.of_the_floor import MADE_WITHIN, queued
from governance.lateness.registry import Waits, register
from reviews.models import Case, Simulation


def _rungs(now: datetime) -> QuerySet[Any]:
    return Case.objects.to_escalate(now).order_by("due_at")


def _claims(now: datetime) -> QuerySet[Any]:
    return Case.objects.with_lapsed_claim(now).order_by("lease_expires_at")


def _pauses(now: datetime) -> QuerySet[Any]:
    return Case.objects.with_lapsed_pause(now).order_by("paused_until")


def _simulations(now: datetime) -> QuerySet[Any]:
    return queued(Simulation.objects.all())


_SWEPT = settings.COUNTERSIGN_SWEEP_LIMIT
register(Waits("rungs", _("Rungs are due"), _SWEPT, _rungs, "due_at"))
register(Waits("claims", _("Claims ran out"), _SWEPT, _claims, "lease_expires_at"))
register(Waits("pauses", _("Pauses are over"), _SWEPT, _pauses, "paused_until"))
register(
    Waits("simulations", _("Simulations wait to be made"), MADE_WITHIN, _simulations,
          "requested_at")
)  # fmt: skip
