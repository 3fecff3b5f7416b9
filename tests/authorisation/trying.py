"""Trying a door and taking it back; and what a refused try must leave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from governance.models import LedgerEntry, Refusal
from tests.authorisation.row import Entered, Status
from tests.reviews.written import TRACES_OF_REFUSAL, state_of_tables

REFUSED_IN_A_STATE = frozenset({403, 409, 410, 412})


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fits(status: int, expected: Status) -> bool:
    return status in (expected if isinstance(expected, tuple) else (expected,))


def is_entered(status: int, expected: Status) -> bool:
    """Whether a known caller's try leaves a refusal."""
    return status in REFUSED_IN_A_STATE or isinstance(expected, Entered)


class Traces:
    """Made before some tries; afterwards it tells what they left."""

    def __init__(self) -> None:
        self._before = set(Refusal.objects.values_list("pk", flat=True))

    def refusals(self) -> list[Refusal]:
        return list(Refusal.objects.exclude(pk__in=self._before).order_by("id"))

    def check(self, count: int) -> None:
        """So many refusals, each with its one entry, which says the same."""
        refusals = self.refusals()
        assert len(refusals) == count, [(one.act, one.code) for one in refusals]
        for refusal in refusals:
            entry = LedgerEntry.objects.get(subject_id=refusal.pk)
            assert (entry.event, entry.actor) == ("governance.act.refused", refusal.actor)
            assert orjson.loads(bytes(entry.leaf))["body"] == {
                "act": refusal.act,
                "code": refusal.code,
                "condition": refusal.condition,
                "about": None if refusal.about_id is None else str(refusal.about_id),
            }


def rows() -> dict[str, Any]:
    """Every table as it is now, but for what refusals leave."""
    return state_of_tables(except_for=TRACES_OF_REFUSAL)


def about(refusal: Refusal) -> tuple[str | None, UUID | None]:
    return refusal.condition, refusal.about_id
