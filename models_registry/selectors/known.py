"""One AI system as the records knew it at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from uuid import UUID

from governance.models import PolicyVersion
from governance.obligations import Binding, Role, SystemClass, Trait, binding
from governance.policies import PolicyInvalid, Rules, parse_policy
from governance.selectors.as_of import known_at, states_of
from models_registry.models import AISystem, Classification, DecisionType, ModelVersion


@dataclass(frozen=True, slots=True)
class StatusSpan:
    """How long a row had a status; `until` is None where it lasts at the cut-off."""

    status: str
    since: datetime
    until: datetime | None


def system_at(system_id: UUID, cut_off: datetime) -> AISystem | None:
    """None where the system was registered later."""
    found: list[AISystem] = known_at(AISystem, cut_off, id=system_id)
    return found[0] if found else None


def versions_at(system_id: UUID, cut_off: datetime) -> list[ModelVersion]:
    return known_at(ModelVersion, cut_off, system_id=system_id)


def types_at(system_id: UUID, cut_off: datetime) -> list[DecisionType]:
    found: list[DecisionType] = known_at(DecisionType, cut_off, system_id=system_id)
    return sorted(found, key=lambda kind: kind.slug)


def classification_at(system_id: UUID, cut_off: datetime) -> Classification | None:
    return (
        Classification.objects.filter(system=system_id, classified_at__lte=cut_off)
        .order_by("-classified_at", "-id")
        .first()
    )


def status_spans(
    model: type[AISystem | ModelVersion], row_id: UUID, cut_off: datetime
) -> list[StatusSpan]:
    """The statuses a row went through up to `cut_off`, oldest first."""
    changes: list[tuple[str, datetime]] = []
    for state in states_of(model, id=row_id):
        if state.known_at <= cut_off and (not changes or changes[-1][0] != state.status):
            changes.append((state.status, state.known_at))
    following: list[datetime | None] = [since for _, since in changes[1:]]
    return [
        StatusSpan(status, since, until)
        for (status, since), until in zip_longest(changes, following)
    ]


def bindings_at(classification: Classification | None, cut_off: datetime) -> list[Binding]:
    """The obligations that a classification switched on, each with its standing at `cut_off`."""
    if classification is None:
        return []
    outcome = classification.outcome
    return binding(
        [SystemClass(kind) for kind in outcome["system_classes"]],
        [Role(role) for role in outcome["roles"]],
        cut_off.date(),
        [Trait(trait) for trait in outcome["traits"]],
    )


def policy_versions(policy_id: UUID, start: datetime, end: datetime) -> list[PolicyVersion]:
    """The versions that were the newest at some moment from `start` to before `end`."""
    published = list(
        PolicyVersion.objects.filter(policy=policy_id, published_at__lt=end)
        .select_related("policy")
        .order_by("number")
    )
    before = [version for version in published if version.published_at <= start]
    return [*before[-1:], *(version for version in published if version.published_at > start)]


def rules_for(version: PolicyVersion, kind: DecisionType) -> Rules | None:
    """A version's rules as they read for a type; None where the text does not fit it."""
    try:
        return parse_policy(version.text, schema=kind.policy_schema())
    except PolicyInvalid:
        return None
