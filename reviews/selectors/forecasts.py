"""The forecast of each queue, from what waits, what comes and what people do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from reviews.lab.forecast import HORIZON, Forecast, forecast
from reviews.lab.week import hour_of_week
from reviews.models import Queue
from reviews.selectors.waiting_now import Due
from reviews.selectors.workload import Arrived, Worked


@dataclass(frozen=True, slots=True)
class QueueForecast:
    """One queue's next hours. `as_lately`: as many ballots are given as were in these hours of the
    week; `at_best`: those on duty do nothing else. `people`: on duty at most in one of the hours.

    `mean_seconds` is None where nobody ruled in the window; then nothing can be given."""

    queue: Queue
    waiting: float
    arriving: float
    people: float
    mean_seconds: float | None
    able_lately: float
    able_at_best: float
    as_lately: Forecast
    at_best: Forecast


def forecasts(
    queues: Sequence[Queue],
    due: Sequence[Due],
    arrivals: Mapping[UUID, Arrived],
    work: Mapping[UUID, Worked],
    now: datetime,
) -> list[QueueForecast]:
    """For each queue in which anything waits, comes or is done. No query."""
    coming = [hour_of_week((now + timedelta(hours=ahead)).timestamp()) for ahead in range(HORIZON)]
    return [
        _of(queue, due, arrivals.get(queue.pk, Arrived()), work.get(queue.pk, Worked()), coming)
        for queue in queues
        if queue.pk in arrivals or queue.pk in work or any(one.queue_id == queue.pk for one in due)
    ]


def _of(
    queue: Queue, due: Sequence[Due], comes: Arrived, does: Worked, coming: Sequence[int]
) -> QueueForecast:
    waiting = [0.0] * (HORIZON + 1)
    for one in due:
        if one.queue_id == queue.pk:
            waiting[one.hour] += one.ballots
    arriving = [comes.ballots[hour] for hour in coming]
    lately = [does.ballots[hour] for hour in coming]
    people = [does.people[hour] for hour in coming]
    mean = does.mean_seconds
    # A ballot that took no time at all would make a person able to do without end.
    best = [there * 3600 / max(mean, 1.0) if mean is not None else 0.0 for there in people]
    due_after = queue.rung_within.total_seconds() / 3600
    if comes.due_hours is not None:
        due_after = comes.due_hours

    def look(able: Sequence[float]) -> Forecast:
        return forecast(waiting=waiting, arriving=arriving, able=able, due_after=due_after)

    return QueueForecast(
        queue=queue,
        waiting=sum(waiting),
        arriving=sum(arriving),
        people=max(people),
        mean_seconds=mean,
        able_lately=sum(lately),
        able_at_best=sum(best),
        as_lately=look(lately),
        at_best=look(best),
    )
