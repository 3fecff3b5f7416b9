"""Setting up calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor
from reviews.calendars import faults_in
from reviews.models import Calendar


@transaction.atomic
def create_calendar(
    *,
    slug: str,
    name: str,
    time_zone: str,
    hours: Mapping[str, Any],
    country: str = "",
    subdivision: str = "",
    closed_days: Sequence[Mapping[str, Any]] = (),
    working_days: Sequence[Mapping[str, Any]] = (),
    actor: Actor,
    now: datetime,
) -> Calendar:
    """A calendar that deadlines can be counted by from now on.

    Raises InputInvalid with each field at fault.
    """
    calendar = Calendar(
        slug=slug,
        name=name,
        time_zone=time_zone,
        hours=hours,
        country=country,
        subdivision=subdivision,
        closed_days=list(closed_days),
        working_days=list(working_days),
    )
    faults = faults_in(calendar.as_data)
    if faults:
        raise InputInvalid(
            "Nobody could count by this calendar",
            errors=[FieldError(f"/{fault.field}", fault.fault) for fault in faults],
        )
    body = {"slug": slug, "name": name, **calendar.as_data}
    record.keep(calendar, "reviews.calendar.created", actor=actor, at=now, body=body)
    return calendar
