"""What people bring along at one moment: rights of their own and lent ones, proofs, absences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Subquery

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
    lent = _Lending(own, loans)
    return {
        person: Candidate(
            person=person,
            is_active=is_active,
            is_absent=is_absent,
            absent_until=absent_until,
            rights=(*own[person], *lent.to(person)),
            proofs=tuple(proofs[person]),
            queues=frozenset(queues.get(person, ())),
        )
        for person, is_active, is_absent, absent_until in _presence(people, now)
    }


def _presence(
    people: Collection[UUID], now: datetime
) -> list[tuple[UUID, bool, bool, datetime | None]]:
    """Of each person: whether the account is active, whether they are away, and until when."""
    absences = Absence.objects.in_force(now).filter(person=OuterRef("pk"), ended_at=None)
    # An absence without an end comes first: PostgreSQL sorts an empty instant as the latest.
    until = absences.order_by("-valid_until").values("valid_until")[:1]
    return list(
        User.objects.filter(pk__in=people).values_list(
            "pk", "is_active", Exists(absences), Subquery(until)
        )
    )


def _own_rights(people: Collection[UUID], now: datetime) -> defaultdict[UUID, list[HeldRight]]:
    holding = RoleAssignment.objects.in_force(now).filter(person__in=people, person__is_active=True)
    rights = (
        DecisionRight.objects.in_force(now)
        .filter(role__assignments__in=holding)
        .annotate(holder=F("role__assignments__person"))
        .select_related("role")
        .order_by("valid_from", "id")
    )
    found: defaultdict[UUID, list[HeldRight]] = defaultdict(list)
    for right in rights:
        held = held_right(right)
        # Who was given the role twice has its rights once.
        if held not in found[right.holder]:
            found[right.holder].append(held)
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
