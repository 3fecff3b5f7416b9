"""The sum of a replay: everything that a simulation tells, from one pass over the decisions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from governance.policies import Disposition, Mode
from reviews.lab.changes import Changes
from reviews.lab.groups import Groups
from reviews.lab.known_errors import KnownErrors
from reviews.lab.replay import Past, Replay, agrees
from reviews.lab.routes import Way
from reviews.lab.workload import Measured, Workload

MOST_DIFFERENCES = 100
"""So many decisions that do not derive again are named; all are counted."""


class Tally:
    """`seed` settles which rows are drawn; `groups` are facts that mark a group of people."""

    def __init__(
        self,
        replay: Replay,
        *,
        measured: Measured,
        period: tuple[datetime, datetime],
        groups: Sequence[str],
        seed: str,
    ) -> None:
        self._replay = replay
        self._changes = Changes(seed)
        self._work = Workload(measured, period[0].timestamp(), period[1].timestamp())
        self._errors = KnownErrors()
        self._groups = Groups(groups)
        self._differing: list[dict[str, Any]] = []
        self.decisions = self.unreplayed = self.differences = self._no_mandate = 0

    @property
    def changed(self) -> int:
        return self._changes.changed

    def add(self, past: Past) -> None:
        """Decisions come in the order of time."""
        self.decisions += 1
        replayed = self._replay.again(past)
        if replayed is None:
            self.unreplayed += 1
            return
        before, after = past.way, replayed.drafted
        if not agrees(before, replayed.derived):
            self._differs(past.decision, past.version, before, replayed.derived)
        self._changes.add(past.decision, before, after)
        self._work.before.add(past.received, before)
        self._work.after.add(past.received, after)
        facts = replayed.facts
        self._errors.add(outcome=facts.outcome, truth=past.truth, before=before, after=after)
        self._groups.add(facts, before, after)
        draft = self._replay.drafts[past.decision_type]
        if draft.mode is Mode.HIC and after.disposition == Disposition.BLOCK:
            self._no_mandate += past.inputs["context"]["mandate"] is None

    def _differs(self, decision: UUID, version: UUID | None, stored: Way, now: Way | None) -> None:
        self.differences += 1
        if len(self._differing) < MOST_DIFFERENCES:
            self._differing.append(
                {
                    "decision": str(decision),
                    "policy_version": str(version),
                    "stored": _told(stored),
                    "derived": None if now is None else _told(now),
                }
            )

    def result(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "decisions": self.decisions,
            "unreplayed": self.unreplayed,
            "without_mandate": self._no_mandate,
            "differences": {"n": self.differences, "rows": self._differing},
            **self._changes.result(),
            "work": self._work.result(),
            "truth": self._errors.result(),
            "groups": self._groups.result(),
        }


def _told(way: Way) -> Mapping[str, Any]:
    return {
        "disposition": way.disposition,
        "rule": way.rule,
        "queue": way.queue,
        "audited": way.audited,
    }
