"""Lending one's own decision rights to a colleague for a time. Both names stay on every ruling."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from governance.errors import FieldError, InputInvalid, NotPermitted
from governance.ledger import record
from governance.models import Actor, Delegation, User
from governance.models.permissions import grants
from governance.rights import HeldRight, Loan
from governance.selectors.candidates import LONGEST_CHAIN, candidate_of
from models_registry.models import AISystem, DecisionType
from reviews.errors import AlreadyLent, DelegationOver, NothingToLend
from reviews.services.ending_claims import claims_of, hold_still

LONGEST = timedelta(days=90)
RULES = "reviews.rule_on_case"


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the lender's rights is lent: slugs, empty for every; `max_impact` in the type's
    unit, None for the right's own ceiling."""

    system: str = ""
    decision_type: str = ""
    max_impact: Decimal | None = None


@transaction.atomic
def delegate(
    *,
    delegator: User,
    delegate: User,
    valid_until: datetime,
    reason: str,
    scope: Scope = Scope(),
    parent_id: UUID | None = None,
    valid_from: datetime | None = None,
    now: datetime,
) -> Delegation:
    """Lend `delegator`'s rights, as narrowed by `scope`, to `delegate` from `valid_from` (now,
    where it is left out) until `valid_until`, at most 90 days. `now`: aware, UTC.

    What it gives is judged anew at each claim and verdict: never more than the delegator has at
    that moment. `parent_id`: the delegation under which the delegator holds what they lend on;
    without it they lend what is their own.

    Raises InputInvalid naming each faulty field, NothingToLend, AlreadyLent.
    """
    begins = now if valid_from is None else valid_from
    hold_still(delegator.pk, delegate.pk)
    delegate = User.objects.get(pk=delegate.pk)
    parent = _parent(parent_id, delegator, now)
    faults = [
        *_delegate_faults(delegator, delegate, parent, now),
        *_span_faults(begins, valid_until, parent, now),
        *_scope_faults(scope),
    ]
    if faults:
        raise InputInvalid("The delegation is not possible like this", errors=faults)
    _check_something_left(delegator, delegate, scope, parent, now)
    _check_not_lent(delegator, delegate, scope, parent, (begins, valid_until))
    delegation = Delegation(
        delegator=delegator,
        delegate=delegate,
        parent=parent,
        system=scope.system,
        decision_type=scope.decision_type,
        max_impact=scope.max_impact,
        reason=reason,
        valid_from=begins,
        valid_until=valid_until,
    )
    record.keep(
        delegation,
        "governance.delegation.made",
        actor=Actor.of(delegator),
        at=now,
        body={
            "delegator": str(delegator.pseudonym),
            "delegate": str(delegate.pseudonym),
            "parent": None if parent is None else str(parent.pk),
            "system": scope.system,
            "decision_type": scope.decision_type,
            "max_impact": None if scope.max_impact is None else str(scope.max_impact),
            "valid_from": begins.isoformat(),
            "valid_until": valid_until.isoformat(),
        },
    )
    return delegation


@transaction.atomic
def revoke_delegation(*, delegation_id: UUID, by: User, now: datetime) -> Delegation:
    """End a delegation now, and with it what was lent on under it.

    Verdicts under way come before or after, not between: what the borrowers hold is locked. Their
    claims are given back by the sweep `end_unentitled_claims`; the gate refuses them at once.

    Raises Delegation.DoesNotExist for who has no part in it, NotPermitted for the delegate,
    DelegationOver.
    """
    officer = by.has_perm("governance.revoke_delegation")
    seen = Delegation.objects.all()
    if not officer:
        seen = seen.filter(Q(delegator=by) | Q(delegate=by))
    found = seen.get(pk=delegation_id)
    if not officer and found.delegator_id != by.pk:
        raise NotPermitted("Who lent a right takes it back, or somebody who may end delegations")
    borrowers = _borrowers(found)
    hold_still(*borrowers)
    claims_of(borrowers)
    held: Delegation = Delegation.objects.select_for_update(no_key=True).get(pk=found.pk)
    if held.revoked_at is not None or _is_over(held, now):
        raise DelegationOver("This delegation has ended already")
    held.revoked_at = now
    record.keep(
        held,
        "governance.delegation.revoked",
        actor=Actor.of(by),
        at=now,
        fields=["revoked_at"],
    )
    return held


def may_rule(person: User, now: datetime) -> bool:
    """Whether a role that lets its holder rule is theirs now (a step)."""
    patterns = person.role_assignments.in_force(now).values_list("role__permissions", flat=True)
    return grants((one for role in patterns for one in role), RULES)


def _is_over(delegation: Delegation, now: datetime) -> bool:
    return delegation.valid_until is None or delegation.valid_until <= now


def _borrowers(delegation: Delegation) -> set[UUID]:
    """Everybody who holds something under it, at first hand or later."""
    people, rows = {delegation.delegate_id}, [delegation.pk]
    for _ in range(LONGEST_CHAIN):
        below = Delegation.objects.filter(parent__in=rows, revoked_at=None)
        found = list(below.values_list("pk", "delegate_id"))
        people |= {person for _, person in found}
        rows = [pk for pk, _ in found]
    return people


def _parent(parent_id: UUID | None, delegator: User, now: datetime) -> Delegation | None:
    if parent_id is None:
        return None
    parent: Delegation | None = (
        Delegation.objects.in_force(now)
        .filter(pk=parent_id, delegate=delegator, revoked_at=None)
        .first()
    )
    if parent is None:
        raise InputInvalid(
            "Nothing was lent to you under that",
            errors=[FieldError("/parent", "No delegation to you that is in force.", "unknown")],
        )
    return parent


def _delegate_faults(
    delegator: User, delegate: User, parent: Delegation | None, now: datetime
) -> list[FieldError]:
    if delegate.pk == delegator.pk:
        sentence = "Nobody lends a right to themself: choose a colleague."
    elif not delegate.is_active:
        sentence = "That account is closed."
    elif not may_rule(delegate, now):
        sentence = "They hold no role that may rule on cases, so they could do nothing with it."
    elif delegate.pk in _lenders(parent):
        sentence = "The right came from them: it does not go back in a circle."
    else:
        return []
    return [FieldError("/delegate", sentence, "not_eligible")]


def _lenders(parent: Delegation | None) -> Collection[UUID]:
    lenders = set()
    while parent is not None:
        lenders.add(parent.delegator_id)
        parent = parent.parent
    return lenders


def _span_faults(
    begins: datetime, ends: datetime, parent: Delegation | None, now: datetime
) -> list[FieldError]:
    faults = []
    if begins < now:
        faults.append(
            FieldError("/valid_from", "This lies in the past; leave it out for now.", "past")
        )
    if ends <= begins:
        faults.append(FieldError("/valid_until", "It must end after it begins.", "order"))
    elif ends - begins > LONGEST:
        faults.append(
            FieldError("/valid_until", f"At most {LONGEST.days} days; lend again later.", "long")
        )
    elif parent is not None and parent.valid_until is not None and ends > parent.valid_until:
        faults.append(
            FieldError("/valid_until", "What was lent to you ends before that.", "beyond_parent")
        )
    return faults


def _scope_faults(scope: Scope) -> list[FieldError]:
    faults = []
    if scope.system and not AISystem.objects.filter(slug=scope.system).exists():
        faults.append(FieldError("/system", "There is no AI system of that name.", "unknown"))
    if scope.decision_type:
        kind = (
            DecisionType.objects.select_related("system").filter(slug=scope.decision_type).first()
        )
        if kind is None:
            faults.append(
                FieldError("/decision_type", "There is no decision type of that name.", "unknown")
            )
        elif scope.system and kind.system.slug != scope.system:
            faults.append(
                FieldError("/decision_type", "It is not a type of that AI system.", "mismatch")
            )
    if scope.max_impact is not None and scope.max_impact < 0:
        faults.append(FieldError("/max_impact", "It must be 0 or more.", "negative"))
    return faults


def _check_something_left(
    delegator: User, delegate: User, scope: Scope, parent: Delegation | None, now: datetime
) -> None:
    held = lendable(delegator, parent, now)
    if not held:
        raise NothingToLend("You hold no decision right that you could lend")
    deep_enough = [right for right in held if len(right.loans) < right.depth]
    if not deep_enough:
        raise NothingToLend(
            "No right of yours may be handed on"
            if parent is None
            else "What was lent to you may not be handed on any farther"
        )
    loan = Loan(delegate.pk, delegator.pk, scope.system, scope.decision_type, scope.max_impact)
    if not any(right.lent(loan) is not None for right in deep_enough):
        raise NothingToLend("Nothing of your rights is left within that AI system and type")


def lendable(person: User, parent: Delegation | None, now: datetime) -> list[HeldRight]:
    """The rights that `person` holds of their own, or under `parent` (a step)."""
    rights = candidate_of(person, now).rights
    if parent is None:
        return [right for right in rights if not right.loans]
    return [right for right in rights if right.loans and right.loans[-1].delegation == parent.pk]


def _check_not_lent(
    delegator: User,
    delegate: User,
    scope: Scope,
    parent: Delegation | None,
    span: tuple[datetime, datetime],
) -> None:
    same = Delegation.objects.filter(
        delegator=delegator,
        delegate=delegate,
        parent=parent,
        system=scope.system,
        decision_type=scope.decision_type,
        max_impact=scope.max_impact,
        revoked_at=None,
        valid_from__lt=span[1],
        valid_until__gt=span[0],
    )
    if same.exists():
        raise AlreadyLent("The same is lent to them in that time already; revoke that one first")
