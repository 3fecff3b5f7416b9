"""Cases as climbing needs them, whether one or hundreds."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet

from reviews.ladders import Trigger
from reviews.models import Case, Escalation, LadderVersion, MonitorAlarm, Queue
from reviews.selectors.staffing import LEAN_DECISION, registered

_OF_CASE = tuple(field.attname for field in Case._meta.concrete_fields)


def locked_to_climb(cases: QuerySet[Case]) -> list[Case]:
    """These cases, locked, without those that somebody is just at; with their queues, ladders and
    what is registered around them. A number of queries that does not grow with them."""
    found = list(
        cases.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("decision")
        .only(*_OF_CASE, "decision__external_id", *LEAN_DECISION)
    )
    if found:
        registered(found)
        _place(found)
    return found


def to_climb_for(alarm: MonitorAlarm) -> QuerySet[Case]:
    """The cases that an alarm makes climb and that have not climbed for it yet."""
    return (
        Case.objects.able_to_climb()
        .filter(
            decision__decision_type=alarm.decision_type_id,
            ladder__climbs_on__contains=[Trigger.MONITOR_ALARM.value],
            opened_at__lte=alarm.raised_at,
        )
        .exclude(Exists(Escalation.objects.filter(case=OuterRef("pk"), cause=alarm.pk)))
    )


def _place(cases: Sequence[Case]) -> None:
    """Give each case its queue, the one above it, and its ladder: few rows that many share."""
    queues = {
        queue.pk: queue
        for queue in Queue.objects.filter(pk__in={case.queue_id for case in cases}).select_related(
            "escalates_to"
        )
    }
    ladders = LadderVersion.objects.in_bulk({case.ladder_id for case in cases} - {None})
    for case in cases:
        case.queue = queues[case.queue_id]
        if case.ladder_id is not None:
            case.ladder = ladders[case.ladder_id]
