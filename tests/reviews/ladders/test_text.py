"""What a ladder's text may say, and how a faulty one is told so."""

from datetime import timedelta

import pytest

from governance.policies.vocabulary import FailSafe
from reviews.ladders import (
    LadderInvalid,
    Names,
    Recipient,
    Trigger,
    also_climbs_when,
    explain,
    parse_ladder,
)
from tests.reviews.ladders.made import LADDER

PERSON = "01939c6e-5c2f-7a10-8000-5a0b1c2d3e4f"
NAMES = Names(
    queues=frozenset({"first-line", "second-line"}),
    roles=frozenset({"senior-reviewer", "compliance-officer"}),
    people=frozenset({PERSON}),
    calendars=frozenset({"vienna"}),
)


def test_a_text_becomes_rungs_in_order():
    rules = parse_ladder(LADDER, NAMES)

    first, second, third = rules.rungs
    assert (first.within, first.raise_priority, first.queue) == (timedelta(hours=2), 5.0, "")
    assert first.notify == (Recipient(queue="first-line"), Recipient(role="compliance-officer"))
    assert (second.queue, second.role) == ("second-line", "senior-reviewer")
    assert third.add_ballot
    assert rules.at_end is FailSafe.REFUSE
    assert Trigger.CONTESTED in rules.climbs_on


def test_without_a_word_a_ladder_climbs_when_handed_up_and_ends_as_the_policy_says():
    rules = parse_ladder("version: 1\nrungs: [{within: PT1H, raise_priority: 1}]")

    assert (rules.climbs_on, rules.at_end) == ({Trigger.HANDED_UP}, None)


@pytest.mark.parametrize(
    ("before", "after", "code", "line", "said"),
    [
        ("at_end: refuse", "at_end: approve", "shape", 8, "not one of refuse, hold"),
        ("at_end: refuse", "at_end: pass", "shape", 8, "not one of refuse, hold"),
        ("queue: second-line", "queue: second-lien", "unknown_queue", 6, 'mean "second-line"'),
        ("role: senior-reviewer", "role: senor", "unknown_role", 6, "no role"),
        ("role: senior-reviewer", f"person: {PERSON[:-1]}0", "unknown_person", 6, "no person"),
        (
            "role: senior-reviewer",
            f"role: senior-reviewer, person: {PERSON}",
            "meaningless",
            6,
            "leave the role out",
        ),
        ("within: PT1H", "within: PT0H", "empty_duration", 7, "longer than no time"),
        ("within: PT1H", "within: P400D", "too_long", 7, "at most"),
        ("within: PT1H", "within: soon", "shape", 7, "ISO 8601"),
        ("add_ballot: true", "add_ballot: false", "idle_rung", 7, "nothing happens"),
        ("add_ballot: true", "counts: working", "no_calendar", 7, "no calendar"),
        ("add_ballot: true", "notify: [{}]", "not_one", 7, "name one queue"),
        ("unstaffed]", "full_moon]", "shape", 3, "full_moon"),
        ("version: 1", "version: 1\ncalendar: viena", "unknown_calendar", 3, 'mean "vienna"'),
        ("add_ballot: true", "aprove: true", "unknown_field", 7, "no field"),
    ],
)
def test_a_fault_is_named_with_its_place(before, after, code, line, said):
    assert before in LADDER

    with pytest.raises(LadderInvalid) as refusal:
        parse_ladder(LADDER.replace(before, after, 1), NAMES)

    found = {problem.code: problem for problem in refusal.value.problems}
    assert (found[code].place.line, said in str(found[code])) == (line, True), found
    assert refusal.value.errors


@pytest.mark.parametrize("text", ["", "[]", "version: 1", "rungs: []\nversion: 1", "a: &x [*x]"])
def test_what_is_no_ladder_is_refused(text):
    with pytest.raises(LadderInvalid):
        parse_ladder(text, NAMES)


def test_the_picture_says_every_rung_and_the_end():
    steps = explain(parse_ladder(LADDER, NAMES))

    assert [step.when for step in steps] == [
        "When the policy's time is over",
        "2 h later",
        "3 h later",
        "1 h later",
    ]
    assert steps[-1].is_end
    assert steps[-1].what == ("The decision is refused.",)
    assert "a monitor of its decision type alarms" in also_climbs_when(parse_ladder(LADDER))
