"""The key `monitors` of a policy: what it means, and what is refused with its place."""

from dataclasses import replace
from datetime import timedelta

import pytest

from governance.policies import Level, PolicyInvalid, parse_policy
from governance.policies.examining import examine_policy
from governance.policies.monitors import MonitorSpec, Watches
from tests.governance.policies.builders import SCHEMA

TEXT = """version: 1
title: Test
mode: hotl
rules: []
defaults: {queue: credit, due_within: PT4H}
audit_rate: 0.1
fail_safe: hold
permit_ttl: PT15M
monitors:
"""
FIRST_LINE = TEXT.count("\n") + 1


def parsed(*monitors):
    return parse_policy(TEXT + "".join(f"  - {one}\n" for one in monitors), schema=SCHEMA).monitors


def faults(*monitors):
    with pytest.raises(PolicyInvalid) as refused:
        parsed(*monitors)
    return refused.value.problems


def test_protected_groups_are_compared_only_where_some_are_marked():
    text = TEXT + "  - {id: fair, watches: disagreement}\n"
    assert parsed("{id: fair, watches: disagreement}")[0].segment is None
    with pytest.raises(PolicyInvalid) as refused:
        examine_policy(text, schema=replace(SCHEMA, protected=frozenset({"amount", "unknown"})))
    [fault] = refused.value.problems
    assert (fault.pointer, fault.code, fault.place.line) == (
        "/monitors/0", "missing_field", FIRST_LINE,
    )  # fmt: skip
    marked = replace(SCHEMA, protected=frozenset({"segment"}))
    assert examine_policy(text, schema=marked).rules.monitors[0].segment is None


def test_a_monitor_with_its_defaults():
    [monitor] = parsed("{id: drift, watches: confidence_ks}")
    assert monitor == MonitorSpec(
        id="drift",
        watches=Watches.CONFIDENCE_KS,
        window=timedelta(days=1),
        reference=timedelta(days=28),
        every=timedelta(hours=1),
        false_alarm_rate=0.01,
    )
    assert (monitor.looks, monitor.raise_to) == (24, None)
    assert monitor.fresh_for == timedelta(hours=2, minutes=5)


def test_everything_a_monitor_can_say():
    drift, silence, errors, segments = parsed(
        "{id: a, watches: outcome_psi, window: PT6H, reference: P14D, every: PT30M,"
        " false_alarm_rate: 0.05, raise_to: all_human}",
        "{id: b, watches: silence, silence: PT2H}",
        "{id: c, watches: error_rate, expected: 0.02, unacceptable: 0.05, run: 2000}",
        "{id: d, watches: disagreement, segment: segment}",
    )
    assert (drift.window, drift.looks) == (timedelta(hours=6), 12)
    assert drift.raise_to is Level.ALL_HUMAN
    assert silence.silence == timedelta(hours=2)
    assert (errors.expected, errors.unacceptable, errors.run) == (0.02, 0.05, 2000)
    assert segments.segment == "segment"


def test_a_policy_without_monitors_has_none():
    assert parse_policy(TEXT.replace("monitors:\n", ""), schema=SCHEMA).monitors == ()


def test_the_digest_names_every_setting():
    texts = [
        "{id: a, watches: volume}",
        "{id: b, watches: volume}",
        "{id: a, watches: outcome_psi}",
        "{id: a, watches: volume, window: PT6H}",
        "{id: a, watches: volume, raise_to: sampled}",
        "{id: a, watches: volume, false_alarm_rate: 0.02}",
    ]
    assert len({parsed(text)[0].digest for text in texts}) == len(texts)
    assert parsed(texts[0])[0].digest == parsed(texts[0])[0].digest


@pytest.mark.parametrize(
    ("monitor", "pointer", "code"),
    [
        ("{id: a}", "", "missing_field"),
        ("{id: a, watches: weather}", "/watches", "shape"),
        ("{id: a, watches: volume, colour: red}", "/colour", "unknown_field"),
        ("{id: a, watches: volume, window: P1Y}", "/window", "shape"),
        ("{id: a, watches: volume, window: PT90M}", "/window", "no_hours"),
        ("{id: a, watches: volume, window: P8D}", "/window", "no_hours"),
        ("{id: a, watches: volume, reference: P14D}", "/reference", "no_weeks"),
        ("{id: a, watches: volume, reference: P25D}", "/reference", "no_weeks"),
        ("{id: a, watches: outcome_psi, window: PT30M}", "/window", "out_of_range"),
        ("{id: a, watches: outcome_psi, reference: P93D}", "/reference", "out_of_range"),
        ("{id: a, watches: outcome_psi, every: PT30S}", "/every", "out_of_range"),
        ("{id: a, watches: outcome_psi, window: PT1H, every: PT2H}", "/every", "out_of_range"),
        ("{id: a, watches: outcome_psi, false_alarm_rate: 0}", "/false_alarm_rate", "shape"),
        ("{id: a, watches: outcome_psi, false_alarm_rate: often}", "/false_alarm_rate", "shape"),
        ("{id: a, watches: outcome_psi, raise_to: normal}", "/raise_to", "shape"),
        ("{id: a, watches: outcome_psi, raise_to: halted}", "/raise_to", "shape"),
        ("{id: a, watches: outcome_psi, silence: PT1H}", "/silence", "meaningless"),
        ("{id: a, watches: silence}", "", "missing_field"),
        ("{id: a, watches: silence, silence: PT10S}", "/silence", "out_of_range"),
        ("{id: a, watches: error_rate, expected: 0.1}", "", "missing_field"),
        (
            "{id: a, watches: error_rate, expected: 0.1, unacceptable: 0.1}",
            "/unacceptable",
            "no_difference",
        ),
        ("{id: a, watches: error_rate, expected: 0, unacceptable: 0.1}", "/expected", "shape"),
        ("{id: a, watches: disagreement, segment: segmnet}", "/segment", "unknown_fact"),
        ("{id: a, watches: disagreement, segment: amount}", "/segment", "no_segment"),
        ("{id: a, watches: outcome_psi, segment: segment}", "/segment", "meaningless"),
    ],
)
def test_a_faulty_monitor_is_named_with_its_place(monitor, pointer, code):
    [problem] = faults(monitor)
    assert (problem.pointer, problem.code) == (f"/monitors/0{pointer}", code)
    assert problem.place.line == FIRST_LINE
    field = pointer.lstrip("/")
    found = monitor.index(f"{field}: ") if field else 0
    assert problem.place.column >= 5 + found


def test_two_monitors_of_one_name_are_refused():
    [problem] = faults("{id: a, watches: volume}", "{id: a, watches: outcome_psi}")
    assert (problem.pointer, problem.code) == ("/monitors/1/id", "repeated")
    assert problem.place.line == FIRST_LINE + 1


@pytest.mark.parametrize("value", ["7", "text", "{a: 1}", "[1]", "[[]]", "null"])
def test_what_is_no_list_of_monitors_is_refused(value):
    with pytest.raises(PolicyInvalid):
        parse_policy(TEXT.replace("monitors:\n", f"monitors: {value}\n"), schema=SCHEMA)


def test_no_more_than_twenty():
    assert faults(*(f"{{id: m{number}, watches: volume}}" for number in range(21)))
