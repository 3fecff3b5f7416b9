"""When the published entries are gone: the log is closed, and the next one says why."""

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from governance.errors import InputInvalid
from governance.ledger.origins import origins_of
from governance.ledger.store import CHECKPOINT, ledger_store
from governance.ledger.tree_rows import current_log
from governance.ledger.trouble import Reason, SealingRefused
from governance.models import Leaf, LedgerEntry, LedgerPending, Log
from governance.services.origins import OriginNotOpened, open_origin
from governance.services.replaying import ReplayRefused, replay_log
from governance.services.sealing import Sealer, seal_once
from governance.services.verifying.whole import verify_ledger
from tests.factories import NOON, build_world
from tests.governance.ledger.entered import enter
from tests.governance.ledger.sealing_world import store
from tests.governance.restore.conftest import OPERATOR

OLD, NEW = "countersign.localhost/test", "countersign.localhost/test/2"
REASON = "The backup of Sunday was restored, and the store had lost the entries."


@pytest.fixture
def bereft(backup):
    """A restored backup of a product, and a store that has lost the entries since."""
    world = build_world()
    case = world.open_case()
    seal_once(now=NOON)
    backup.take()
    world.rule(case)
    seal_once(now=NOON)
    backup.put_back()
    for path in list(store().paths("tile/entries")):
        store().delete(path)
    return world


def test_without_the_entries_a_new_origin_opens_and_is_sound(bereft):
    with pytest.raises(ReplayRefused, match="open-origin"):
        replay_log(actor=OPERATOR, now=NOON)
    published = store().read(CHECKPOINT)
    closed = current_log()
    waited = enter(NOON)

    with override_settings(COUNTERSIGN_LOG_ORIGIN=NEW):
        log = open_origin(reason=REASON, actor=OPERATOR, now=NOON)
        bereft.submit()
        checkpoint = seal_once(now=NOON)
        found = verify_ledger()

    first = Leaf.objects.get(log=log, index=0)
    body = orjson.loads(bytes(LedgerEntry.objects.get(pk=first.entry_id).leaf))["body"]
    assert body["reason"] == REASON
    assert body["predecessor"]["origin"] == OLD
    assert body["predecessor"]["published"] == published.decode()
    assert body["predecessor"]["size"] == closed.size
    assert Leaf.objects.get(entry_id=waited.pk).log == log
    assert not LedgerPending.objects.exists()
    assert checkpoint.log == log
    assert found.faults == []


def test_the_closed_log_takes_no_further_leaf_and_its_store_stays_as_it_was(db):
    seal_once(now=NOON)
    note, size = store().read(CHECKPOINT), current_log().size
    with override_settings(COUNTERSIGN_LOG_ORIGIN=NEW):
        open_origin(reason=REASON, actor=OPERATOR, now=NOON)
    enter(NOON)

    with pytest.raises(SealingRefused) as refusal:
        Sealer().cycle(now=NOON)

    assert refusal.value.reason is Reason.ORIGIN_CHANGED
    assert NEW in str(refusal.value)
    assert current_log().size == size
    assert ledger_store(OLD).read(CHECKPOINT) == note


def test_leaves_of_the_new_log_may_bear_the_names_of_those_before_it(db):
    seal_once(now=NOON)
    with override_settings(COUNTERSIGN_LOG_ORIGIN=NEW):
        log = open_origin(reason=REASON, actor=OPERATOR, now=NOON)

    assert origins_of(log) == [NEW, OLD]
    assert origins_of(Log.objects.get(origin=OLD)) == [OLD]


def test_no_second_log_opens_without_a_new_name_a_first_log_and_a_reason(db):
    with pytest.raises(OriginNotOpened, match="no log to follow"):
        open_origin(reason=REASON, actor=OPERATOR, now=NOON)
    seal_once(now=NOON)
    with pytest.raises(OriginNotOpened, match="is open already"):
        open_origin(reason=REASON, actor=OPERATOR, now=NOON)
    with pytest.raises(InputInvalid), override_settings(COUNTERSIGN_LOG_ORIGIN=NEW):
        open_origin(reason=" ", actor=OPERATOR, now=NOON)
    assert Log.objects.count() == 1


def test_a_name_under_which_something_was_published_before_is_not_taken_again(db):
    seal_once(now=NOON)
    ledger_store(NEW).write(CHECKPOINT, b"somebody's")

    with (
        override_settings(COUNTERSIGN_LOG_ORIGIN=NEW),
        pytest.raises(SealingRefused, match="the store holds a checkpoint of"),
    ):
        open_origin(reason=REASON, actor=OPERATOR, now=NOON)
    assert Log.objects.count() == 1


def test_the_command_opens_it_and_takes_a_reason(db, capsys):
    seal_once(now=NOON)
    with override_settings(COUNTERSIGN_LOG_ORIGIN=NEW):
        call_command("ledger", "open-origin", "--reason", REASON)
        assert f"{NEW} is open and follows {OLD}" in capsys.readouterr().out
        with pytest.raises(CommandError, match="is open already"):
            call_command("ledger", "open-origin", "--reason", REASON)
