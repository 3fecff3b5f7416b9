"""What stands around rulings, as one person may read it: delegations, absences, conflicts."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet

from governance.models import Absence, Conflict, Delegation, User

C = TypeVar("C", Conflict, Absence)


def delegations_for(person: User) -> QuerySet[Delegation]:
    """Those that `person` gave or holds; all, for those who may view or end them."""
    rows = Delegation.objects.select_related("delegator", "delegate")
    if _may_any(person, "governance.view_delegation", "governance.revoke_delegation"):
        return rows
    return rows.filter(Q(delegator=person) | Q(delegate=person))


def absences_for(person: User) -> QuerySet[Absence]:
    """One's own; all, for those who may view or manage them."""
    rows = Absence.objects.select_related("person")
    if _may_any(person, "governance.view_absence", "governance.manage_absence"):
        return rows
    return rows.filter(person=person)


def live_or_over(rows: QuerySet[Delegation], state: str, now: datetime) -> QuerySet[Delegation]:
    """`state`: live (begun or still to begin), over, or empty for both."""
    over = Q(revoked_at__isnull=False) | Q(valid_until__lte=now)
    return {"live": rows.exclude(over), "over": rows.filter(over)}.get(state, rows)


def in_force_or_past(rows: QuerySet[C], state: str, now: datetime) -> QuerySet[C]:
    """`state`: in_force, past, or empty for both."""
    past = Q(valid_until__isnull=False, valid_until__lte=now)
    return {"in_force": rows.exclude(past), "past": rows.filter(past)}.get(state, rows)


def _may_any(person: User, *permissions: str) -> bool:
    return any(map(person.has_perm, permissions))
