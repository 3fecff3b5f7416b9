"""How late everything is that may run late: one query, whatever its size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from governance.lateness.registry import Check, Silence, Waits, checks
from governance.models import Heartbeat
from governance.templatetags.countersign import age


@dataclass(frozen=True, slots=True)
class Reading:
    """A check at an instant. `age`: of the oldest that waits, or of the last sign; None where
    nothing waits, or nobody ever gave a sign."""

    name: str
    title: StrOrPromise
    age: timedelta | None
    limit: timedelta
    late: bool
    says: str

    @property
    def seconds(self) -> float | None:
        return None if self.age is None else round(self.age.total_seconds(), 1)

    def as_json(self) -> dict[str, Any]:
        """For machines; holds nothing that a stranger may not know."""
        return {
            "check": self.name,
            "title": str(self.title),
            "late": self.late,
            "seconds": self.seconds,
            "limit_seconds": self.limit.total_seconds(),
            "says": self.says,
        }


def readings(now: datetime) -> list[Reading]:
    """Every check, in the order of the registry. One query, of a row for each."""
    known = checks()
    signs: QuerySet[Any] = Heartbeat.objects.values(what=F("process"), since=F("at"))
    waiting = [_oldest(one, now) for one in known if isinstance(one, Waits)]
    since: dict[str, datetime] = {
        row["what"]: row["since"] for row in signs.union(*waiting, all=True)
    }
    return [_read(one, since.get(one.name), now) for one in known]


def late(now: datetime) -> list[Reading]:
    """What is late."""
    return [one for one in readings(now) if one.late]


def _oldest(check: Waits, now: datetime) -> QuerySet[Any]:
    name = Value(check.name, output_field=CharField())
    found: QuerySet[Any] = check.rows(now).values(what=name, since=F(check.since))
    return found[:1]


def _read(check: Check, since: datetime | None, now: datetime) -> Reading:
    if since is None:
        is_late = isinstance(check, Silence)
        says = _("No sign yet.") if is_late else _("Nothing waits.")
        return Reading(check.name, check.title, None, check.limit, is_late, says)
    old = max(now - since, timedelta(0))
    words = {"age": age(old), "limit": age(check.limit)}
    if isinstance(check, Silence):
        says = _("The last sign was %(age)s ago; %(limit)s are meant at most.") % words
    else:
        says = _("The oldest has waited for %(age)s; %(limit)s are meant at most.") % words
    return Reading(check.name, check.title, old, check.limit, old > check.limit, says)
