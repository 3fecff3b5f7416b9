"""Loading an industry template: everything that it describes, in one transaction or not at all.

What one person may do is done, as a draft: queues, system, classification, candidate version, empty
policy, decision types. What takes two people is put forward by the owner and waits: the policy's
text, the decision rights, the mandates. So nothing passes by a load: until a second person has
approved the text, every decision of its types is blocked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction

from governance.errors import DomainError, FieldError, NotPermitted
from governance.ledger import record
from governance.models import Actor, Motion, Policy, User
from governance.motions.registry import Content
from governance.services.motions import move
from governance.services.policies import create_policy
from models_registry.models import AISystem, DecisionType
from models_registry.motions import decision_rights, mandates, policies
from models_registry.services.classifying import classify_system
from models_registry.services.decision_types import define_decision_type
from models_registry.services.registering import register_system
from models_registry.services.versions import add_version
from reviews.industries import IndustryTemplate, KindPart, QueuePart, SystemPart
from reviews.models import Queue
from reviews.selectors.template_standing import Kind, Part, State, rights_content, standing_of
from reviews.services.queues import create_queue

PERMISSION = "models_registry.load_template"
UNNAMED = "To be named"
"""The organisation of a system whose loader named none."""
STAND_IN = "template"
"""Name of the candidate version that stands in for the model which the installation will run."""


class TemplateDiffers(DomainError):
    code = "template_differs"
    title = "What is there differs from the template"


class TemplateBeingLoaded(DomainError):
    code = "template_being_loaded"
    title = "Somebody else has just loaded it"


@dataclass(frozen=True, slots=True)
class _Load:
    template: IndustryTemplate
    owner: User
    organisation: str
    actor: Actor
    now: datetime


def load_template(
    *, template: IndustryTemplate, owner: User, organisation: str = "", now: datetime
) -> list[Part]:
    """Make what is missing of a template; what is there stays as it is. Returns every part.

    `owner`: loads it, owns system and policy, answers the questionnaire and puts forward what takes
    two people; `organisation`: of the systems, empty for one to be named later. A second load adds
    nothing.

    Raises NotPermitted where the owner may not load, or may not put something of it forward.
    TemplateDiffers, naming each part that is there and is other than the template's: then
    nothing is made, for it may be somebody else's. TemplateBeingLoaded beside another load.
    """
    if not owner.has_perm(PERMISSION):
        raise NotPermitted(f"To load a template takes the permission {PERMISSION}")
    load = _Load(template, owner, organisation.strip() or UNNAMED, Actor.of(owner), now)
    try:
        with transaction.atomic():
            return _loaded(load)
    except IntegrityError as twin:
        # Between our look and our insert; anything else that is refused there is refused again.
        with transaction.atomic():
            if all(part.state is State.MISSING for part in standing_of(template)):
                raise
        raise TemplateBeingLoaded("Look again; what is missing can be loaded then") from twin


def check_standing(parts: Sequence[Part]) -> None:
    """Raises TemplateDiffers where a part is there and is other than the template's."""
    other = [part for part in parts if part.state is State.DIFFERS]
    if other:
        raise TemplateDiffers(
            f"Nothing was loaded. {'; '.join(map(str, other))}",
            errors=[FieldError("", str(part), "differs") for part in other],
        )


def _loaded(load: _Load) -> list[Part]:
    parts = standing_of(load.template)
    check_standing(parts)
    systems = {part.slug: part for part in load.template.systems}
    by_policy = {part.policy_slug: part for part in load.template.systems}
    queues = {part.slug: part for part in load.template.queues}
    kinds = {
        kind.slug: (kind, part) for part in load.template.systems for kind in part.decision_types
    }
    makers: dict[Kind, Callable[[str], Motion | None]] = {
        Kind.QUEUE: lambda slug: _make_queue(queues[slug], load),
        Kind.SYSTEM: lambda slug: _register(systems[slug], load),
        Kind.CLASSIFICATION: lambda slug: _classify(systems[slug], load),
        Kind.VERSION: lambda slug: _add_version(systems[slug], load),
        Kind.POLICY: lambda slug: _make_policy(by_policy[slug], load),
        Kind.DECISION_TYPE: lambda slug: _define(*kinds[slug], load),
        Kind.POLICY_TEXT: lambda slug: _move_text(by_policy[slug], load),
        Kind.RIGHTS: lambda slug: _move_rights(systems[slug], load),
        Kind.MANDATE: lambda slug: _move_mandate(kinds[slug][0], load),
    }
    done = []
    for part in parts:
        if part.state is not State.MISSING:
            done.append(part)
            continue
        motion = makers[part.kind](part.slug)
        if motion is None:
            done.append(replace(part, state=State.MADE))
        else:
            told = "put forward; it takes a second person"
            done.append(replace(part, state=State.WAITS, detail=told, motion=motion.pk))
    return done


def _make_queue(part: QueuePart, load: _Load) -> None:
    above = Queue.objects.get(slug=part.escalates_to) if part.escalates_to else None
    create_queue(
        slug=part.slug,
        name=part.name,
        escalates_to=above,
        rung_within=part.rung_within,
        actor=load.actor,
        now=load.now,
    )


def _register(part: SystemPart, load: _Load) -> None:
    system = register_system(
        slug=part.slug,
        name=part.name,
        intended_purpose=part.purpose,
        organisation=load.organisation,
        roles=[AISystem.Role(role) for role in part.roles],
        owner=load.owner,
        sector=part.sector,
        actor=load.actor,
        now=load.now,
    )
    record.append(
        "reviews.template.loaded",
        subject=system,
        actor=load.actor,
        at=load.now,
        body={"template": load.template.slug, "sha256": load.template.sha256},
    )


def _classify(part: SystemPart, load: _Load) -> None:
    system = AISystem.objects.get(slug=part.slug)
    classify_system(system=system, answers=part.answers, author=load.owner, now=load.now)


def _add_version(part: SystemPart, load: _Load) -> None:
    add_version(
        system=AISystem.objects.get(slug=part.slug),
        version=STAND_IN,
        # There is no model yet. The digest is the template's, so that it names what this came of.
        artefact_sha256=load.template.sha256,
        declared_metrics={},
        limits=part.limits,
        instructions_version=STAND_IN,
        actor=load.actor,
        now=load.now,
    )


def _make_policy(part: SystemPart, load: _Load) -> None:
    create_policy(
        slug=part.policy_slug,
        name=part.policy_name,
        owner=load.owner,
        actor=load.actor,
        now=load.now,
    )


def _define(kind: KindPart, part: SystemPart, load: _Load) -> None:
    define_decision_type(
        system=AISystem.objects.get(slug=part.slug),
        slug=kind.slug,
        name=kind.name,
        question=kind.question,
        outcomes=list(kind.outcomes),  # type: ignore[arg-type]  # the template's schema says so
        fact_schema=dict(kind.facts),  # type: ignore[arg-type]
        effect=kind.effect,
        reversible=kind.reversible,
        policy=Policy.objects.get(slug=part.policy_slug),
        critical=kind.critical,
        confidence_required=kind.confidence_required,
        impact_unit=kind.impact_unit,
        protected=dict(kind.protected) or None,  # type: ignore[arg-type]
        actor=load.actor,
        now=load.now,
    )


def _move_text(part: SystemPart, load: _Load) -> Motion:
    policy = Policy.objects.get(slug=part.policy_slug)
    return _move(policies.NAME, policies.content_of(policy, part.policy_text), load)


def _move_rights(part: SystemPart, load: _Load) -> Motion:
    return _move(decision_rights.NAME, rights_content(part), load)


def _move_mandate(kind: KindPart, load: _Load) -> Motion:
    given = kind.mandate
    if given is None:
        raise LookupError(f"{kind.slug} asks for no mandate")
    content = mandates.content_of(
        decision_type=DecisionType.objects.get(slug=kind.slug),
        objective=given.objective,
        max_decisions=given.max_decisions,
        max_impact=None if given.max_impact is None else Decimal(given.max_impact),
        allowed_outcomes=given.allowed_outcomes,
        valid_until=load.now + timedelta(days=given.days),
    )
    return _move(mandates.NAME, content, load)


def _move(act: str, content: Content, load: _Load) -> Motion:
    reason = f"Of the industry template {load.template.slug}, {load.template.sha256[:12]}"
    return move(act=act, content=content, reason=reason, mover=load.owner, now=load.now)
