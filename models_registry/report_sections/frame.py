"""The system's part of every report's frame: whose it is, which versions, which law, what gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from governance.models import PolicyVersion, Recorded
from governance.obligations import Binding
from governance.reports.document import LegalStatus, ManifestEntry
from governance.reports.period import Period
from governance.reports.sources import (
    GovernedSystem,
    SystemFrame,
    frame_source,
    gap_source,
    manifest_source,
    systems_source,
)
from governance.selectors.manifests import manifest_entry
from models_registry.models import AISystem, DecisionType, Halt, ModelVersion
from models_registry.selectors.known import (
    bindings_at,
    classification_at,
    policy_versions,
    system_at,
    types_at,
    versions_at,
)

# The provisions each kind of report speaks to, by the beginning of the obligation's id.
_PROVISIONS = {
    "human_oversight": ("eu-ai-act:12.", "eu-ai-act:14.", "eu-ai-act:19.", "eu-ai-act:26."),
    "automated_decisions": ("gdpr:22.", "gdpr:13.2.f", "gdpr:14.2.g", "gdpr:15.1.h", "gdpr:35."),
}


@systems_source
def systems() -> list[GovernedSystem]:
    rows = AISystem.objects.values_list("id", "slug", "name", "owner_id")
    return [GovernedSystem(*row) for row in rows]


@frame_source
def frame(kind: str, period: Period) -> SystemFrame:
    system = system_at(period.system_id, period.cut_off)
    if system is None:
        raise LookupError(f"{period.system_slug} was registered after the cut-off")
    bound = bindings_at(classification_at(system.pk, period.cut_off), period.cut_off)
    return SystemFrame(
        organisation=system.organisation,
        role=", ".join(system.roles) or "not stated",
        name=system.name,
        versions=tuple(v.version for v in versions_at(system.pk, period.cut_off)),
        legal_status=tuple(
            _legal_status(one) for one in bound if one.obligation.id.startswith(_PROVISIONS[kind])
        ),
    )


def _legal_status(bound: Binding) -> LegalStatus:
    standing = bound.standing
    return LegalStatus(
        provision=f"{bound.obligation.id} {bound.obligation.title}",
        applies_from=standing.since,
        scope=standing.scope,
        confidence="not assessable" if standing.confidence is None else str(standing.confidence),
        source=bound.obligation.source,
    )


@manifest_source
def records(period: Period) -> Sequence[ManifestEntry]:
    cut_off = period.cut_off
    halts = Halt.objects.filter(system=period.system_id, placed_at__lte=cut_off)
    return (
        manifest_entry(AISystem, AISystem.objects.filter(pk=period.system_id), cut_off),
        manifest_entry(ModelVersion, _of(ModelVersion, versions_at, period), cut_off),
        manifest_entry(DecisionType, _of(DecisionType, types_at, period), cut_off),
        manifest_entry(Halt, halts, cut_off),
        manifest_entry(PolicyVersion, _policies(period), cut_off),
    )


def _of(model: type[Recorded], known: Any, period: Period) -> QuerySet[Any]:
    keys = [row.pk for row in known(period.system_id, period.cut_off)]
    return model._default_manager.filter(pk__in=keys)


def _policies(period: Period) -> QuerySet[PolicyVersion]:
    policies = {kind.policy_id for kind in types_at(period.system_id, period.cut_off)}
    used = [
        version.pk
        for policy in sorted(policies)
        for version in policy_versions(policy, period.start, period.end)
    ]
    return PolicyVersion.objects.filter(pk__in=used)


@gap_source
def gaps(kind: str, period: Period) -> Sequence[str]:
    system = system_at(period.system_id, period.cut_off)
    found = []
    if system is not None and system.is_demo:
        found.append("This is a demo system: its purpose, people and decisions are invented.")
    if classification_at(period.system_id, period.cut_off) is None:
        found.append(
            "The system was not classified before the cut-off, so which provisions bind it, and "
            "since when, is not stated."
        )
    return found
