"""From events to notices: whoever is to be told of what happened is, once.

What is to be told waits in rows of its own, written with the events; a sweep makes the notices.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from governance.models import Notice, NoticeCause
from governance.notices.choosing import channels_of
from governance.notices.kinds import Channel, kind_named
from governance.notices.registry import Telling, Told, teller_of
from governance.selectors.addressees import Addressee, addressees_of
from governance.selectors.holders import holders_of
from governance.services.notice_messages import Outgoing, leave_messages, tell_places

logger = logging.getLogger(__name__)

# So many events are looked at together; what is alike among them may be told in one.
BATCH = 1_000
# More of one kind about one thing than this are told in one notice: nobody reads hundreds.
MOST_ALONE = 5
# So many notices are written in one transaction; the rest of a large group has the next one.
MOST_NOTICES = 2_000
_TRY_AGAIN_AFTER = timedelta(minutes=1)


@transaction.atomic
def tell_waiting(*, now: datetime, most_notices: int = MOST_NOTICES) -> int:
    """Make the notices of the oldest waiting events, and leave the messages that go out by other
    channels; how many events were dealt with, in whole or in part.

    Many at once do no harm: each takes what no other holds. Events whose telling fails wait a
    minute, and the others go on.
    """
    due = NoticeCause.objects.filter(Q(retry_at=None) | Q(retry_at__lte=now))
    waiting = list(due.order_by("id").select_for_update(skip_locked=True)[:BATCH])
    by_event: defaultdict[str, list[NoticeCause]] = defaultdict(list)
    for cause in waiting:
        by_event[cause.event].append(cause)
    room, dealt_with = most_notices, 0
    for event, causes in by_event.items():
        if room <= 0:
            break
        told = _tell_or_put_off(event, causes, now, room)
        room -= told.notices
        dealt_with += told.causes
    return dealt_with


@dataclass(frozen=True, slots=True)
class _Done:
    causes: int
    notices: int


@dataclass(frozen=True, slots=True)
class _Group:
    """One notice for each of `people`, sorted. `kind`: what their choices are about; `causes`: what
    is told of with it."""

    telling: Telling
    kind: str
    people: tuple[tuple[UUID, str], ...]
    causes: tuple[UUID, ...]


def _tell_or_put_off(event: str, causes: Sequence[NoticeCause], now: datetime, room: int) -> _Done:
    """Together; where that fails each by itself, so that one that fails silences no other."""
    try:
        with transaction.atomic():
            return _tell(event, causes, now, room)
    except Exception:
        # A process edge: what one event does must stop neither the others nor the sweep.
        logger.exception("%s events of %s could not be told of", len(causes), event)
    if len(causes) == 1:
        NoticeCause.objects.filter(pk=causes[0].pk).update(retry_at=now + _TRY_AGAIN_AFTER)
        return _Done(0, 0)
    dealt_with = notices = 0
    for cause in causes:
        if notices >= room:
            break
        told = _tell_or_put_off(event, [cause], now, room - notices)
        dealt_with, notices = dealt_with + told.causes, notices + told.notices
    return _Done(dealt_with, notices)


def _tell(event: str, causes: Sequence[NoticeCause], now: datetime, room: int) -> _Done:
    teller = teller_of(event)
    tellings = [] if teller is None else list(teller(Told(causes, now)))
    groups = list(_groups(tellings, now))
    groups_of = Counter(cause for group in groups for cause in group.causes)
    done, made = {cause.pk for cause in causes}, 0
    for group in groups:
        left = max(room - made, 0)
        # Only what stands alone can be gone on with; the rest is told whole, and is small.
        is_alone = len(group.causes) == 1 and groups_of[group.causes[0]] == 1
        if is_alone and len(group.people) > left:
            done -= set(group.causes)
            _make_first(group, left, now)
            made += left
        else:
            _make(group, now)
            tell_places(group.telling, group.kind, now)
            made += len(group.people)
    NoticeCause.objects.filter(pk__in=done).delete()
    return _Done(len(done), made)


def _make_first(group: _Group, number: int, now: datetime) -> None:
    """Tell the first of a large group; the cause remembers how far it came."""
    if number:
        people = group.people[:number]
        _make(replace(group, people=people), now)
        NoticeCause.objects.filter(pk=group.causes[0]).update(told_until=people[-1][0])


def _groups(tellings: Iterable[Telling], now: datetime) -> Iterator[_Group]:
    """Each telling with its people; those that are too many about one thing, as one."""
    alike: defaultdict[tuple[str, str], list[Telling]] = defaultdict(list)
    for number, telling in enumerate(tellings):
        about = str(number) if telling.together is None else telling.together.about
        alike[telling.kind, about].append(telling)
    for same in alike.values():
        if len(same) > MOST_ALONE and same[0].together is not None:
            yield _as_one(same, now)
        else:
            yield from (_Group(one, one.kind, _people(one, now), (one.cause.pk,)) for one in same)


def _as_one(same: Sequence[Telling], now: datetime) -> _Group:
    first = same[0]
    assert first.together is not None
    people = {person: first.together.path for one in same for person, _ in _people(one, now)}
    telling = replace(
        first,
        kind=kind_named(first.kind).many,
        values={**first.together.values, "count": len(same)},
        path=first.together.path,
    )
    causes = tuple(one.cause.pk for one in same)
    return _Group(telling, first.kind, tuple(sorted(people.items())), causes)


def _people(telling: Telling, now: datetime) -> tuple[tuple[UUID, str], ...]:
    """Who is told, in order of their ids, and where it leads each."""
    kind = kind_named(telling.kind)
    holders_path = telling.holders_path or telling.path
    found = dict.fromkeys(holders_of(kind.holders, now), holders_path)
    found |= dict.fromkeys(telling.people, telling.path)
    for person in telling.not_to:
        found.pop(person, None)
    after = telling.cause.told_until
    return tuple(sorted(one for one in found.items() if after is None or one[0] > after))


def _make(group: _Group, now: datetime) -> None:
    paths = dict(group.people)
    addressees = addressees_of(paths.keys())
    kind = kind_named(group.kind)
    stays_for = holders_of([kind.stays_for], now) if kind.stays_for else frozenset()
    notices: list[Notice] = []
    outgoing: list[Outgoing] = []
    for person, its in addressees.items():
        channels = channels_of(kind, its.chosen, stays=person in stays_for)
        if not channels:
            continue
        notice = Notice(
            person_id=person,
            cause=group.telling.cause.pk,
            kind=group.telling.kind,
            values=dict(group.telling.values),
            path=paths[person],
            at=group.telling.cause.at,
            is_shown=Channel.PRODUCT in channels,
        )
        notices.append(notice)
        outgoing += _outgoing(notice, channels, its, urgent=kind.urgent)
    Notice.objects.bulk_create(notices, batch_size=1_000)
    leave_messages(outgoing, now=now)


def _outgoing(
    notice: Notice, channels: Iterable[Channel], its: Addressee, *, urgent: bool
) -> Iterator[Outgoing]:
    for channel in its.reached_by(channels):
        yield Outgoing(notice, channel, its.hours, urgent, its.chat)
