"""The text of a ladder into `LadderRules`, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from governance.errors import FieldError, InputInvalid
from governance.policies.document import Document, read_document
from governance.policies.durations import parse_duration
from governance.policies.expression.errors import did_you_mean
from governance.policies.problems import MAX_PROBLEMS, Place, PolicyInvalid, Problem
from governance.policies.shape import shape_problems
from governance.policies.vocabulary import FailSafe
from reviews.ladders.rules import LadderRules, Recipient, Rung, Trigger

SCHEMA_FILE = Path(__file__).with_name("ladder.schema.json")
LONGEST = timedelta(days=366)
"""Of one rung: what waits longer is not waited for."""
_ACTIONS = ("queue", "role", "person", "raise_priority", "add_ballot", "notify")


@dataclass(frozen=True, slots=True)
class Names:
    """What a ladder may name: slugs, and the handles of people."""

    queues: frozenset[str]
    roles: frozenset[str]
    people: frozenset[str]
    calendars: frozenset[str] = frozenset()


class LadderInvalid(InputInvalid):
    """A ladder's text was refused. `problems`: every fault found, in the order of the text, but no
    more than MAX_PROBLEMS."""

    code = "ladder_invalid"
    title = "The ladder is not valid"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.place)[:MAX_PROBLEMS]
        super().__init__(
            "; ".join(_said(problem) for problem in self.problems[:3]),
            errors=[FieldError(p.pointer, _said(p), p.code) for p in self.problems],
        )


def parse_ladder(text: str, names: Names | None = None) -> LadderRules:
    """The ladder that a YAML or JSON text holds. `names`: what it may name; None where that was
    looked at when the text was published. Raises LadderInvalid with every fault at once."""
    try:
        document = read_document(text)
    except PolicyInvalid as refused:
        raise LadderInvalid(list(refused.problems)) from refused
    problems = [*document.problems, *shape_problems(document, SCHEMA_FILE)]
    if not problems:
        problems = list(_meant(document, names))
    if problems:
        raise LadderInvalid(problems)
    data: Any = document.data
    return LadderRules(
        rungs=tuple(_rung(rung) for rung in data["rungs"]),
        calendar=data.get("calendar", ""),
        at_end=FailSafe(data["at_end"]) if "at_end" in data else None,
        climbs_on=frozenset(Trigger(word) for word in data.get("climbs_on", ["handed_up"])),
    )


def _rung(data: Any) -> Rung:
    return Rung(
        within=parse_duration(data["within"]) or timedelta(),
        by_clock=data.get("counts") == "clock",
        queue=data.get("queue", ""),
        role=data.get("role", ""),
        person=data.get("person", ""),
        raise_priority=float(data.get("raise_priority", 0)),
        add_ballot=data.get("add_ballot", False),
        notify=tuple(Recipient(**one) for one in data.get("notify", [])),
    )


def _meant(document: Document, names: Names | None) -> Iterator[Problem]:
    """Faults that the shape does not show."""
    data: Any = document.data

    def problem(pointer: str, code: str, message: str) -> Problem:
        return Problem(pointer, document.places.get(pointer, Place(1, 1)), code, message)

    def known(holder: Any, at: str) -> Iterator[Problem]:
        if names is None:
            return
        for kind, there in (
            ("queue", names.queues),
            ("role", names.roles),
            ("person", names.people),
            ("calendar", names.calendars),
        ):
            name = holder.get(kind)
            if isinstance(name, str) and name not in there:
                hint = did_you_mean(name, there) if kind != "person" else ""
                yield problem(
                    f"{at}/{kind}", f"unknown_{kind}", f'there is no {kind} "{name}"{hint}'
                )

    yield from known(data, "")
    for index, rung in enumerate(data["rungs"]):
        at = f"/rungs/{index}"
        yield from known(rung, at)
        within = parse_duration(rung["within"])
        if not within:
            message = "this must be longer than no time at all"
            yield problem(f"{at}/within", "empty_duration", message)
        elif within > LONGEST:
            message = f"this is at most {LONGEST.days} days"
            yield problem(f"{at}/within", "too_long", message)
        if rung.get("counts") == "working" and "calendar" not in data:
            message = "the ladder names no calendar whose working time could count"
            yield problem(f"{at}/counts", "no_calendar", message)
        if "role" in rung and "person" in rung:
            message = "the case goes to one person; leave the role out"
            yield problem(f"{at}/role", "meaningless", message)
        if not any(rung.get(action) for action in _ACTIONS):
            message = "nothing happens on this rung: name a queue, a role or another action"
            yield problem(at, "idle_rung", message)
        for number, one in enumerate(rung.get("notify", [])):
            place = f"{at}/notify/{number}"
            if len(one) != 1:
                yield problem(place, "not_one", "name one queue, one role or one person")
            yield from known(one, place)


def _said(problem: Problem) -> str:
    at = f"{problem.pointer or 'the ladder'}"
    return f"{at} (line {problem.place.line}, column {problem.place.column}): {problem.message}"
