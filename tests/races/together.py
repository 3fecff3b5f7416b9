"""Running things at the same time: threads that all begin at one barrier."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connections

from governance.errors import DomainError

T = TypeVar("T")
Refused = DomainError | ObjectDoesNotExist
REFUSED = (DomainError, ObjectDoesNotExist)


def together(acts: Sequence[Callable[[], T]]) -> list[T | Refused]:
    """What each act returned, or how it was refused, in the order of `acts`. Each has a thread and
    a connection of its own. Any other exception, a deadlock say, is raised here."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], T]) -> T | Refused:
        try:
            start.wait()
            return act()
        except REFUSED as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def won(results: Sequence[object]) -> list[object]:
    """Those that were not refused."""
    return [result for result in results if not isinstance(result, REFUSED)]


def codes(results: Sequence[object]) -> set[str]:
    """The codes of those that were. Not to be seen is a refusal too: the API says 404."""
    refused = [result for result in results if isinstance(result, REFUSED)]
    return {getattr(refusal, "code", "not_found") for refusal in refused}
