"""A monitor looks: its run, its alarm, the level, and what that does to the next decision."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.errors import InputInvalid
from governance.models import LedgerEntry, OutboxMessage
from governance.policies.monitors import Watches
from governance.services.policies import publish_version
from models_registry.models import LevelChange
from reviews.errors import AlarmEnded
from reviews.models import DecisionTally, MonitorAlarm, MonitorRun, MonitorState, VerdictKind
from reviews.selectors.monitors import are_fresh
from reviews.services import looking
from reviews.services.derivation import derive_again
from reviews.services.monitor_alarms import close_alarm
from reviews.services.monitoring import monitors_of, put_off, run_monitor, set_up_monitors
from reviews.services.tallying import tally
from reviews.tasks import watch_monitors
from tests.factories import NOON, change, policy_text
from tests.races.together import together
from tests.reviews.monitors.made import (
    CONFIDENCE,
    SILENCE,
    SWEEP,
    looked,
    usual_confidence,
    watched,
    with_reference,
)

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def submit(world, count, confidence, *, now=NOON):
    for number in range(count):
        world.submit(outcome="grant", confidence=confidence(number), now=now)


def reasons(decision):
    return [reason["code"] for reason in decision.evaluation.result["reasons"]]


def test_a_shift_raises_one_alarm_and_the_level_and_the_next_decision_goes_to_a_person():
    world = watched(CONFIDENCE)
    kind = world.decision_type
    with_reference(kind, NOON)
    submit(world, 210, usual_confidence)
    [quiet] = looked(NOON + MINUTE)
    assert (quiet.finding, quiet.n) == ("quiet", 210)
    passed = world.submit(outcome="grant", confidence=0.8, now=NOON + 2 * MINUTE)
    assert passed.evaluation.disposition == "pass"

    submit(world, 90, lambda number: 0.2 + number / 1000, now=NOON + 3 * MINUTE)
    [run] = looked(NOON + HOUR + 2 * MINUTE)

    assert (run.finding, run.n) == ("alarm", 301)
    assert run.statistic > run.limit
    alarm = MonitorAlarm.objects.get()
    assert (alarm.run, alarm.monitor, alarm.raised_to) == (run, "confidence", "all_human")
    kind.refresh_from_db()
    change = LevelChange.objects.get()
    assert (kind.level, change.from_level, change.to_level) == ("all_human", "normal", "all_human")
    assert (change.alarm, change.changed_by) == (alarm.pk, None)
    events = LedgerEntry.objects.filter(event__regex="level_raised|monitoralarm")
    assert [(entry.event, entry.actor) for entry in events.order_by("id")] == [
        ("models_registry.decisiontype.level_raised", "system:watch_monitors"),
        ("reviews.monitoralarm.raised", "system:watch_monitors"),
    ]
    told = OutboxMessage.objects.filter(event__in=["monitor.alarm", "level.raised"])
    assert sorted(told.values_list("event", flat=True)) == ["level.raised", "monitor.alarm"]
    held = world.submit(outcome="grant", confidence=0.9, now=NOON + HOUR + 3 * MINUTE)
    assert (held.evaluation.disposition, reasons(held)) == ("review", ["all_human"])
    assert derive_again(held.evaluation).to_json() == held.evaluation.result

    looked(NOON + 2 * HOUR + 4 * MINUTE)
    assert MonitorRun.objects.filter(finding="alarm").count() == 2
    assert MonitorAlarm.objects.count() == LevelChange.objects.count() == 1


def test_a_look_that_breaks_off_is_put_off_longer_each_time():
    world = watched(SILENCE)
    world.submit(now=NOON)
    set_up_monitors(now=NOON)
    state, at, pauses = MonitorState.objects.get(), NOON, []
    for _ in range(20):
        put_off(state_id=state.pk, now=at)
        assert put_off(state_id=state.pk, now=at) is None
        state.refresh_from_db()
        pauses.append((state.next_at - at) / MINUTE)
        at = state.next_at
    assert pauses == [2, 4, 8, 16, 32, *[60] * 15]
    [run] = looked(at)
    assert run.finding == "alarm"
    state.refresh_from_db()
    assert (state.failures, state.next_at) == (0, at + MINUTE)


def test_the_sweep_puts_a_monitor_off_that_breaks_and_goes_on_to_the_next(monkeypatch):
    watched(SILENCE + "  - {id: second, watches: silence, silence: PT1H, every: PT1M}\n")
    real = looking._LOOKS[Watches.SILENCE]

    def breaking(asked):
        if asked.spec.id == "heartbeat":
            raise ZeroDivisionError
        return real(asked)

    monkeypatch.setitem(looking._LOOKS, Watches.SILENCE, breaking)
    watch_monitors()
    watch_monitors()
    assert list(MonitorRun.objects.values_list("monitor", flat=True)) == ["second"]
    assert MonitorState.objects.get(monitor="heartbeat").failures == 1


def test_without_data_a_monitor_is_not_fresh_and_nothing_passes():
    world = watched(CONFIDENCE)
    specs = monitors_of(world.decision_type, NOON)
    assert not are_fresh(world.decision_type, specs, NOON)

    [run] = looked(NOON)

    assert (run.finding, run.statistic, run.least) == ("too_few", None, 200)
    assert not are_fresh(world.decision_type, specs, NOON)
    decision = world.submit(outcome="grant", confidence=0.99)
    assert (decision.evaluation.disposition, reasons(decision)) == ("review", ["monitors_stale"])


def test_fresh_ends_with_its_time_and_with_other_settings():
    world = watched(SILENCE)
    world.submit(now=NOON)
    looked(NOON + MINUTE)
    kind, specs = world.decision_type, monitors_of(world.decision_type, NOON)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert are_fresh(kind, specs, NOON + 7 * MINUTE)
    assert len(queries) == 1
    assert not are_fresh(kind, specs, NOON + 8 * MINUTE)

    other = policy_text(mode="hotl", rules=" []")
    other += "monitors:\n" + SILENCE.replace("PT1H", "PT2H")
    publish_version(
        policy=world.policy, text=other, schemas=[kind.policy_schema()], publisher=world.officer,
        now=NOON + 2 * MINUTE,
    )  # fmt: skip
    assert not are_fresh(kind, monitors_of(kind, NOON + 3 * MINUTE), NOON + 3 * MINUTE)
    looked(NOON + 3 * MINUTE)
    assert are_fresh(kind, monitors_of(kind, NOON + 3 * MINUTE), NOON + 4 * MINUTE)


def test_a_policy_without_monitors_keeps_its_meaning():
    world = watched(SILENCE)
    plain = policy_text(mode="hotl", rules=" []")
    publish_version(
        policy=world.policy, text=plain, schemas=[world.decision_type.policy_schema()],
        publisher=world.officer, now=NOON,
    )  # fmt: skip
    assert world.submit(outcome="grant", now=NOON).evaluation.disposition == "pass"
    assert looked(NOON) == []
    assert not MonitorState.objects.exists()


def test_an_alarm_ends_when_the_monitor_is_quiet_again_and_the_level_stays():
    world = watched(SILENCE.replace("PT1M}", "PT1M, raise_to: sampled}"))
    world.submit(now=NOON)
    looked(NOON + 2 * HOUR)
    alarm = MonitorAlarm.objects.open().get()

    world.submit(now=NOON + 3 * HOUR)
    looked(NOON + 3 * HOUR + MINUTE)

    alarm.refresh_from_db()
    assert (alarm.ended_at, alarm.closed_by) == (NOON + 3 * HOUR + MINUTE, None)
    world.decision_type.refresh_from_db()
    assert world.decision_type.level == "sampled"
    assert OutboxMessage.objects.filter(event="monitor.quiet").count() == 1


def test_a_closed_alarm_comes_again_only_after_a_quiet_look():
    world = watched(SILENCE)
    world.submit(now=NOON)
    looked(NOON + 2 * HOUR)
    alarm = MonitorAlarm.objects.get()

    at = NOON + 2 * HOUR + MINUTE
    close_alarm(alarm_id=alarm.pk, reason=" Known: a holiday. ", closed_by=world.officer, now=at)

    alarm.refresh_from_db()
    assert (alarm.ended_at, alarm.closed_by) == (at, world.officer)
    assert alarm.close_reason == "Known: a holiday."
    assert LedgerEntry.objects.filter(event="reviews.monitoralarm.closed").count() == 1
    with pytest.raises(AlarmEnded):
        close_alarm(alarm_id=alarm.pk, reason="Again.", closed_by=world.officer, now=at)
    looked(NOON + 3 * HOUR)
    assert MonitorAlarm.objects.count() == 1
    world.submit(now=NOON + 4 * HOUR)
    looked(NOON + 4 * HOUR + MINUTE)
    looked(NOON + 6 * HOUR)
    assert MonitorAlarm.objects.count() == 2


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_an_alarm_is_not_closed_without_a_reason_that_fits(reason):
    world = watched(SILENCE)
    world.submit(now=NOON)
    looked(NOON + 2 * HOUR)
    alarm = MonitorAlarm.objects.get()
    with pytest.raises(InputInvalid):
        close_alarm(alarm_id=alarm.pk, reason=reason, closed_by=world.officer, now=NOON)
    assert MonitorAlarm.objects.open().count() == 1


def test_an_alarm_never_lowers_a_level():
    world = watched(SILENCE.replace("PT1M}", "PT1M, raise_to: sampled}"))
    from governance.policies import Level
    from models_registry.services.levels import raise_level

    raise_level(
        decision_type=world.decision_type, to=Level.ALL_HUMAN, reason="Drift.",
        raised_by=world.officer, now=NOON,
    )  # fmt: skip
    world.submit(now=NOON)
    looked(NOON + 2 * HOUR)
    world.decision_type.refresh_from_db()
    assert world.decision_type.level == "all_human"
    assert MonitorAlarm.objects.get().raised_to == ""


def test_hours_are_counted_once_from_the_decisions():
    world = watched(CONFIDENCE)
    submit(world, 3, lambda number: [0.5, 1.0, 0.123][number], now=NOON - 3 * HOUR)
    world.submit(outcome="refuse", confidence=0.5, now=NOON - 3 * HOUR + MINUTE)

    assert tally(world.decision_type, NOON - 5 * HOUR, NOON)

    rows = DecisionTally.objects.order_by("hour")
    assert [row.total for row in rows] == [0, 0, 4, 0]
    busy = rows.get(total=4)
    assert busy.outcomes == {"grant": 3, "refuse": 1}
    assert busy.confidences == {"100": 2, "199": 1, "24": 1}
    assert busy.last_at == NOON - 3 * HOUR + MINUTE
    with CaptureQueriesContext(connection) as queries:
        assert tally(world.decision_type, NOON - 5 * HOUR, NOON)
    assert len(queries) == 1


def test_overruled_reviews_are_found_by_the_sequential_monitor():
    world = watched(
        "  - {id: overrides, watches: override_rate, window: P1D, every: PT1H, expected: 0.05,\n"
        "     unacceptable: 0.5, run: 100, false_alarm_rate: 0.1, raise_to: sampled}\n"
    )
    for number in range(31):
        kind = VerdictKind.OVERRIDE if number > 26 else VerdictKind.UPHOLD
        outcome = "refuse" if kind is VerdictKind.OVERRIDE else ""
        world.rule(world.open_case(outcome="grant"), kind, outcome=outcome)
    assert looked(NOON)[0].finding == "too_few"

    [run] = looked(NOON + 2 * HOUR)

    assert (run.n, run.finding) == (31, "alarm")
    memory = MonitorState.objects.get().memory
    assert memory["in_alarm"]
    close_alarm(
        alarm_id=MonitorAlarm.objects.get().pk, reason="Seen.", closed_by=world.officer,
        now=NOON + 3 * HOUR,
    )  # fmt: skip
    [again] = looked(NOON + 4 * HOUR)
    assert (again.finding, again.statistic) == ("quiet", 0.0)


def test_errors_are_counted_in_what_would_have_passed_only():
    """A review that a rule demanded says nothing of what passes."""
    world = watched(
        "  - {id: errors, watches: error_rate, expected: 0.05, unacceptable: 0.2, every: PT1H}\n"
    )
    rules = "\n  - {id: low, title: Low, when: confidence < 0.5, then: review, reason: Low.}\n"
    text = policy_text(mode="hotl", rules=rules) + (
        "monitors:\n  - {id: errors, watches: error_rate, expected: 0.05, unacceptable: 0.2}\n"
    )
    publish_version(
        policy=world.policy, text=text, schemas=[world.decision_type.policy_schema()],
        publisher=world.officer, now=NOON - HOUR,
    )  # fmt: skip
    world.rule(world.open_case(outcome="grant", confidence=0.4))
    world.rule(world.open_case(outcome="grant", confidence=0.9))
    [run] = looked(NOON + HOUR)
    assert run.n == 1


@pytest.mark.parametrize(
    ("monitor", "n"),
    [
        ("{id: m, watches: calibration}", 3),
        ("{id: m, watches: disagreement, segment: years}", 3),
        ("{id: m, watches: outcome_psi}", 3),
        ("{id: m, watches: outcome_chi_square}", 3),
        ("{id: m, watches: confidence_psi}", 3),
        ("{id: m, watches: volume}", 0),
    ],
)
def test_every_other_monitor_reads_its_rows(monitor, n):
    world = watched(f"  - {monitor}\n")
    for years in (1, 2, 2):
        world.rule(world.open_case(outcome="grant", facts={"income": 1.0, "years": years}))
    [run] = looked(NOON + MINUTE)
    assert (run.n, run.finding) == (n, "too_few")


def test_disagreement_without_a_segment_looks_at_the_groups_marked_as_protected():
    world = watched("  - {id: m, watches: disagreement, segment: years}\n")
    kind = world.decision_type
    kind.fact_schema = kind.fact_schema | {"student": {"type": "bool", "label": "Student"}}
    kind.protected = {"student": {"kind": "attribute", "basis": ""}}
    change(kind, "fact_schema", "protected")
    text = policy_text(mode="hotl", rules=" []") + (
        "monitors:\n  - {id: m, watches: disagreement}\n"
    )
    publish_version(
        policy=world.policy, text=text, schemas=[kind.policy_schema()], publisher=world.officer,
        now=NOON - HOUR,
    )  # fmt: skip
    for number in range(40):
        facts = {"income": 1.0, "years": 1, "student": number < 20}
        wrong = number < 20
        case = world.open_case(outcome="grant", facts=facts)
        world.rule(
            case, VerdictKind.OVERRIDE if wrong else VerdictKind.UPHOLD,
            outcome="refuse" if wrong else "",
        )  # fmt: skip
    [run] = looked(NOON + MINUTE)
    assert (run.finding, run.where, run.n) == ("alarm", "student: false", 40)

    # Without a mark there is nothing to look at, and on the loop that holds decisions.
    kind.protected = {}
    change(kind, "protected")
    [run] = looked(NOON + 2 * HOUR)
    assert (run.finding, run.n) == ("too_few", 0)


def test_volume_is_compared_with_the_same_hours_of_past_weeks():
    world = watched("  - {id: m, watches: volume, window: P1D}\n")
    with_reference(world.decision_type, NOON, weeks=True)
    [usual] = looked(NOON)
    assert (usual.finding, usual.statistic) == ("quiet", 96.0)
    assert usual.lower_limit < 96 < usual.limit

    # A day in which nothing comes.
    [run] = looked(NOON + timedelta(days=1))
    assert (run.finding, run.statistic) == ("alarm", 0.0)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_one_look_and_one_alarm():
    world = watched(SILENCE.replace("PT1M}", "PT1M, raise_to: all_human}"))
    world.submit(now=NOON)
    set_up_monitors(now=NOON)
    state, at = MonitorState.objects.get(), NOON + 2 * HOUR
    one = partial(run_monitor, state_id=state.pk, actor=SWEEP, now=at)

    together([one, one, one, one])

    assert MonitorRun.objects.count() == MonitorAlarm.objects.count() == 1
    assert LevelChange.objects.count() == 1
