"""What of an industry template is in the installation already, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from governance.models import DecisionRight, Motion, Policy
from governance.motions.registry import Content, digest_of
from models_registry.models import AISystem, DecisionType, ModelVersion
from models_registry.motions import decision_rights, mandates, policies
from reviews.industries import IndustryTemplate, KindPart, QueuePart, SystemPart
from reviews.models import Queue


class State(StrEnum):
    """How a part stands. `WAITS`: it was put forward and takes a second person."""

    MISSING = "missing"
    MADE = "made"
    WAITS = "waits"
    THERE = "there"
    DIFFERS = "differs"


class Kind(StrEnum):
    """What kind of part it is, in the order in which they are made."""

    QUEUE = "queue"
    SYSTEM = "system"
    CLASSIFICATION = "classification"
    VERSION = "model version"
    POLICY = "policy"
    DECISION_TYPE = "decision type"
    POLICY_TEXT = "policy text"
    RIGHTS = "decision rights"
    MANDATE = "mandate"


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `detail`: in what it differs, or what became of it; `motion`: what waits."""

    kind: Kind
    slug: str
    state: State
    detail: str = ""
    motion: UUID | None = None

    def __str__(self) -> str:
        told = f"{self.kind} {self.slug}: {self.state}"
        return f"{told} ({self.detail})" if self.detail else told


def standing_of(template: IndustryTemplate) -> list[Part]:
    """Every part of the template, in the order in which they are made. Some queries for each."""
    return [
        *(_queue(part) for part in template.queues),
        *(part for system in template.systems for part in _system(system)),
    ]


def rights_content(part: SystemPart) -> Content:
    """The change of decision rights that a template puts forward for one system."""
    return decision_rights.content_of(
        [
            decision_rights.grant(
                role=right.role,
                verdicts=right.verdicts,
                system=part.slug,
                decision_type=right.decision_type,
                max_impact=None if right.max_impact is None else Decimal(right.max_impact),
            )
            for right in part.rights
        ]
    )


def _queue(part: QueuePart) -> Part:
    row = Queue.objects.select_related("escalates_to").filter(slug=part.slug).first()
    if row is None:
        return Part(Kind.QUEUE, part.slug, State.MISSING)
    above = "" if row.escalates_to is None else row.escalates_to.slug
    return _compared(
        Kind.QUEUE,
        part.slug,
        {
            "name": (part.name, row.name),
            "escalates_to": (part.escalates_to, above),
            "rung_within": (part.rung_within, row.rung_within),
        },
    )


def _system(part: SystemPart) -> Iterator[Part]:
    row = AISystem.objects.filter(slug=part.slug).first()
    policy = Policy.objects.filter(slug=part.policy_slug).first()
    yield _registered(part, row)
    yield _classified(part, row)
    yield _version(part, row)
    if policy is None:
        yield Part(Kind.POLICY, part.policy_slug, State.MISSING)
    else:
        yield _compared(Kind.POLICY, part.policy_slug, {"name": (part.policy_name, policy.name)})
    kinds = DecisionType.objects.select_related("system", "policy").in_bulk(
        [kind.slug for kind in part.decision_types], field_name="slug"
    )
    for kind in part.decision_types:
        yield _kind(kind, part, kinds.get(kind.slug))
    yield _text(part, policy)
    yield _rights(part)
    for kind in part.decision_types:
        if kind.mandate is not None:
            yield _mandate(kind, kinds.get(kind.slug))


def _registered(part: SystemPart, row: AISystem | None) -> Part:
    if row is None:
        return Part(Kind.SYSTEM, part.slug, State.MISSING)
    return _compared(
        Kind.SYSTEM,
        part.slug,
        {
            "name": (part.name, row.name),
            "intended purpose": (part.purpose, row.intended_purpose),
            "roles": (list(part.roles), row.roles),
            "sector": (part.sector, row.sector),
        },
    )


def _classified(part: SystemPart, row: AISystem | None) -> Part:
    if row is None or not row.risk_class:
        return Part(Kind.CLASSIFICATION, part.slug, State.MISSING)
    risk_class = {"class": (part.risk_class, row.risk_class)}
    return _compared(Kind.CLASSIFICATION, part.slug, risk_class)


def _version(part: SystemPart, row: AISystem | None) -> Part:
    """Any version will do: the template's only stands in for the installation's own."""
    has_one = row is not None and ModelVersion.objects.filter(system=row).exists()
    return Part(Kind.VERSION, part.slug, State.THERE if has_one else State.MISSING)


def _kind(kind: KindPart, part: SystemPart, row: DecisionType | None) -> Part:
    if row is None:
        return Part(Kind.DECISION_TYPE, kind.slug, State.MISSING)
    marks = row.protected
    return _compared(
        Kind.DECISION_TYPE,
        kind.slug,
        {
            "system": (part.slug, row.system.slug),
            "policy": (part.policy_slug, row.policy.slug),
            "name": (kind.name, row.name),
            "question": (kind.question, row.question),
            "outcomes": (list(kind.outcomes), row.outcomes),
            "facts": (kind.facts, row.fact_schema),
            "effect": (kind.effect.value, row.effect),
            "reversible": (kind.reversible, row.reversible),
            "critical": (kind.critical, row.critical),
            "confidence_required": (kind.confidence_required, row.confidence_required),
            "impact_unit": (kind.impact_unit, row.impact_unit),
            # Where one of the two says nothing, the other does not contradict it.
            "protected": (kind.protected, marks if kind.protected and marks else kind.protected),
        },
    )


def _text(part: SystemPart, policy: Policy | None) -> Part:
    if policy is None:
        return Part(Kind.POLICY_TEXT, part.policy_slug, State.MISSING)
    newest = policy.versions.newest_first().first()
    if newest is None:
        content = policies.content_of(policy, part.policy_text)
        return _put_forward(Kind.POLICY_TEXT, part.policy_slug, policies.NAME, content)
    if newest.sha256 == sha256(part.policy_text.encode()).hexdigest():
        told = f"published as version {newest.number}"
        return Part(Kind.POLICY_TEXT, part.policy_slug, State.THERE, told)
    told = f"version {newest.number} has another text"
    return Part(Kind.POLICY_TEXT, part.policy_slug, State.DIFFERS, told)


def _rights(part: SystemPart) -> Part:
    """Rights once given are the installation's own affair, also when they were ended."""
    if DecisionRight.objects.filter(system=part.slug).exists():
        return Part(Kind.RIGHTS, part.slug, State.THERE)
    return _put_forward(Kind.RIGHTS, part.slug, decision_rights.NAME, rights_content(part))


def _mandate(kind: KindPart, row: DecisionType | None) -> Part:
    if row is not None and row.mandates.exists():
        return Part(Kind.MANDATE, kind.slug, State.THERE)
    # Its end hangs on the day it was put forward, so that the content is not the same each day.
    pending = Motion.objects.pending().filter(act=mandates.NAME, content__decision_type=kind.slug)
    return _waiting(Kind.MANDATE, kind.slug, pending.first())


def _put_forward(kind: Kind, slug: str, act: str, content: Content) -> Part:
    pending = Motion.objects.pending().filter(act=act, digest=digest_of(content))
    return _waiting(kind, slug, pending.first())


def _waiting(kind: Kind, slug: str, motion: Motion | None) -> Part:
    if motion is None:
        return Part(kind, slug, State.MISSING)
    told = f"put forward at {motion.moved_at:%Y-%m-%d %H:%M} UTC"
    return Part(kind, slug, State.WAITS, told, motion.pk)


def _compared(kind: Kind, slug: str, pairs: Mapping[str, tuple[Any, Any]]) -> Part:
    other = [name for name, (wanted, found) in pairs.items() if wanted != found]
    if not other:
        return Part(kind, slug, State.THERE)
    return Part(kind, slug, State.DIFFERS, f"other {', '.join(other)}")
