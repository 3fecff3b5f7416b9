"""Keeping what the checks of lateness say, once a minute."""

from __future__ import annotations

from datetime import datetime

from governance.models import ServiceMinute
from governance.selectors.lateness import readings


def keep_service_minute(*, now: datetime) -> bool:
    """Keep this minute's readings; False when somebody has kept them already, which stay.

    A row a minute, however much goes on: half a million in a year.
    """
    found = readings(now)
    minute = now.replace(second=0, microsecond=0)
    if ServiceMinute.objects.filter(minute=minute).exists():
        return False
    row = ServiceMinute(
        minute=minute,
        seconds={one.name: int(one.seconds) for one in found if one.seconds is not None},
        late=[one.name for one in found if one.late],
    )
    # Of two at once the database keeps one.
    ServiceMinute.objects.bulk_create([row], ignore_conflicts=True)
    return ServiceMinute.objects.filter(pk=row.pk).exists()
