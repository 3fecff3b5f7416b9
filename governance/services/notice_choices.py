"""How a person wants to be told: channels per kind, quiet hours, summaries, language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cache
from zoneinfo import available_timezones

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, HeldNotice, NoticeChoices, User
from governance.notices.choosing import must_stay
from governance.notices.hours import Summary, leaves_at
from governance.notices.kinds import Channel, Kind, choosable, kinds
from governance.notices.texts import languages

FIELDS = (
    "language", "time_zone", "quiet_from", "quiet_until", "summary", "daily_at", "channels",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person chose. `channels`: kind to the names of its channels; a kind that is left out
    keeps its own."""

    language: str = "en"
    time_zone: str = "UTC"
    quiet_from: time | None = None
    quiet_until: time | None = None
    summary: str = Summary.AT_ONCE.value
    daily_at: time = time(8)
    channels: Mapping[str, frozenset[str]] = field(default_factory=dict)


@transaction.atomic
def choose_notices(*, person: User, wanted: Wanted, now: datetime) -> NoticeChoices:
    """Keep what a person chose for themself; what waits for a summary leaves by the new hours.

    Chosen again without a change nothing happens. Raises InputInvalid naming each faulty field: a
    language, time zone, kind or channel that is not known, half of the quiet hours, and a channel
    turned off that must stay on because of what they oversee.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    faults = list(_faults(person, wanted))
    if faults:
        raise InputInvalid("The choices were not kept", errors=faults)
    row = NoticeChoices.objects.filter(person=person).first() or NoticeChoices(person=person)
    before = None if row._state.adding else [getattr(row, name) for name in FIELDS]
    row.language, row.time_zone = wanted.language, wanted.time_zone
    row.quiet_from, row.quiet_until = wanted.quiet_from, wanted.quiet_until
    row.summary, row.daily_at = wanted.summary, wanted.daily_at
    row.channels = _other_than_default(wanted)
    if before == [getattr(row, name) for name in FIELDS]:
        return row
    fewer = sorted(name for name in row.channels if _is_less(name, row.channels[name]))
    record.keep(
        row,
        "governance.noticechoices.changed",
        actor=Actor.of(person),
        at=now,
        body={"turned_off": fewer, "summary": row.summary, "has_quiet_hours": bool(row.quiet_from)},
    )
    HeldNotice.objects.filter(person=person).update(
        leaves_at=leaves_at(now, row.hours, urgent=False)
    )
    return row


def choices_of(person: User) -> NoticeChoices:
    """What they chose, or an unsaved row of the defaults."""
    row = NoticeChoices.objects.filter(person=person).first()
    return NoticeChoices(person=person) if row is None else row


def stays_on(kind: Kind, person: User) -> frozenset[Channel]:
    """The channels of a kind that this person can not turn off."""
    return must_stay(kind, stays=bool(kind.stays_for) and person.has_perm(kind.stays_for))


@cache
def zones() -> tuple[str, ...]:
    """The names of the time zones, in order."""
    return tuple(sorted(available_timezones()))


def _faults(person: User, wanted: Wanted) -> Iterator[FieldError]:
    if wanted.language not in languages():
        yield FieldError("/language", f"One of: {', '.join(languages())}.", "unknown")
    if wanted.time_zone not in zones():
        yield FieldError("/time_zone", "Not a time zone, such as Europe/Berlin.", "unknown")
    if wanted.summary not in list(Summary):
        yield FieldError("/summary", f"One of: {', '.join(Summary)}.", "unknown")
    if (wanted.quiet_from is None) != (wanted.quiet_until is None):
        yield FieldError("/quiet_until", "Quiet hours have a beginning and an end.", "required")
    elif wanted.quiet_from is not None and wanted.quiet_from == wanted.quiet_until:
        yield FieldError("/quiet_until", "Must differ from the beginning.", "order")
    known = {kind.name: kind for kind in choosable()}
    for name, channels in wanted.channels.items():
        pointer = f"/channels/{name}"
        if name not in known:
            yield FieldError(pointer, f"There is no kind {name!r}.", "unknown")
        elif not channels <= set(Channel):
            yield FieldError(pointer, f"Some of: {', '.join(Channel)}.", "unknown")
        elif not stays_on(known[name], person) <= channels:
            yield FieldError(
                pointer,
                "Whoever oversees can not turn this off in the product or by mail.",
                "stays",
            )


def _other_than_default(wanted: Wanted) -> dict[str, list[str]]:
    return {
        name: sorted(channels)
        for name, channels in sorted(wanted.channels.items())
        if channels != kinds()[name].channels
    }


def _is_less(name: str, channels: list[str]) -> bool:
    return not kinds()[name].channels <= set(channels)
