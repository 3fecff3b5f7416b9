"""The one check of who may rule on a case, asked at claim and again at verdict.

Four conditions: a decision right, competence, separation, and sight of the queue. The fourth is
where every verb starts (`Case.objects.visible_to`), so that others' cases answer 404. The same
rules stand here twice, once with reasons and once as a filter; a test holds them to each other.
Source: Regulation (EU) 2024/1689 Art. 26(2), Art. 14(4); design section 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from governance.models import DecisionRight, Qualification, User
from reviews.errors import CompetenceMissing, NotSeparate, RightMissing
from reviews.models import Case, Decision, Verdict, VerdictKind


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a person's ruling rests on."""

    right: DecisionRight
    qualification: Qualification


def entitlement(
    *,
    case: Case,
    person: User,
    now: datetime,
    kind: VerdictKind | None = None,
    outcome: str = "",
) -> Entitlement:
    """What lets `person` rule on `case`, thus or at all where `kind` is None. Who upholds chooses
    the AI's own outcome, and needs the right to it.

    Raises RightMissing, CompetenceMissing or NotSeparate, each saying what is missing.
    """
    decision = case.decision
    if kind is VerdictKind.UPHOLD:
        outcome = decision.outcome
    _check_separation(decision, person, case)
    right = _right(decision, person, now, kind, outcome)
    if right is None:
        raise RightMissing(_what_right_is_missing(decision, kind, outcome))
    qualification = (
        Qualification.objects.in_force(now)
        .filter(
            person=person,
            system=decision.system.slug,
            model_version__in=["", decision.model_version.version],
        )
        .order_by("valid_from", "id")
        .first()
    )
    if qualification is None:
        raise CompetenceMissing(
            f"You have no valid qualification for {decision.system} "
            f"{decision.model_version.version}"
        )
    return Entitlement(right, qualification)


def rulable_by(person: User, now: datetime) -> Q:
    """The cases `person` could rule on at all, as a filter over Case."""
    right = Q(pk__in=[])
    for held in rights_of(person, now):
        right |= _covered(held)
    competent = Q(pk__in=[])
    for proof in Qualification.objects.in_force(now).filter(person=person):
        covered = Q(decision__system__slug=proof.system)
        if proof.model_version:
            covered &= Q(decision__model_version__version=proof.model_version)
        competent |= covered
    ruled_before = Verdict.objects.filter(ruled_by=person, case__decision=OuterRef("decision"))
    too_near = (
        Q(decision__system__owner=person)
        | Q(decision__model_version__author=person)
        | Q(decision__submitted_by__owner=person)
    )
    return right & competent & ~too_near & ~Q(Exists(ruled_before))


def rights_of(person: User, now: datetime) -> list[DecisionRight]:
    """The decision rights of all roles that `person` holds now."""
    return list(
        DecisionRight.objects.in_force(now)
        .filter(role__assignments__in=person.role_assignments.in_force(now))
        .order_by("valid_from", "id")
        .distinct()
    )


def _covered(right: DecisionRight) -> Q:
    # Not an empty Q: "anything" must not vanish when it is or-ed with the others.
    covered = Q(pk__isnull=False)
    if right.system:
        covered &= Q(decision__system__slug=right.system)
    if right.decision_type:
        covered &= Q(decision__decision_type__slug=right.decision_type)
    if right.max_impact is not None:
        # An unknown impact may be above any ceiling.
        covered &= Q(decision__impact__lte=right.max_impact)
    return covered


def _right(
    decision: Decision, person: User, now: datetime, kind: VerdictKind | None, outcome: str
) -> DecisionRight | None:
    for right in rights_of(person, now):
        covers = (
            right.system in ("", decision.system.slug)
            and right.decision_type in ("", decision.decision_type.slug)
            and (
                right.max_impact is None
                or (decision.impact is not None and decision.impact <= right.max_impact)
            )
        )
        allows = kind is None or (
            kind.value in right.verdicts
            and (not right.outcomes or not outcome or outcome in right.outcomes)
        )
        if covers and allows:
            return right
    return None


def _check_separation(decision: Decision, person: User, case: Case) -> None:
    if decision.system.owner_id == person.pk:
        raise NotSeparate("You own the AI system that made this decision")
    if decision.model_version.author_id == person.pk:
        raise NotSeparate("You made the model that made this decision")
    if decision.submitted_by.owner_id == person.pk:
        raise NotSeparate("You answer for the program that submitted this decision")
    if Verdict.objects.filter(ruled_by=person, case__decision=decision).exists():
        raise NotSeparate("You have already ruled on this decision")


def _what_right_is_missing(decision: Decision, kind: VerdictKind | None, outcome: str) -> str:
    what = "rule on" if kind is None else kind.value
    to = f" to {outcome!r}" if outcome else ""
    impact = "" if decision.impact is None else f" at an impact of {decision.impact.normalize():f}"
    return (
        f"None of your roles may {what} a decision of type "
        f"{decision.decision_type.slug}{to}{impact}"
    )
