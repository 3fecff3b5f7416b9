"""Which model versions come before which queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from governance.models import PolicyVersion
from models_registry.models import DecisionType, ModelVersion
from reviews.ladders import LadderRules
from reviews.models import LadderVersion, Queue
from reviews.services.rulebook import rulebook_of


def versions_served(queues: Sequence[Queue], now: datetime) -> dict[UUID, list[ModelVersion]]:
    """The versions in service whose decisions the policies now in force may send to each queue,
    from below too: what runs late climbs. By system and version. Five queries."""
    every = {queue.slug: queue for queue in Queue.objects.select_related("ladder")}
    by_id = {queue.pk: queue for queue in every.values()}
    newest = LadderVersion.objects.newest().select_related("ladder")
    ladders = {version.ladder.slug: version.rules for version in newest}
    systems: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for decision_type, routes in _routes(now):
        for name, ladder in routes:
            queue = every.get(name)
            if queue is not None and ladder is None and queue.ladder is not None:
                ladder = queue.ladder.slug
            rules = ladders.get(ladder or "")
            reached = _chain(queue, by_id) if rules is None else _climbed(queue, rules, every)
            for one in reached:
                systems[one.pk].add(decision_type.system_id)
    versions = list(
        ModelVersion.objects.filter(status=ModelVersion.Status.IN_SERVICE)
        .select_related("system")
        .order_by("system__name", "version")
    )
    return {
        queue.pk: [one for one in versions if one.system_id in systems[queue.pk]]
        for queue in queues
    }


_Route = tuple[str, str | None]


def _routes(now: datetime) -> Iterable[tuple[DecisionType, set[_Route]]]:
    """Each decision type with the slugs of the queues that its policy may send to, each with that
    of the ladder it names there."""
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
            ours = book.rules.defaults
            named = {
                (rule.queue or ours.queue, rule.ladder or ours.ladder) for rule in book.rules.rules
            }
            yield decision_type, {(ours.queue, ours.ladder), *named}


def _climbed(queue: Queue | None, rules: LadderRules, every: dict[str, Queue]) -> list[Queue]:
    """A queue and those that a ladder's rungs send to."""
    above = [every[rung.queue] for rung in rules.rungs if rung.queue in every]
    return above if queue is None else [queue, *above]


def _chain(queue: Queue | None, by_id: dict[UUID, Queue]) -> list[Queue]:
    """A queue and those above it; a chain that bites its tail ends where it began."""
    found: list[Queue] = []
    while queue is not None and queue not in found:
        found.append(queue)
        queue = by_id.get(queue.escalates_to_id) if queue.escalates_to_id else None
    return found
