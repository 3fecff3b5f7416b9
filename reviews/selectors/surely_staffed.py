"""Whether somebody may surely rule on a case that just opened: one query, for the door that opens
most of them. "No" says only that the judgement itself must be asked (`selectors.staffing`)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.models import (
    Absence,
    ApiClient,
    Conflict,
    DecisionRight,
    Qualification,
    RoleAssignment,
)
from models_registry.models import AISystem, ModelVersion
from reviews.models import Case, QueueMembership, Recusal, Verdict


def surely_staffed(case: Case, now: datetime) -> bool:
    """Whether a reviewer of its queue is there, holds a right of their own and a proof that cover
    it, and stands in no way near it. `case`: with `matters.NEEDED` selected.

    Lent rights are not looked at, nor is a decision on which anybody has ruled: what they take is
    the judgement's to say. True is never said where the judgement says that nobody may.
    """
    if case.kind == Case.Kind.CONTESTATION or case.for_role or case.for_person_id:
        return False
    person = OuterRef("person")
    decision = case.decision
    reviewers = QueueMembership.objects.filter(queue=case.queue_id, person__is_active=True)
    return reviewers.filter(
        Exists(_own_rights(case, now)),
        Exists(_proofs(case, now)),
        ~Exists(Absence.objects.in_force(now).filter(person=person, ended_at=None)),
        ~Exists(AISystem.history.filter(id=decision.system_id, owner=person)),
        ~Exists(ModelVersion.history.filter(id=decision.model_version_id, author=person)),
        ~Exists(ApiClient.history.filter(id=decision.submitted_by_id, owner=person)),
        ~Exists(_conflicts(case, now)),
        ~Exists(Recusal.objects.filter(decision=decision.pk, person=person)),
        ~Exists(Verdict.objects.filter(case__decision=decision.pk)),
    ).exists()


def _own_rights(case: Case, now: datetime) -> QuerySet[RoleAssignment]:
    decision = case.decision
    covering = DecisionRight.objects.in_force(now).filter(
        Q(max_impact=None)
        if decision.impact is None
        else Q(max_impact=None) | Q(max_impact__gte=decision.impact),
        system__in=["", decision.system.slug],
        decision_type__in=["", decision.decision_type.slug],
        role=OuterRef("role"),
    )
    held = RoleAssignment.objects.in_force(now).filter(person=OuterRef("person"))
    if case.stage_roles:
        held = held.filter(role__slug__in=case.stage_roles)
    return held.filter(Exists(covering))


def _proofs(case: Case, now: datetime) -> QuerySet[Qualification]:
    return Qualification.objects.in_force(now).filter(
        person=OuterRef("person"),
        system=case.decision.system.slug,
        model_version__in=["", case.decision.model_version.version],
    )


def _conflicts(case: Case, now: datetime) -> QuerySet[Conflict]:
    about = Q(subject=case.decision.subject_id)
    if case.decision.system.organisation:
        about |= Q(organisation=case.decision.system.organisation)
    return Conflict.objects.in_force(now).filter(about, person=OuterRef("person"))
