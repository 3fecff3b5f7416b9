"""Where the monitors stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from governance.policies.monitors import MonitorSpec
from models_registry.models import DecisionType
from reviews.models import MonitorState


def are_fresh(decision_type: DecisionType, specs: Sequence[MonitorSpec], now: datetime) -> bool:
    """Whether each of these monitors has looked at enough data within its time. One query.

    One that never looked, that found too few data, or whose settings have changed since, is not
    fresh. A policy without monitors wants none, so that nothing can have gone stale.
    """
    if not specs:
        return True
    with_these_settings = Q()
    for spec in specs:
        with_these_settings |= Q(monitor=spec.id, spec=spec.digest)
    fresh = MonitorState.objects.fresh(now).filter(with_these_settings, decision_type=decision_type)
    return fresh.count() == len(specs)
