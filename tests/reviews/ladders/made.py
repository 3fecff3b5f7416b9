"""Ladders for tests, and the cases that climb them."""

from datetime import datetime, timedelta

from governance.models import Actor
from reviews.models import Case, Ladder, Queue
from reviews.services.escalation import escalate_late_cases
from reviews.services.ladder_versions import create_ladder
from tests.factories import LONG_AGO, SETUP, World, change

LADDER = """
version: 1
climbs_on: [handed_up, monitor_alarm, contested, unstaffed]
rungs:
  - {within: PT2H, raise_priority: 5, notify: [{queue: first-line}, {role: compliance-officer}]}
  - {within: PT3H, queue: second-line, role: senior-reviewer}
  - {within: PT1H, add_ballot: true}
at_end: refuse
"""
OTHER_LADDER = """
version: 1
rungs:
  - {within: PT2H, raise_priority: 7}
"""
SWEEP = Actor.system("escalate_overdue_cases")


def make_ladder(slug: str, text: str = OTHER_LADDER) -> Ladder:
    return create_ladder(
        slug=slug, name=slug.replace("-", " ").title(), text=text, actor=SETUP, now=LONG_AGO
    )


def give(queue: Queue, ladder: Ladder) -> None:
    """Let the cases that open in `queue` climb `ladder`."""
    queue.ladder = ladder
    change(queue, "ladder")


def world_on(world: World, text: str = LADDER) -> World:
    give(world.first_line, make_ladder("tested", text))
    return world


def sweep_all(now: datetime) -> int:
    """What a task's sweep does: on, until nothing is due."""
    moved, place = 0, None
    while (swept := escalate_late_cases(actor=SWEEP, now=now, after=place)).last is not None:
        moved, place = moved + swept.moved, swept.last
    return moved


def climbed(case: Case, times: int) -> Case:
    """The case after so many rungs, each in time."""
    for _ in range(times):
        case.refresh_from_db()
        sweep_all(case.due_at + timedelta(seconds=1))
    case.refresh_from_db()
    return case
