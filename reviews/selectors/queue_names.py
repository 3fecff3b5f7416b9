"""The names of queues and ladders, for those who check what a policy says."""

from __future__ import annotations

from models_registry.queue_names import QueueNames, tells_queue_names
from reviews.models import Ladder, Queue


@tells_queue_names
def queue_names() -> QueueNames:
    """Of all queues, by whether they take cases, and of all ladders."""
    found = dict(Queue.objects.values_list("slug", "is_open"))
    return QueueNames(
        opened=frozenset(slug for slug, is_open in found.items() if is_open),
        closed=frozenset(slug for slug, is_open in found.items() if not is_open),
        ladders=frozenset(Ladder.objects.values_list("slug", flat=True)),
    )
