"""Simulated reviewers at work, in real time and through the verbs alone.

Each holds a few cases at once, as many as their role allows, and takes seconds over each. Every
instant on record is the one at which it happened: nothing is dated back to look like more.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from governance.models import User
from governance.policies import VerdictWord
from reviews.demo.people import SIMULATED_REVIEWERS
from reviews.demo.planning import Act, Plan, Question, plan
from reviews.demo.shares import RULED_BY_SIMULATION, falls_in
from reviews.errors import CaseNotOpen
from reviews.models import Case, VerdictKind
from reviews.services.claiming import claim_case
from reviews.services.deciding import commit_judgement, record_verdict
from reviews.services.escalation import hand_up
from reviews.services.ruling import Ruling, reason_codes, was_carried_out

_CORRECTION = (
    "Simulated reason: this invented reviewer takes the outcome to be {outcome}, not {proposed}."
)


@dataclass(frozen=True, slots=True)
class Pace:
    """`clock` reads the time, `wait` lets seconds pass, `factor` stretches what reading takes."""

    clock: Callable[[], datetime]
    wait: Callable[[float], None]
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Task:
    """The `reading`-th reading of a case, by anybody but `not_by`, who read it before."""

    case_id: UUID
    queue: str
    reading: int = 1
    not_by: str = ""


@dataclass(frozen=True, slots=True)
class _InHand:
    """A case that a simulated reviewer holds, and what they will do with it."""

    task: Task
    reviewer: str
    case: Case
    planned: Plan


def tasks_for_simulation() -> list[Task]:
    """The demo's cases that nobody has touched yet and that fall to the simulation."""
    untouched = (
        Case.objects.filter(
            decision__system__is_demo=True, state=Case.State.OPEN, claim_number=0, rung=0
        )
        .most_urgent_first()
        .values_list("pk", "queue__slug", "decision__external_id")
    )
    return [
        Task(case_id, queue)
        for case_id, queue, external_id in untouched
        if falls_in(RULED_BY_SIMULATION, external_id, "review")
    ]


class SimulatedReviewing:
    """Lets the reviewers work off `tasks`. `truths`: external id to the true outcome."""

    def __init__(
        self,
        tasks: Sequence[Task],
        *,
        truths: Mapping[str, str],
        people: Mapping[str, User],
        pace: Pace,
    ) -> None:
        self._tasks = list(tasks)
        self._truths = truths
        self._people = people
        self._pace = pace
        self._started = pace.clock()
        self._queues = {spec.username: spec.queues for spec in SIMULATED_REVIEWERS}
        self._free = _places(people)
        self._in_hand: list[tuple[float, int, _InHand]] = []
        self._ordinals = itertools.count()
        self.acts: Counter[Act] = Counter()

    def run(self) -> Counter[Act]:
        """Return, when every task is done, how many acts of each kind there were."""
        self._hand_out()
        while self._in_hand:
            due, _, held = heapq.heappop(self._in_hand)
            self._pace.wait(max(0.0, due - self._seconds()))
            self._finish(held)
            self._free.append(held.reviewer)
            self._hand_out()
        return self.acts

    def _seconds(self) -> float:
        return (self._pace.clock() - self._started).total_seconds()

    def _hand_out(self) -> None:
        """Give each free place the first task that its reviewer may take."""
        waiting, self._free = self._free, []
        for reviewer in waiting:
            task = self._next_for(reviewer)
            if task is None or not self._claim(task, reviewer):
                self._free.append(reviewer)

    def _next_for(self, reviewer: str) -> Task | None:
        for task in self._tasks:
            if task.queue in self._queues[reviewer] and reviewer != task.not_by:
                self._tasks.remove(task)
                return task
        return None

    def _claim(self, task: Task, reviewer: str) -> bool:
        person = self._people[reviewer]
        try:
            case = claim_case(case_id=task.case_id, reviewer=person, now=self._pace.clock())
        except CaseNotOpen:
            # Whoever sits at the screen of a half-loaded demo was first.
            return False
        planned = plan(_question(case, self._truths, task.reading))
        due = self._seconds() + planned.seconds * self._pace.factor
        held = _InHand(task, reviewer, case, planned)
        heapq.heappush(self._in_hand, (due, next(self._ordinals), held))
        return True

    def _finish(self, held: _InHand) -> None:
        """Judge first where the case wants that, then rule or hand up."""
        person, planned, case = self._people[held.reviewer], held.planned, held.case
        if planned.judgement is not None:
            commit_judgement(
                case_id=case.pk,
                reviewer=person,
                outcome=planned.judgement,
                now=self._pace.clock(),
            )
        if planned.act is Act.HAND_UP:
            hand_up(case_id=case.pk, reviewer=person, now=self._pace.clock())
        else:
            record_verdict(
                case_id=case.pk,
                reviewer=person,
                claim=case.claim_number,
                ruling=_ruling(case, planned),
                now=self._pace.clock(),
            )
        self.acts[planned.act] += 1
        counts = planned.act not in (Act.HAND_UP, Act.ABSTAIN)
        if counts and held.task.reading < case.verdicts_required:
            again = Task(case.pk, held.task.queue, held.task.reading + 1, held.reviewer)
            self._tasks.append(again)


def _places(people: Mapping[str, User]) -> list[str]:
    """A reviewer's name for each case they may hold at once, everybody's first place first."""
    most = {
        spec.username: people[spec.username].role_assignments.get().role.max_claims
        for spec in SIMULATED_REVIEWERS
    }
    return [
        username
        for place in range(max(most.values()))
        for username, places in most.items()
        if place < places
    ]


def _question(case: Case, truths: Mapping[str, str], reading: int) -> Question:
    decision = case.decision
    return Question(
        name=f"{decision.external_id} {case.kind} {reading}",
        proposed=decision.outcome,
        truth=truths[decision.external_id],
        outcomes=list(decision.decision_type.outcome_specs),
        carried_out=was_carried_out(decision),
        blind=case.blind_first,
        can_go_up=case.can_be_handed_up,
    )


def _ruling(case: Case, planned: Plan) -> Ruling:
    kind, decision_type = VerdictKind(planned.act.value), case.decision.decision_type
    offered = [code for code in reason_codes(case) if VerdictWord(kind.value) in code.verdicts]
    text = ""
    if planned.outcome:
        text = _CORRECTION.format(
            outcome=decision_type.outcome_label(planned.outcome),
            proposed=case.decision.outcome_label,
        )
    # The first reason that the policy offers is the commonest; any would do.
    return Ruling(kind, planned.outcome, offered[0].code, text)
