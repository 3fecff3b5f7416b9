"""Which ladder a case is on, and the rung above it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from governance.policies import FailSafe
from reviews.ladders import LadderRules, Rung, Trigger
from reviews.models import Case, LadderVersion, Queue

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


def chain_of(queue: Queue, above: Iterable[Queue]) -> LadderRules | None:
    """The ladder that the queues above `queue` spell out, `above` in order; None for none."""
    rungs = tuple(_rung_to(one) for one in above)
    return LadderRules(rungs) if rungs else None


def next_rung(case: Case) -> Rung | None:
    """The rung above the one that the case is on; None at the end of its ladder."""
    if case.ladder is not None:
        rungs = case.ladder.rules.rungs
        return rungs[case.rung] if case.rung < len(rungs) else None
    above = case.queue.escalates_to
    return None if above is None else _rung_to(above)


def climbs_on(case: Case, trigger: Trigger) -> bool:
    """Whether the case's ladder lets `trigger` make it climb, and has a rung left."""
    if case.ladder is not None:
        return trigger in case.ladder.climbs_on and case.rung < case.ladder.length
    return trigger is Trigger.HANDED_UP and case.queue.escalates_to_id is not None


def deadline(
    ladder: LadderVersion | None, start: datetime, within: timedelta, *, by_clock: bool = False
) -> datetime:
    """When a span that begins at `start` is over, as the ladder counts time. `by_clock`: every
    hour counts, whatever its calendar."""
    return start + within


def _rung_to(queue: Queue) -> Rung:
    return Rung(within=queue.rung_within, queue=queue.slug, raise_priority=PRIORITY_PER_QUEUE)
