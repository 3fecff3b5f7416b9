"""The demo's systems in the registry, with policies, queues and mandate: made where missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from governance.models import Policy, User
from governance.services.policies import create_policy
from models_registry.models import AISystem, DecisionType, ModelVersion
from models_registry.motions import mandates, policies
from models_registry.services.classifying import classify_system
from models_registry.services.decision_types import define_decision_type
from models_registry.services.registering import change_status, register_system
from models_registry.services.versions import add_version, change_version_status
from reviews.demo.approving import carried_by_two
from reviews.demo.catalogue import ORGANISATION, SystemSpec
from reviews.demo.people import (
    AT_THE_SCREEN,
    COMPLIANCE_OFFICER,
    MODEL_AUTHOR,
    SECOND_OFFICER,
    SIMULATED_REVIEWERS,
    SYSTEM_OWNER,
)
from reviews.demo.proposals import TrainedModel
from reviews.demo.staffing import LOADER
from reviews.models import Queue
from reviews.services.queues import add_member, create_queue

People = Mapping[str, User]


def ensure_system(
    spec: SystemSpec, model: TrainedModel, *, people: People, now: datetime
) -> DecisionType:
    """The system of `spec` in service, with everything that a decision of its type needs."""
    system = _registered(spec, people, now)
    _ensure_version(spec, model, system, people, now)
    _ensure_queues(spec, people, now)
    policy = Policy.objects.filter(slug=spec.policy_slug).first() or create_policy(
        slug=spec.policy_slug,
        name=f"Oversight of {spec.name}",
        owner=people[COMPLIANCE_OFFICER.username],
        is_demo=True,
        actor=LOADER,
        now=now,
    )
    kind = DecisionType.objects.filter(slug=spec.type_slug).first() or define_decision_type(
        system=system,
        slug=spec.type_slug,
        name=spec.type_name,
        question=spec.question,
        outcomes=spec.outcomes,
        fact_schema=spec.facts,
        effect=spec.effect,
        reversible=spec.reversible,
        policy=policy,
        actor=LOADER,
        now=now,
    )
    if not policy.versions.exists():
        carried_by_two(
            act=policies.NAME,
            content=policies.content_of(policy, spec.policy_text()),
            reason="The first version, for the demo",
            mover=people[COMPLIANCE_OFFICER.username],
            second=people[SECOND_OFFICER.username],
            now=now,
        )
    _ensure_mandate(spec, kind, people, now)
    return kind


def _registered(spec: SystemSpec, people: People, now: datetime) -> AISystem:
    system = AISystem.objects.filter(slug=spec.slug).first() or register_system(
        slug=spec.slug,
        name=spec.name,
        intended_purpose=spec.purpose,
        organisation=ORGANISATION,
        roles=spec.roles,
        owner=people[SYSTEM_OWNER.username],
        sector="health",
        is_demo=True,
        actor=LOADER,
        now=now,
    )
    if not system.risk_class:
        classify_system(
            system=system,
            answers=spec.answers,
            author=people[COMPLIANCE_OFFICER.username],
            now=now,
        )
    # Each status follows one other only, so that an interrupted load goes on where it stopped.
    for before, after in (
        (AISystem.Status.DRAFT, AISystem.Status.REGISTERED),
        (AISystem.Status.REGISTERED, AISystem.Status.IN_SERVICE),
    ):
        system.refresh_from_db()
        if system.status == before:
            change_status(system=system, status=after, actor=LOADER, now=now)
    system.refresh_from_db()
    return system


def _ensure_version(
    spec: SystemSpec, model: TrainedModel, system: AISystem, people: People, now: datetime
) -> None:
    version = system.versions.filter(version=model.version).first() or add_version(
        system=system,
        version=model.version,
        artefact_sha256=model.artefact_sha256,
        declared_metrics=model.metrics,
        limits=spec.limits,
        instructions_version="demo-1",
        author=people[MODEL_AUTHOR.username] if spec.has_author else None,
        actor=LOADER,
        now=now,
    )
    for before, after in (
        (ModelVersion.Status.CANDIDATE, ModelVersion.Status.APPROVED),
        (ModelVersion.Status.APPROVED, ModelVersion.Status.IN_SERVICE),
    ):
        version.refresh_from_db()
        if version.status == before:
            change_version_status(version=version, status=after, actor=LOADER, now=now)


def _ensure_queues(spec: SystemSpec, people: People, now: datetime) -> None:
    given = spec.queues
    senior = _ensure_queue(given.senior_slug, given.senior_name, None, given.rung_within, now)
    first = _ensure_queue(given.slug, given.name, senior, given.rung_within, now)
    for queue in (first, senior):
        members = set(queue.memberships.values_list("person__username", flat=True))
        for person in (*AT_THE_SCREEN, *SIMULATED_REVIEWERS):
            if queue.slug in person.queues and person.username not in members:
                add_member(queue=queue, person=people[person.username], actor=LOADER, now=now)


def _ensure_queue(
    slug: str, name: str, escalates_to: Queue | None, rung_within: timedelta, now: datetime
) -> Queue:
    return Queue.objects.filter(slug=slug).first() or create_queue(
        slug=slug,
        name=name,
        escalates_to=escalates_to,
        rung_within=rung_within,
        actor=LOADER,
        now=now,
    )


def _ensure_mandate(spec: SystemSpec, kind: DecisionType, people: People, now: datetime) -> None:
    given = spec.mandate
    if given is None or kind.mandates.exists():
        return
    content = mandates.content_of(
        decision_type=kind,
        objective=given.objective,
        max_decisions=given.max_decisions,
        allowed_outcomes=given.allowed_outcomes,
        valid_until=now + timedelta(days=given.days),
    )
    carried_by_two(
        act=mandates.NAME,
        content=content,
        reason=given.objective,
        mover=people[COMPLIANCE_OFFICER.username],
        second=people[SECOND_OFFICER.username],
        now=now,
    )
