"""Who may rule on cases now: the one gate, asked of everybody who reviews their queues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from governance.rights import judge
from governance.selectors.candidates import candidates
from reviews.models import Case, QueueMembership
from reviews.selectors.matters import matters_of


def rulers_of(cases: Sequence[Case], now: datetime) -> dict[UUID, list[UUID]]:
    """For each case, with `matters.NEEDED` selected, the people who may rule on it. The number of
    queries does not grow with the cases."""
    queues: defaultdict[UUID, set[UUID]] = defaultdict(set)
    members = QueueMembership.objects.filter(queue__in={case.queue_id for case in cases})
    for person, queue in members.values_list("person_id", "queue_id"):
        queues[person].add(queue)
    people = candidates(queues.keys(), now, queues)
    matters = matters_of(cases, now)
    return {
        case.pk: [
            person
            for person, candidate in people.items()
            if case.queue_id in queues[person] and judge(candidate, matters[case.pk]).may
        ]
        for case in cases
    }
