"""Sealing, one step after the other: what is committed gets its place, is published and signed."""

from datetime import timedelta
from itertools import pairwise

import orjson
import pytest
from django.db import transaction

from governance.ledger import publication
from governance.ledger.store import CHECKPOINT
from governance.ledger.tree_rows import current_log
from governance.models import Checkpoint, CheckpointKey, LedgerEntry, LedgerPending
from governance.services import publishing
from governance.services.integrating import integrate
from governance.services.log_opening import open_log
from governance.services.publishing import publish
from governance.services.sealing import ACTOR, Sealer, seal_once
from tests.factories import NOON
from tests.governance.ledger.sealing_world import (
    check_everything,
    enter_some,
    published_checkpoint,
    sealed_ids,
    store,
)

pytestmark = pytest.mark.django_db


def test_the_first_seal_opens_the_log_and_then_takes_what_has_waited():
    enter_some(3)
    waited = list(LedgerPending.objects.order_by("seq").values_list("entry_id", flat=True))

    checkpoint = seal_once(now=NOON)

    key = CheckpointKey.objects.get()
    told = LedgerEntry.objects.filter(subject_id=key.pk).order_by("object_seq")
    assert [entry.event for entry in told] == [
        "governance.log.opened",
        "governance.checkpointkey.introduced",
    ]
    assert sealed_ids() == [*(entry.pk for entry in told), *waited]
    assert orjson.loads(bytes(told[0].leaf))["body"] == {"origin": current_log().origin}
    assert checkpoint.size == published_checkpoint().size == 2 + len(waited)
    assert checkpoint.signed_at == NOON
    assert not LedgerPending.objects.exists()
    check_everything(waited)


def test_a_log_that_another_sealer_has_just_opened_is_not_opened_again():
    seal_once(now=NOON)

    assert open_log(actor=ACTOR, now=NOON) is None

    assert CheckpointKey.objects.count() == 1


def test_each_checkpoint_extends_the_last_one_and_all_are_kept():
    for hour in range(3):
        enter_some(2)
        seal_once(now=NOON + timedelta(hours=hour))

    sizes = list(Checkpoint.objects.order_by("size").values_list("size", flat=True))
    assert [later - earlier for earlier, later in pairwise(sizes)] == [2, 2]
    assert published_checkpoint().size == sizes[-1]
    check_everything()


def test_entries_are_sealed_as_they_were_entered_though_the_clock_went_back():
    seal_once(now=NOON)
    entered = [
        *enter_some(2, NOON + timedelta(minutes=1)),
        *enter_some(2, NOON - timedelta(hours=1)),
        *enter_some(2, NOON),
    ]
    assert entered != sorted(entered)

    seal_once(now=NOON)

    assert sealed_ids()[-6:] == entered


def test_an_idle_cycle_asks_the_database_one_question(django_assert_num_queries):
    enter_some(1)
    sealer = Sealer()
    while sealer.cycle(now=NOON).goes_on:
        pass
    sealer.cycle(now=NOON)

    with django_assert_num_queries(1):
        idle = sealer.cycle(now=NOON + timedelta(seconds=1))

    assert (idle.sealed, idle.checkpoint, idle.goes_on) == (0, None, False)


def test_a_catch_up_seals_in_batches_and_publishes_in_steps(monkeypatch):
    monkeypatch.setattr(publishing, "STEP", 256)
    monkeypatch.setattr(publication, "_BUNDLES_AT_ONCE", 1)
    seal_once(now=NOON)
    entered = enter_some(600)

    batches = [integrate(limit=250).leaves for _ in range(4)]
    checkpoint = seal_once(now=NOON)

    assert batches == [250, 250, 100, 0]
    size = current_log().size
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True))[1:] == [
        256,
        512,
        size,
    ]
    assert checkpoint.size == size
    assert sealed_ids()[-600:] == entered
    check_everything()


def test_partial_tiles_go_when_the_full_ones_have_come():
    seal_once(now=NOON)
    enter_some(3)
    seal_once(now=NOON)
    assert list(store().paths("tile/0/000.p"))
    assert list(store().paths("tile/entries/000.p"))

    enter_some(256)
    seal_once(now=NOON)

    assert store().read("tile/0/000")
    assert list(store().paths("tile/0/000.p")) == []
    assert list(store().paths("tile/entries/000.p")) == []
    check_everything()


def test_what_was_published_before_its_row_was_kept_is_taken_over():
    seal_once(now=NOON)
    enter_some(2)
    integrate()
    before = transaction.savepoint()
    lost = publish(now=NOON)
    transaction.savepoint_rollback(before)
    assert not Checkpoint.objects.filter(size=lost.size).exists()

    enter_some(1)
    seal_once(now=NOON + timedelta(seconds=1))

    kept = Checkpoint.objects.get(size=lost.size)
    assert bytes(kept.note) == bytes(lost.note)
    assert published_checkpoint().size == lost.size + 1
    check_everything()


def test_a_store_that_went_back_gets_the_newest_checkpoint_again():
    first = seal_once(now=NOON)
    enter_some(2)
    newest = seal_once(now=NOON)
    store().write(CHECKPOINT, bytes(first.note))

    seal_once(now=NOON + timedelta(seconds=1))

    assert store().read(CHECKPOINT) == bytes(newest.note)
    assert Checkpoint.objects.count() == 2
