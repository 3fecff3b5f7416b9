"""Accounts of people, and the roles, rights and qualifications they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from governance.errors import DomainError, FieldError, InputInvalid
from governance.ledger import record
from governance.models import (
    Actor,
    DecisionRight,
    Motion,
    Qualification,
    ReviewerRole,
    RoleAssignment,
    User,
)


class UsernameTaken(DomainError):
    code = "username_taken"
    status = 409
    title = "That user name is taken"


class OwnRole(DomainError):
    code = "own_role"
    status = 403
    title = "Nobody gives themself a role"


class AssignmentEnded(DomainError):
    code = "assignment_ended"
    status = 409
    title = "That role was already taken back"


class RightEnded(DomainError):
    code = "right_ended"
    status = 409
    title = "That decision right has an end already"


@transaction.atomic
def create_account(
    *,
    username: str,
    display_name: str,
    password: str,
    email: str = "",
    is_simulated: bool = False,
    actor: Actor,
    now: datetime,
) -> User:
    """Make an account that may do nothing yet. Raises UsernameTaken, InputInvalid (password)."""
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(f"There is an account {username!r} already")
    user = User(
        username=username,
        display_name=display_name,
        email=email,
        is_simulated=is_simulated,
        created_at=now,
    )
    _check_password(password, user)
    user.set_password(password)
    record.keep(
        user,
        "governance.user.created",
        actor=actor,
        at=now,
        body={"pseudonym": str(user.pseudonym), "is_simulated": is_simulated},
    )
    return user


@transaction.atomic
def set_password(*, person: User, password: str, actor: Actor, now: datetime) -> User:
    """Give an account a new password, for who has lost theirs; its sessions end.

    Raises InputInvalid (password).
    """
    held = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    _check_password(password, held)
    held.set_password(password)
    record.keep(held, "governance.user.password_set", actor=actor, at=now, fields=["password"])
    return held


@transaction.atomic
def renew_password_hash(*, person: User, password: str, now: datetime) -> None:
    """Hash the same password as it is done today, where it was hashed in an older way."""
    held = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    held.set_password(password)
    actor = Actor.system("sign_in")
    record.keep(held, "governance.user.password_rehashed", actor=actor, at=now, fields=["password"])


@transaction.atomic
def assign_role(
    *,
    person: User,
    role: ReviewerRole,
    valid_until: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> RoleAssignment:
    """Give `person` a role from now on, until `valid_until` or for good.

    Raises OwnRole: a right that one gives oneself is none.
    """
    if actor.user_id == person.pk:
        raise OwnRole("Ask another administrator to give you this role")
    assignment = RoleAssignment(person=person, role=role, valid_from=now, valid_until=valid_until)
    record.keep(
        assignment,
        "governance.roleassignment.created",
        actor=actor,
        at=now,
        body={"person": str(person.pseudonym), "role": role.slug},
    )
    return assignment


@transaction.atomic
def end_role(*, assignment: RoleAssignment, actor: Actor, now: datetime) -> RoleAssignment:
    """Take a role back from now on. Raises AssignmentEnded when it has already run out."""
    held: RoleAssignment = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
    if held.valid_until is not None and held.valid_until <= now:
        raise AssignmentEnded("This assignment has already ended")
    held.valid_until = now
    record.keep(
        held,
        "governance.roleassignment.ended",
        actor=actor,
        at=now,
        body={"role": held.role.slug},
        fields=["valid_until"],
    )
    return held


@transaction.atomic
def grant_right(
    *,
    role: ReviewerRole,
    verdicts: Sequence[str],
    system: str = "",
    decision_type: str = "",
    max_impact: Decimal | None = None,
    outcomes: Sequence[str] = (),
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    motion: Motion | None = None,
    actor: Actor,
    now: datetime,
) -> DecisionRight:
    """Let a role rule: on which system and type (slug, empty: every), to what impact, how (a step).

    `valid_from`: None or past: from now on. `motion`: what a second person approved; None while an
    installation is set up.
    """
    right = DecisionRight(
        role=role,
        system=system,
        decision_type=decision_type,
        max_impact=max_impact,
        verdicts=list(verdicts),
        outcomes=list(outcomes),
        valid_from=now if valid_from is None else max(valid_from, now),
        valid_until=valid_until,
        motion=motion,
    )
    record.keep(
        right,
        "governance.decisionright.granted",
        actor=actor,
        at=now,
        body={
            "role": role.slug,
            "system": system,
            "decision_type": decision_type,
            "max_impact": None if max_impact is None else str(max_impact),
            "verdicts": list(verdicts),
            "outcomes": list(outcomes),
            "valid_from": right.valid_from.isoformat(),
            "valid_until": None if valid_until is None else valid_until.isoformat(),
            "motion": None if motion is None else str(motion.pk),
        },
    )
    return right


@transaction.atomic
def end_right(
    *,
    right: DecisionRight,
    at: datetime | None,
    motion: Motion,
    actor: Actor,
    now: datetime,
) -> DecisionRight:
    """Let a decision right end at `at`, or now where that is None or past (a step).

    Verdicts that were given under it stay. Raises RightEnded where it has ended, or ends no later
    than that anyway: its end never moves away.
    """
    held: DecisionRight = DecisionRight.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=right.pk
    )
    end = now if at is None else max(at, now)
    if held.valid_until is not None and held.valid_until <= end:
        raise RightEnded(f"It ends at {held.valid_until.isoformat()} already", about=held.pk)
    held.valid_until, held.motion = end, motion
    record.keep(
        held,
        "governance.decisionright.ended",
        actor=actor,
        at=now,
        body={"valid_until": end.isoformat(), "motion": str(motion.pk)},
        fields=["valid_until", "motion"],
    )
    return held


@transaction.atomic
def record_qualification(
    *,
    person: User,
    kind: Qualification.Kind,
    system: str,
    proof: str,
    model_version: str = "",
    valid_until: datetime | None,
    actor: Actor,
    now: datetime,
) -> Qualification:
    """Record that `person` is competent for a system, or for one version of it, from now on.

    Raises InputInvalid where instructions for use are said to be read, and not of which version.
    """
    if kind is Qualification.Kind.INSTRUCTIONS_READ and not model_version:
        sentence = "Instructions for use are those of one model version; name it."
        raise InputInvalid(
            "The model version is missing",
            errors=[FieldError("/model_version", sentence, "required")],
        )
    qualification = Qualification(
        person=person,
        kind=kind,
        system=system,
        model_version=model_version,
        proof=proof,
        valid_from=now,
        valid_until=valid_until,
    )
    record.keep(
        qualification,
        "governance.qualification.recorded",
        actor=actor,
        at=now,
        body={
            "person": str(person.pseudonym),
            "kind": kind.value,
            "system": system,
            "model_version": model_version,
        },
    )
    return qualification


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise InputInvalid(
            "The password is too weak",
            errors=[FieldError("/password", message, "weak") for message in fault.messages],
        ) from fault
