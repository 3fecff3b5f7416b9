"""What people bring along at one moment: rights of their own and lent ones, proofs, absences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from governance.models import (
    Absence,
    DecisionRight,
    Delegation,
    Qualification,
    RoleAssignment,
    User,
)
from governance.rights import Candidate, HeldRight, Loan, Proof

# However deep a role lets its rights be lent, a chain of names longer than this is nobody's.
LONGEST_CHAIN = 3


def candidate_of(person: User, now: datetime, queues: Collection[UUID] = ()) -> Candidate:
    """One person's candidacy. `queues`: those they review, where that matters."""
    found = candidates([person.pk], now, {person.pk: queues})
    return found[person.pk]


def candidates(
    people: Collection[UUID], now: datetime, queues: Mapping[UUID, Collection[UUID]]
) -> dict[UUID, Candidate]:
    """The candidacy of each of these people; the number of queries does not grow with them."""
    loans = _loans(people, now)
    lenders = {loan.delegator_id for loan in loans.values()}
    own = _own_rights({*people, *lenders}, now)
    proofs = _proofs(people, now)
    absences = dict(
        Absence.objects.in_force(now)
        .filter(person__in=people, ended_at=None)
        .values_list("person_id", "valid_until")
    )
    active = set(User.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    lent = _Lending(own, loans)
    return {
        person: Candidate(
            person=person,
            is_active=person in active,
            is_absent=person in absences,
            absent_until=absences.get(person),
            rights=(*own[person], *lent.to(person)),
            proofs=tuple(proofs[person]),
            queues=frozenset(queues.get(person, ())),
        )
        for person in people
    }


def _own_rights(people: Collection[UUID], now: datetime) -> defaultdict[UUID, list[HeldRight]]:
    holders: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for role, person in (
        RoleAssignment.objects.in_force(now)
        .filter(person__in=people, person__is_active=True)
        .values_list("role_id", "person_id")
    ):
        holders[role].add(person)
    found: defaultdict[UUID, list[HeldRight]] = defaultdict(list)
    rights = DecisionRight.objects.in_force(now).filter(role__in=holders.keys())
    for right in rights.select_related("role").order_by("valid_from", "id"):
        held = held_right(right)
        for person in holders[right.role_id]:
            found[person].append(held)
    return found


def held_right(right: DecisionRight) -> HeldRight:
    """A decision right as who holds its role has it."""
    return HeldRight(
        right=right.pk,
        role=right.role.slug,
        system=right.system,
        decision_type=right.decision_type,
        max_impact=right.max_impact,
        verdicts=frozenset(right.verdicts),
        outcomes=frozenset(right.outcomes),
        depth=min(right.role.delegation_depth or 0, LONGEST_CHAIN),
    )


def _loans(people: Collection[UUID], now: datetime) -> dict[UUID, Delegation]:
    """The delegations in force to these people, with those that they rest on, by id."""
    found: dict[UUID, Delegation] = {}
    in_force = Delegation.objects.in_force(now).filter(
        revoked_at=None, delegator__is_active=True, delegate__is_active=True
    )
    rows = list(in_force.filter(delegate__in=people).order_by("valid_from", "id"))
    for _ in range(LONGEST_CHAIN):
        found |= {row.pk: row for row in rows}
        wanted = {row.parent_id for row in rows if row.parent_id} - found.keys()
        if not wanted:
            break
        rows = list(in_force.filter(pk__in=wanted))
    return found


@dataclass(frozen=True, slots=True)
class _Lending:
    """What delegations hand over, each asked once; one without its parent gives nothing."""

    own: Mapping[UUID, list[HeldRight]]
    loans: Mapping[UUID, Delegation]
    known: dict[UUID, list[HeldRight]] = field(default_factory=dict)

    def to(self, person: UUID) -> list[HeldRight]:
        mine = [loan for loan in self.loans.values() if loan.delegate_id == person]
        return [right for loan in mine for right in self.under(loan)]

    def under(self, loan: Delegation) -> list[HeldRight]:
        if loan.pk not in self.known:
            self.known[loan.pk] = []  # a chain that bites its tail gives nothing
            narrowed = Loan(
                delegation=loan.pk,
                lender=loan.delegator_id,
                system=loan.system,
                decision_type=loan.decision_type,
                max_impact=loan.max_impact,
            )
            given = [right.lent(narrowed) for right in self._lenders_rights(loan)]
            self.known[loan.pk] = [right for right in given if right is not None]
        return self.known[loan.pk]

    def _lenders_rights(self, loan: Delegation) -> list[HeldRight]:
        if loan.parent_id is None:
            return list(self.own.get(loan.delegator_id, []))
        parent = self.loans.get(loan.parent_id)
        if parent is None or parent.delegate_id != loan.delegator_id:
            return []
        return self.under(parent)


def _proofs(people: Collection[UUID], now: datetime) -> defaultdict[UUID, list[Proof]]:
    found: defaultdict[UUID, list[Proof]] = defaultdict(list)
    rows = Qualification.objects.in_force(now).filter(person__in=people)
    for row in rows.order_by("valid_from", "id"):
        found[row.person_id].append(Proof(row.pk, row.system, row.model_version))
    return found
