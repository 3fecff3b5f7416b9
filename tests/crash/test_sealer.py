"""A sealer that dies, fails or stands still at each of its steps, and the next one after it."""

import itertools
import os
import signal
import time

import pytest
from django.db import Error, connections
from django.db.backends.signals import connection_created
from django.utils import timezone

from governance.ledger import sealing_lock
from governance.ledger.sealing_lock import bound_idleness
from governance.ledger.store import CHECKPOINT
from governance.ledger.tile_paths import WIDTH
from governance.ledger.tree_rows import current_log
from governance.ledger.trouble import SealingRefused
from governance.models import LedgerPending, Log
from governance.services.sealing import Sealer, seal_once
from tests.config.waiting import wait_until
from tests.crash.forked import ended, fork, stopped
from tests.crash.steps import Fate, Steps, watched
from tests.governance.ledger.sealing_world import (
    check_everything,
    derived_root,
    enter_some,
    published_checkpoint,
    store,
)

pytestmark = pytest.mark.django_db(transaction=True)

KILLED = -signal.SIGKILL


def seal_now() -> None:
    seal_once(now=timezone.now())


def killed_at(number: int, *, only: str = "") -> bool:
    """Let a sealer die at this step; False when it took fewer and has done all."""

    def seal() -> None:
        with watched(Steps(Fate.KILLED, number, only=only)):
            seal_now()

    code = ended(fork(seal))
    assert code in {0, KILLED}
    return code == KILLED


def check_published() -> None:
    """Who has nothing but the store derives the root that was signed."""
    if store().read(CHECKPOINT) is not None:
        outside = published_checkpoint()
        assert derived_root(outside.size) == outside.root


def check_recovery() -> None:
    """The next sealer needs nobody's help, and publishes the whole log."""
    check_published()
    checkpoint = seal_once(now=timezone.now())
    log = current_log()
    outside = published_checkpoint()
    assert not LedgerPending.objects.exists()
    assert (log.trouble, checkpoint.size) == ("", log.size)
    assert (outside.size, outside.root) == (log.size, bytes(log.root))
    check_published()


def test_a_sealer_killed_at_each_step_of_the_opening_leaves_a_log_or_none():
    entered = enter_some(3)

    for number in itertools.count(1):
        assert killed_at(number)
        check_everything(entered)
        if Log.objects.exists():
            break

    check_recovery()
    check_everything(entered)


def test_a_sealer_killed_at_each_step_loses_no_entry_and_seals_none_twice():
    seal_now()
    entered = enter_some(200)  # So that a tile fills up on the way.

    for number in itertools.count(1):
        entered += enter_some(1)
        killed = killed_at(number)
        check_recovery()
        if not killed:
            break

    assert number > 50
    check_everything(entered)


@pytest.mark.long
def test_a_sealer_killed_at_each_step_of_filling_a_tile_leaves_whole_files():
    seal_now()
    entered = []

    for number in itertools.count(1):
        entered += enter_some(WIDTH)
        killed = killed_at(number, only="file")
        check_recovery()
        if not killed:
            break

    check_everything(entered)


@pytest.mark.parametrize(
    ("fate", "other_size_at"),
    [
        (Fate.FAILED, 0),
        (Fate.FAILED_BUT_DONE, 1),
        pytest.param(Fate.FAILED, 1, marks=pytest.mark.long),
        pytest.param(Fate.FAILED_BUT_DONE, 0, marks=pytest.mark.long),
    ],
)
def test_after_each_failed_step_the_retry_signs_no_second_root(fate, other_size_at):
    """At every other step the retry has more entries, so that it seals and signs another size."""
    seal_now()
    entered = []

    for number in itertools.count(1):
        entered += enter_some(1)
        steps = Steps(fate, number)
        with watched(steps):
            try:
                seal_now()
            except (Error, SealingRefused):
                connections.close_all()
        if number % 2 == other_size_at:
            entered += enter_some(2)
        check_recovery()
        if not steps.befell:
            break

    assert number > 50
    check_everything(entered)


@pytest.mark.parametrize(
    ("step", "at"),
    [
        ("database WITH taken", 1),
        ("database INSERT INTO governance_tile", 1),
        ("file write", 1),
        # Past its last look at its turn: the checkpoint that it writes when it thaws is old.
        ("file replace", 3),
    ],
)
def test_another_sealer_takes_over_from_a_frozen_one_which_then_starts_afresh(step, at):
    seal_now()
    entered = enter_some(2)

    def freeze() -> None:
        steps = Steps(Fate.STOPPED, at, only=step)
        sealing_lock.MOST_IDLE_SECONDS = 1
        connection_created.connect(bound_idleness)
        with watched(steps), pytest.raises(Error):
            seal_now()
        connections.close_all()
        seal_now()

    frozen = fork(freeze)
    assert stopped(frozen)
    entered += enter_some(2)
    wait_until(_sealed_by(Sealer()), "the other sealer")
    os.kill(frozen, signal.SIGCONT)

    assert ended(frozen) == 0
    check_recovery()
    check_everything(entered)


def _sealed_by(sealer: Sealer):
    def sealed() -> bool:
        sealer.cycle(now=timezone.now())
        return not LedgerPending.objects.exists() and (
            published_checkpoint().size == current_log().size
        )

    return sealed


@pytest.mark.long
def test_a_standby_seals_within_ten_seconds_after_the_active_one_froze():
    seal_now()

    def freeze() -> None:
        connection_created.connect(bound_idleness)
        with watched(Steps(Fate.STOPPED, 1, only="database WITH taken")), pytest.raises(Error):
            seal_now()

    enter_some(2)
    frozen = fork(freeze)
    assert stopped(frozen)
    since = time.monotonic()
    wait_until(_sealed_by(Sealer()), "the other sealer")
    within = time.monotonic() - since
    os.kill(frozen, signal.SIGCONT)

    assert ended(frozen) == 0
    assert within < 10
