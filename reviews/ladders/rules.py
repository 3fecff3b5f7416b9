"""A ladder as it is climbed. `parsing.parse_ladder` makes one from a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from governance.policies.vocabulary import FailSafe


class Trigger(StrEnum):
    """What makes a case climb before it is late, where its ladder says so.

    Ballots that disagree, and a veto, are not among them: those always go to a higher rung.
    """

    HANDED_UP = "handed_up"
    IMPACT_CHANGED = "impact_changed"
    MONITOR_ALARM = "monitor_alarm"
    CONTESTED = "contested"
    UNSTAFFED = "unstaffed"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: the reviewers of a queue, the holders of a role, or one person by handle."""

    queue: str = ""
    role: str = ""
    person: str = ""

    def to_json(self) -> dict[str, str]:
        found = {"queue": self.queue, "role": self.role, "person": self.person}
        return {kind: name for kind, name in found.items() if name}


@dataclass(frozen=True, slots=True)
class Rung:
    """What happens when a case comes here, and how long it may then wait.

    `within`: until the next rung, or the end. `by_clock`: every hour of it counts, whatever the
    ladder's calendar. `queue`: slug, empty for where the case is. `role`, `person`: slug and
    handle of who alone may rule on it, empty for the queue's reviewers. `add_ballot`: one more
    person must rule. `notify`: who is told of it.
    """

    within: timedelta
    by_clock: bool = False
    queue: str = ""
    role: str = ""
    person: str = ""
    raise_priority: float = 0.0
    add_ballot: bool = False
    notify: tuple[Recipient, ...] = ()


@dataclass(frozen=True, slots=True)
class LadderRules:
    """Rungs in order, from the first that a late case comes to.

    `calendar`: slug of whose working time counts, empty for every hour. `at_end`: what becomes of
    a case after the last rung, None for what its policy says; there is no word for an approval.
    """

    rungs: tuple[Rung, ...]
    calendar: str = ""
    at_end: FailSafe | None = None
    climbs_on: frozenset[Trigger] = field(default=frozenset({Trigger.HANDED_UP}))
