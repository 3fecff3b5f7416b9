"""The watch over the ledger: which alarms are due, and when they are over."""

from datetime import timedelta

import pytest

from config.celery import app
from governance.ledger import record
from governance.models import (
    Actor,
    Cosignature,
    Heartbeat,
    LedgerAlarm,
    LedgerPending,
    VerificationRun,
)
from governance.selectors import ledger_state as selector
from governance.selectors.ledger_state import ledger_state
from governance.services.ledger_alarms import raise_alarm
from governance.services.ledger_watching import watch_ledger
from governance.services.witnesses import distrust_witness
from governance.tasks import watch_over_ledger
from tests.factories import LONG_AGO, NOON, make_person
from tests.governance.ledger.sealed import checkpoint_at, new_witness, open_log

pytestmark = pytest.mark.django_db

WATCH = Actor.system("watch")
Kind = LedgerAlarm.Kind


@pytest.fixture(autouse=True)
def _a_quiet_ledger():
    """Nothing waits, and the sealer has just given a sign of life."""
    LedgerPending.objects.all().delete()
    Heartbeat.beat("sealer", NOON)


def watch(now=NOON):
    return {alarm.kind for alarm in watch_ledger(actor=WATCH, now=now)}


def still_open():
    return set(LedgerAlarm.objects.open().values_list("kind", flat=True))


def state():
    return ledger_state(refused_since=NOON)


def trusted(name="witness.example"):
    witness, _ = new_witness(name)
    return witness


def cosigned(checkpoint, witness, at=NOON):
    return Cosignature.objects.create(
        checkpoint=checkpoint, witness=witness, line="x", cosigned_at=at, received_at=at
    )


def verified(**values):
    run = VerificationRun(**{"requested_at": NOON} | values)
    record.keep(run, "governance.verificationrun.requested", actor=WATCH, at=NOON)


def test_a_ledger_that_is_well_raises_no_alarm():
    assert watch() == set()


def test_the_lag_is_how_long_the_oldest_waits_by_the_databases_clock(settings):
    make_person(now=LONG_AGO)

    assert timedelta(0) < state().lag < timedelta(minutes=1)
    assert watch() == set()
    settings.COUNTERSIGN_LAG_LIMIT = timedelta(0)
    assert watch() == {Kind.LAGGING}
    assert "0 are meant at most" in LedgerAlarm.objects.get().detail

    LedgerPending.objects.all().delete()
    assert state().lag is None
    assert watch() == set()
    assert still_open() == set()


@pytest.mark.parametrize(("seconds", "alarms"), [(30, set()), (31, {Kind.SILENT})])
def test_a_silent_sealer_is_an_alarm(seconds, alarms):
    assert watch(NOON + timedelta(seconds=seconds)) == alarms


def test_a_sealer_that_never_was_there_is_an_alarm():
    Heartbeat.objects.all().delete()

    assert watch() == {Kind.SILENT}


def test_a_refusing_sealer_is_an_alarm_and_another_reason_another_one():
    log = open_log(trouble="store unreachable: tile/0/000", trouble_since=NOON)

    def refuses(trouble, since=NOON):
        log.trouble, log.trouble_since = trouble, since
        log.save(update_fields=["trouble", "trouble_since"])
        return watch()

    assert watch() == refuses("store unreachable: tile/0/001") == {Kind.REFUSING}
    assert LedgerAlarm.objects.get().detail == "store unreachable: tile/0/000"
    assert refuses("fork: two roots for one size") == {Kind.REFUSING}
    assert LedgerAlarm.objects.open().get().detail == "fork: two roots for one size"
    assert LedgerAlarm.objects.count() == 2
    assert refuses("", None) == set()
    assert still_open() == set()


def test_a_witness_that_stays_away_is_an_alarm_until_it_cosigns_or_is_dismissed():
    log = open_log()
    witness, other = trusted(), trusted("other.example")
    first = checkpoint_at(log, 1, at=NOON)
    cosigned(first, witness)
    cosigned(first, other)
    second = checkpoint_at(log, 2, at=NOON + timedelta(hours=1))
    cosigned(second, other)

    def at(hours):
        now = NOON + timedelta(hours=hours)
        Heartbeat.beat("sealer", now)
        return watch(now)

    assert at(25) == set()
    assert at(25.1) == {Kind.UNWITNESSED}
    assert "witness.example" in LedgerAlarm.objects.get().detail
    assert "other.example" not in LedgerAlarm.objects.get().detail
    cosigned(second, witness)
    assert at(25.1) == still_open() == set()

    checkpoint_at(log, 3, at=NOON + timedelta(hours=26))
    for one in (witness, other):
        distrust_witness(witness=one, actor=WATCH, now=NOON)
    assert at(100) == set()


def test_a_witness_is_given_time_from_when_it_is_trusted():
    checkpoint_at(open_log(), 1, at=NOON - timedelta(days=300))
    trusted()

    assert watch() == set()


def test_what_others_found_is_not_cleared_here():
    for kind in (Kind.UNSOUND, Kind.DISPUTED):
        raise_alarm(kind=kind, detail="Seen elsewhere", actor=WATCH, now=NOON)

    watch()
    assert still_open() == {Kind.UNSOUND, Kind.DISPUTED}


def test_the_sweep_is_scheduled_and_acts_as_the_system():
    [entry] = [
        entry
        for entry in app.conf.beat_schedule.values()
        if entry["task"] == watch_over_ledger.name
    ]
    assert entry["schedule"] == 30.0
    Heartbeat.objects.all().delete()

    watch_over_ledger()
    assert LedgerAlarm.objects.get().history.get().actor == "system:watch_over_ledger"


def test_the_state_is_one_query_and_says_how_all_stands(django_assert_num_queries):
    log = open_log(size=12)
    witness = trusted()
    trusted("idle.example")
    cosigned(checkpoint_at(log, 7), witness)
    newest = checkpoint_at(log, 12, at=NOON + timedelta(hours=1))
    verified(state="done", finished_at=NOON, fault_count=3)
    verified(state="running", requested_at=NOON + timedelta(hours=1))
    raise_alarm(kind=Kind.UNSOUND, detail="Three faults", actor=WATCH, now=NOON)

    with django_assert_num_queries(1):
        stands = state()
    assert (stands.size, stands.checkpoint_size, stands.checkpoint_at) == (12, 12, newest.signed_at)
    assert (stands.verification.faults, stands.verification.failed) == (3, False)
    assert [alarm.detail for alarm in stands.alarms] == ["Three faults"]
    idle, busy = stands.witnesses
    assert (idle.name, idle.size, idle.waits_since) == ("idle.example", None, NOON)
    assert (busy.name, busy.size, busy.waits_since) == ("witness.example", 7, newest.signed_at)


def test_before_the_first_seal_there_is_nothing_and_no_error():
    stands = state()

    assert (stands.size, stands.checkpoint_at, stands.lag) == (None, None, None)
    assert (stands.witnesses, stands.alarms, stands.verification) == ([], [], None)


def test_many_that_wait_are_not_counted_to_the_end(monkeypatch):
    monkeypatch.setattr(selector, "COUNTED", 2)
    for _ in range(3):
        make_person()

    assert LedgerPending.objects.count() == 3
    assert (state().pending, state().has_many_pending) == (3, True)
