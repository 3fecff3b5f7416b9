"""Sealing while others write, and several sealers at once."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from governance.models import Checkpoint, Leaf, LedgerPending
from governance.services.integrating import integrate
from governance.services.publishing import publish
from governance.services.sealing import Sealer, seal_once
from tests.factories import NOON
from tests.governance.ledger.sealing_world import check_everything, enter_some, sealed_ids
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 16
TRANSACTIONS = 12
SEALERS = 3


def test_an_open_transaction_is_neither_skipped_nor_waited_for():
    seal_once(now=timezone.now())
    entered, commit = threading.Event(), threading.Event()
    mine: list[UUID] = []

    def hold_one_open():
        with transaction.atomic():
            mine.extend(enter_some(1))
            entered.set()
            commit.wait()

    def seal_meanwhile():
        entered.wait()
        try:
            others = enter_some(2)
            seal_once(now=timezone.now())
            return others, sealed_ids()
        finally:
            commit.set()

    _, (others, sealed_before) = together([hold_one_open, seal_meanwhile])
    seal_once(now=timezone.now())

    assert sealed_before[-2:] == others
    assert mine[0] not in sealed_before
    assert sealed_ids() == [*sealed_before, *mine]
    check_everything()


@dataclass(frozen=True)
class Written:
    """A transaction's entries, and the ticks of one clock before it began and after its commit."""

    began: int
    committed: int
    entries: list[UUID]


class Progress:
    """How many transactions were committed, by writers of whom some wait for the others."""

    def __init__(self) -> None:
        self._committed = 0
        self._writing = WRITERS
        self._waiting = 0
        self._changed = threading.Condition()

    def committed(self) -> None:
        with self._changed:
            self._committed += 1
            self._changed.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A writer, however it ends."""
        try:
            yield
        finally:
            with self._changed:
                self._writing -= 1
                self._changed.notify_all()

    def outlast(self, others: int) -> None:
        """Wait until so many others were committed, or everybody waits."""
        with self._changed:
            aim = self._committed + others
            self._waiting += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._committed >= aim or self._waiting >= self._writing)
            self._waiting -= 1

    def goes_on_from(self, seen: int) -> int | None:
        """Wait for more commits than were seen; how many there are, None after the last."""
        with self._changed:
            self._changed.wait_for(lambda: self._committed > seen or not self._writing)
            return self._committed if self._writing else None


def test_sixteen_writers_with_long_and_short_transactions_are_sealed_whole_and_in_order():
    seal_once(now=timezone.now())
    clock = itertools.count()
    progress = Progress()
    written: list[Written] = []

    def write(writer: int) -> None:
        with progress.writing():
            for number in range(TRANSACTIONS):
                began = next(clock)
                with transaction.atomic():
                    entries = enter_some(1 + number % 3)
                    if (writer + number) % 4 == 0:
                        progress.outlast(WRITERS)
                written.append(Written(began, next(clock), entries))
                progress.committed()

    def seal() -> None:
        sealer, seen = Sealer(), 0
        while (seen := progress.goes_on_from(seen)) is not None:
            sealer.cycle(now=timezone.now())

    together([*(partial(write, writer) for writer in range(WRITERS)), seal, seal])
    seal_once(now=timezone.now())

    places = {entry_id: index for index, entry_id in enumerate(sealed_ids())}
    assert len(written) == WRITERS * TRANSACTIONS
    check_everything([entry_id for one in written for entry_id in one.entries])
    assert not LedgerPending.objects.exists()
    for one, other in itertools.permutations(written, 2):
        if one.committed < other.began:
            assert max(places[key] for key in one.entries) < min(
                places[key] for key in other.entries
            )


@pytest.mark.parametrize("batches", [80, pytest.param(1_000, marks=pytest.mark.long)])
def test_three_sealers_at_once_make_one_tree(batches):
    seal_once(now=timezone.now())
    entered = enter_some(3 * batches)
    before = Leaf.objects.count()

    def seal() -> int:
        sealed = 0
        while LedgerPending.objects.exists():
            sealed += integrate(limit=3).leaves
            publish(now=timezone.now())
        return sealed

    shares = together([seal] * SEALERS)
    seal_once(now=timezone.now())

    assert sum(shares) == Leaf.objects.count() - before == len(entered)
    assert sealed_ids()[before:] == entered
    check_everything()


def test_the_log_is_opened_once_by_sealers_that_start_together():
    entered = enter_some(5)

    def start() -> None:
        sealer = Sealer()
        while LedgerPending.objects.exists() or not Checkpoint.objects.exists():
            sealer.cycle(now=timezone.now())

    assert together([start] * SEALERS) == [None] * SEALERS

    assert Checkpoint.objects.exists()
    check_everything(entered)


def test_an_entry_that_comes_late_waits_for_the_next_look_at_the_whole_queue_and_no_longer():
    seal_once(now=NOON)
    sealer = Sealer()
    entered, commit = threading.Event(), threading.Event()

    def come_late():
        with transaction.atomic():
            late = enter_some(1)
            entered.set()
            commit.wait()
        return late

    def seal_past_it():
        entered.wait()
        try:
            for second in range(12):
                enter_some(1)
                sealer.cycle(now=NOON + timedelta(seconds=second))
        finally:
            commit.set()

    [[late], _] = together([come_late, seal_past_it])
    for second in range(12, 17):
        sealer.cycle(now=NOON + timedelta(seconds=second))

    assert sealed_ids()[-1] == late
    check_everything()
