"""A ladder in words, from the ground up, for people who read no YAML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from governance.policies.vocabulary import FailSafe
from reviews.ladders.rules import LadderRules, Recipient, Rung, Trigger

_ENDS = {
    FailSafe.REFUSE: "The decision is refused.",
    FailSafe.HOLD: "The decision is held: nothing of it may be carried out.",
    None: "The decision is refused or held, as its policy says.",
}
_TRIGGERS = {
    Trigger.HANDED_UP: "a reviewer hands it up",
    Trigger.IMPACT_CHANGED: "its impact turns out to be another",
    Trigger.MONITOR_ALARM: "a monitor of its decision type alarms",
    Trigger.CONTESTED: "the person concerned contests the decision",
    Trigger.UNSTAFFED: "nobody may rule on it",
}


@dataclass(frozen=True, slots=True)
class Step:
    """`when` it comes, and `what` happens then, in sentences. `is_end`: no rung is left."""

    when: str
    what: tuple[str, ...]
    is_end: bool = False


def explain(rules: LadderRules) -> list[Step]:
    """Every rung in order, and the end."""
    steps, wait = [], "When the policy's time is over"
    for rung in rules.rungs:
        steps.append(Step(wait, tuple(_of_rung(rung))))
        wait = f"{spoken(rung.within)}{_counted(rules, rung)} later"
    return [*steps, Step(wait, (_ENDS[rules.at_end],), is_end=True)]


def also_climbs_when(rules: LadderRules) -> list[str]:
    """What makes a case climb before it is late, in words."""
    said = [_TRIGGERS[trigger] for trigger in Trigger if trigger in rules.climbs_on]
    return ["ballots disagree, or one is a veto", *said]


def spoken(span: timedelta) -> str:
    """Such as "1 day 4 h"."""
    seconds = int(span.total_seconds())
    parts = []
    for size, one, many in ((86_400, "day", "days"), (3_600, "h", "h"), (60, "min", "min")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {one if count == 1 else many}")
    return " ".join([*parts, *([f"{seconds} s"] if seconds or not parts else [])])


def _counted(rules: LadderRules, rung: Rung) -> str:
    if not rules.calendar:
        return ""
    return " by the clock" if rung.by_clock else f" of working time ({rules.calendar})"


def _of_rung(rung: Rung) -> Iterator[str]:
    if rung.queue:
        yield f"The case goes to the queue {rung.queue}."
    if rung.role:
        yield f"Only the role {rung.role} may rule on it."
    if rung.person:
        yield f"It is given to one person ({rung.person}); to the whole queue if they may not rule."
    if rung.raise_priority:
        yield f"It becomes more urgent by {rung.raise_priority:g}."
    if rung.add_ballot:
        yield "One more person must rule."
    if rung.notify:
        yield f"Told of it: {', '.join(_named(one) for one in rung.notify)}."


def _named(one: Recipient) -> str:
    [(kind, name)] = one.to_json().items()
    return f"the {kind} {name}"
