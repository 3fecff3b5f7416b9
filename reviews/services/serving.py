"""Which model versions come before which queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from governance.models import PolicyVersion
from models_registry.models import DecisionType, ModelVersion
from reviews.models import Queue
from reviews.services.rulebook import rulebook_of


def versions_served(queues: Sequence[Queue], now: datetime) -> dict[UUID, list[ModelVersion]]:
    """The versions in service whose decisions the policies now in force may send to each queue,
    from below too: what runs late moves up. By system and version. Four queries."""
    every = {queue.slug: queue for queue in Queue.objects.all()}
    by_id = {queue.pk: queue for queue in every.values()}
    systems: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for decision_type, names in _routes(now):
        for name in names:
            for queue in _ladder(every.get(name), by_id):
                systems[queue.pk].add(decision_type.system_id)
    versions = list(
        ModelVersion.objects.filter(status=ModelVersion.Status.IN_SERVICE)
        .select_related("system")
        .order_by("system__name", "version")
    )
    return {
        queue.pk: [one for one in versions if one.system_id in systems[queue.pk]]
        for queue in queues
    }


def _routes(now: datetime) -> Iterable[tuple[DecisionType, set[str]]]:
    """Each decision type with the slugs of the queues that its policy may send to."""
    types = list(DecisionType.objects.select_related("system"))
    begun = (
        PolicyVersion.objects.published(now)
        .filter(Q(valid_from=None) | Q(valid_from__lte=now))
        .filter(policy__in={one.policy_id for one in types})
        .order_by("policy", "-number")
        .distinct("policy")
    )
    newest = {version.policy_id: version for version in begun}
    for decision_type in types:
        version = newest.get(decision_type.policy_id)
        book = None if version is None else rulebook_of(version, decision_type)
        if book is not None:
            named = {rule.queue for rule in book.rules.rules if rule.queue is not None}
            yield decision_type, {book.rules.defaults.queue, *named}


def _ladder(queue: Queue | None, by_id: dict[UUID, Queue]) -> list[Queue]:
    """A queue and those above it; a ladder that bites its tail ends where it began."""
    found: list[Queue] = []
    while queue is not None and queue not in found:
        found.append(queue)
        queue = by_id.get(queue.escalates_to_id) if queue.escalates_to_id else None
    return found
