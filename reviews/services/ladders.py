"""Which ladder a case is on, and the rung above it."""

from __future__ import annotations

from datetime import datetime, timedelta

from governance.policies import FailSafe
from reviews.calendars import ClockTime, CountedTime, OutOfReach, WorkingTime
from reviews.ladders import LadderRules, Rung
from reviews.models import Calendar, Case, LadderVersion, Queue

PRIORITY_PER_QUEUE = 10.0
"""By how much a case grows more urgent with each queue that it moves up."""


def ladder_for(slug: str | None, queue: Queue) -> LadderVersion | None:
    """What a case keeps that opens now in `queue`, whose policy names `slug` or nothing: the newest
    version of the policy's ladder, or else the queue's. None: it follows the queues above."""
    if slug is not None:
        chosen = LadderVersion.objects.filter(ladder__slug=slug)
    elif queue.ladder_id is not None:
        chosen = LadderVersion.objects.filter(ladder=queue.ladder_id)
    else:
        return None
    return chosen.select_related("ladder").order_by("-number").first()


def end_of(ladder: LadderVersion | None, of_policy: FailSafe) -> str:
    """What becomes of a case after the last rung: the ladder's own end, or else the policy's."""
    return of_policy.value if ladder is None else ladder.at_end or of_policy.value


def rules_of_queue(queue: Queue) -> LadderRules | None:
    """What cases climb that open in `queue` where their policy names nothing: its ladder, or the
    one that the queues above spell out; None where they end at once."""
    if queue.ladder is not None:
        return queue.ladder.versions.latest("number").rules
    every = {one.pk: one for one in Queue.objects.all()}
    above: list[Queue] = []
    key = queue.escalates_to_id
    while key is not None and every[key] not in [queue, *above]:
        above.append(every[key])
        key = every[key].escalates_to_id
    return LadderRules(tuple(_rung_to(one) for one in above)) if above else None


def next_rung(case: Case) -> Rung | None:
    """The rung above the one that the case is on; None at the end of its ladder."""
    if case.ladder is not None:
        rungs = case.ladder.rules.rungs
        return rungs[case.rung] if case.rung < len(rungs) else None
    above = case.queue.escalates_to
    return None if above is None else _rung_to(above)


def deadline(
    ladder: LadderVersion | None, start: datetime, within: timedelta, *, by_clock: bool = False
) -> datetime:
    """When a span that begins at `start` is over, as the ladder counts time. `by_clock`: every
    hour counts, whatever its calendar.

    Where so much working time does not come within the years that calendars know, every hour
    counts: too early a deadline harms nobody.
    """
    slug = "" if ladder is None or by_clock else ladder.rules.calendar
    if not slug:
        return start + within
    try:
        return _working_time(slug).after(start, within)
    except OutOfReach:
        return start + within


def counted_time(case: Case) -> CountedTime:
    """What the case's deadline is counted by, on the rung that it is on."""
    ladder = case.ladder
    if ladder is None or not ladder.rules.calendar:
        return ClockTime()
    fired = ladder.rules.rungs[: case.rung]
    if case.rung > len(fired) or (fired and fired[-1].by_clock):
        return ClockTime()
    return _working_time(ladder.rules.calendar)


def _working_time(slug: str) -> WorkingTime:
    """Of the calendar as it is now: a holiday that is entered today counts from today on."""
    return Calendar.objects.get(slug=slug).working_time


def _rung_to(queue: Queue) -> Rung:
    return Rung(within=queue.rung_within, queue=queue.slug, raise_priority=PRIORITY_PER_QUEUE)
