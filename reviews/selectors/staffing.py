"""Live cases that nobody may rule on, and why: the judgement of the one gate, asked of everybody
who reviews the queue.

The number of queries is the same for one case and for a few thousand; memory is that of one batch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from governance.models import ApiClient, User
from governance.rights import Candidate, Condition, Judgement, Matter, judge
from governance.selectors.candidates import candidates
from models_registry.models import AISystem, DecisionType, ModelVersion
from reviews.models import Case, QueueMembership, StaffingAlarm
from reviews.selectors.matters import IN_CONFLICT, RECUSED, matters_of

BATCH = 2_000
LEAN_DECISION = (
    "decision__impact", "decision__outcome", "decision__subject_id", "decision__system_id",
    "decision__decision_type_id", "decision__model_version_id", "decision__submitted_by_id",
)  # fmt: skip
"""What the judgement reads of a decision; a sweep goes over all that is live."""

T = TypeVar("T")


class Gap(StrEnum):
    """What keeps one person from ruling on a case, in the order in which it is looked at."""

    CLOSED = "closed"
    ABSENT = "absent"
    OTHER = "other"
    ROLE = "role"
    RIGHT = "right"
    COMPETENCE = "competence"
    RECUSED = "recused"
    CONFLICT = "conflict"
    NEAR = "near"


_SAID = {
    Gap.CLOSED: ("has a closed account", "have a closed account"),
    Gap.ABSENT: ("is absent", "are absent"),
    Gap.OTHER: ("is not the one it was given to", "are not the one it was given to"),
    Gap.ROLE: (
        "lacks the role that the next ballot is for",
        "lack the role that the next ballot is for",
    ),
    Gap.RIGHT: ("holds no right that covers it", "hold no right that covers it"),
    Gap.COMPETENCE: ("holds no valid qualification", "hold no valid qualification"),
    Gap.RECUSED: ("has stepped aside", "have stepped aside"),
    Gap.CONFLICT: ("has a standing conflict", "have a standing conflict"),
    Gap.NEAR: ("stands too near to the decision", "stand too near to the decision"),
}
_CONDITION_OF = {
    Gap.CLOSED: Condition.RIGHT,
    Gap.ABSENT: Condition.RIGHT,
    Gap.OTHER: Condition.RIGHT,
    Gap.ROLE: Condition.RIGHT,
    Gap.RIGHT: Condition.RIGHT,
    Gap.COMPETENCE: Condition.COMPETENCE,
    Gap.RECUSED: Condition.SEPARATION,
    Gap.CONFLICT: Condition.SEPARATION,
    Gap.NEAR: Condition.SEPARATION,
}


def unstaffed(cases: Sequence[Case], now: datetime) -> dict[UUID, str]:
    """Of these live cases, with `matters.NEEDED` selected, those that nobody may rule on, each
    with which condition leaves nobody. Counts, no names: "competence: ..."."""
    queues = {case.queue_id for case in cases}
    members = _members(queues)
    found = candidates(members.keys(), now, members)
    of_queue: defaultdict[UUID, list[Candidate]] = defaultdict(list)
    for person, reviewed in members.items():
        for queue in reviewed:
            of_queue[queue].append(found[person])
    matters = matters_of(cases, now)
    asked = _Asked(of_queue)
    said = ((case.pk, asked.why_nobody(matters[case.pk])) for case in cases)
    return {case: why for case, why in said if why}


def wrongly_alarmed(now: datetime) -> Iterator[list[UUID]]:
    """Batches of the cases whose alarm is to be raised, said otherwise or cleared. Reads live cases
    and open alarms alone, and holds no lock."""
    closed = StaffingAlarm.objects.open().exclude(case__state__in=Case.LIVE)
    yield from _batches(closed.values_list("case_id", flat=True).iterator(BATCH))
    for cases in _batches(_lean(Case.objects.live().order_by("due_at"))):
        registered(cases)
        why = unstaffed(cases, now)
        alarms = dict(
            StaffingAlarm.objects.open()
            .filter(case__in=[case.pk for case in cases])
            .values_list("case_id", "detail")
        )
        wrong = [case.pk for case in cases if why.get(case.pk) != alarms.get(case.pk)]
        if wrong:
            yield wrong


def unentitled_claims(now: datetime) -> Iterator[UUID]:
    """The claimed cases whose holder may not rule on them, or not any more."""
    claimed = Case.objects.filter(state=Case.State.CLAIMED).order_by("lease_expires_at")
    for cases in _batches(_lean(claimed)):
        registered(cases)
        yield from unentitled(cases, now)


def unentitled(cases: Sequence[Case], now: datetime) -> dict[UUID, Judgement]:
    """Of these claimed cases those whose holder may not rule on them, each with the judgement."""
    holders = {case.claimed_by_id for case in cases if case.claimed_by_id is not None}
    reviewed: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for person, queue in QueueMembership.objects.filter(
        person__in=holders, queue__in={case.queue_id for case in cases}
    ).values_list("person_id", "queue_id"):
        reviewed[person].add(queue)
    found = candidates(holders, now, reviewed)
    matters = matters_of(cases, now)
    judged = {
        case.pk: judge(found[case.claimed_by_id], matters[case.pk])
        for case in cases
        if case.claimed_by_id is not None
    }
    return {case: judgement for case, judgement in judged.items() if not judgement.may}


def open_alarms_for(person: User) -> QuerySet[StaffingAlarm]:
    """Those of live cases in queues that `person` may look into, the oldest first."""
    alarms = StaffingAlarm.objects.open().filter(case__state__in=Case.LIVE)
    if not person.has_perm("reviews.view_every_queue"):
        alarms = alarms.filter(case__queue__memberships__person=person)
    return alarms.select_related("case__queue", "case__decision__decision_type").order_by(
        "raised_at", "id"
    )


def _lean(cases: QuerySet[Case]) -> Iterator[Case]:
    """With what the judgement reads and no more."""
    rows = cases.select_related("decision").only(
        "id", "kind", "queue_id", "state", "impact", "stage_roles", "for_role", "for_person_id",
        "claimed_by_id", "due_at", "lease_expires_at", *LEAN_DECISION,
    )  # fmt: skip
    return rows.iterator(chunk_size=BATCH)


def registered(cases: Sequence[Case]) -> None:
    """Give each case what is registered around it: few rows, shared by many cases, that a join
    would build anew for each."""
    decisions = [case.decision for case in cases]
    for name, model in _REGISTERED.items():
        keys = {getattr(decision, f"{name}_id") for decision in decisions}
        found: Any = model._default_manager.in_bulk(keys)
        for decision in decisions:
            decision._state.fields_cache[name] = found[getattr(decision, f"{name}_id")]


_REGISTERED: dict[str, type[Model]] = {
    "system": AISystem,
    "decision_type": DecisionType,
    "model_version": ModelVersion,
    "submitted_by": ApiClient,
}


def _batches(rows: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _members(queues: Collection[UUID]) -> dict[UUID, set[UUID]]:
    members: defaultdict[UUID, set[UUID]] = defaultdict(set)
    rows = QueueMembership.objects.filter(queue__in=queues).order_by("id")
    for person, queue in rows.values_list("person_id", "queue_id"):
        members[person].add(queue)
    return members


@dataclass(slots=True)
class _Asked:
    """Asks the people of a queue until one may; cases that ask the same are asked once."""

    of_queue: dict[UUID, list[Candidate]]
    known: dict[object, str] = field(default_factory=dict)

    def why_nobody(self, matter: Matter) -> str:
        """Empty where somebody may rule."""
        key = (
            matter.system,
            matter.decision_type,
            matter.model_version,
            matter.impact,
            matter.queue,
            matter.roles,
            matter.role,
            matter.person,
            matter.at_least,
            frozenset(matter.near.items()),
        )
        if key not in self.known:
            self.known[key] = self._look(matter)
        return self.known[key]

    def _look(self, matter: Matter) -> str:
        people = self.of_queue.get(matter.queue, [])
        gaps: dict[Gap, int] = {}
        for position, candidate in enumerate(people):
            judgement = judge(candidate, matter)
            if judgement.may:
                # Whoever may rule on this one may well on the next: asked first there.
                people.insert(0, people.pop(position))
                return ""
            gap = _gap(candidate, matter, judgement)
            gaps[gap] = gaps.get(gap, 0) + 1
        return _said(len(people), gaps)


def _gap(candidate: Candidate, matter: Matter, judgement: Judgement) -> Gap:
    if not candidate.is_active:
        return Gap.CLOSED
    if candidate.is_absent:
        return Gap.ABSENT
    if matter.person not in (None, candidate.person):
        return Gap.OTHER
    if not judgement.finding(Condition.RIGHT).met:
        roles = {right.role for right in candidate.rights}
        lacks = (matter.roles and roles.isdisjoint(matter.roles)) or (
            matter.role and matter.role not in roles
        )
        return Gap.ROLE if lacks else Gap.RIGHT
    if not judgement.finding(Condition.COMPETENCE).met:
        return Gap.COMPETENCE
    near = matter.near.get(candidate.person)
    return {RECUSED: Gap.RECUSED, IN_CONFLICT: Gap.CONFLICT}.get(near or "", Gap.NEAR)


def _said(people: int, gaps: dict[Gap, int]) -> str:
    if not people:
        return f"{Condition.SIGHT}: Nobody reviews the queue that the case waits in."
    # What those fail on who came farthest: with that met, somebody could rule.
    last = [gap for gap in Gap if gap in gaps][-1]
    if people == 1:
        return f"{_CONDITION_OF[last]}: The one reviewer of the queue {_SAID[last][0]}."
    counted = "; ".join(f"{gaps[gap]} {_SAID[gap][gaps[gap] != 1]}" for gap in Gap if gap in gaps)
    return f"{_CONDITION_OF[last]}: Of the {people} reviewers of the queue, {counted}."
