"""Model versions and their life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from governance.ledger import record
from governance.models import Actor, User
from models_registry.errors import StatusDoesNotFollow
from models_registry.models import AISystem, ModelVersion

_NEXT: dict[str, frozenset[str]] = {
    ModelVersion.Status.CANDIDATE: frozenset(
        {ModelVersion.Status.APPROVED, ModelVersion.Status.WITHDRAWN}
    ),
    ModelVersion.Status.APPROVED: frozenset(
        {ModelVersion.Status.IN_SERVICE, ModelVersion.Status.WITHDRAWN}
    ),
    ModelVersion.Status.IN_SERVICE: frozenset({ModelVersion.Status.WITHDRAWN}),
    ModelVersion.Status.WITHDRAWN: frozenset(),
}


@transaction.atomic
def add_version(
    *,
    system: AISystem,
    version: str,
    artefact_sha256: str,
    declared_metrics: Mapping[str, str],
    limits: str,
    instructions_version: str,
    author: User | None = None,
    actor: Actor,
    now: datetime,
) -> ModelVersion:
    """Enter a candidate version. `declared_metrics`: name to value as declared, as text."""
    added = ModelVersion(
        system=system,
        version=version,
        artefact_sha256=artefact_sha256,
        declared_metrics=dict(declared_metrics),
        limits=limits,
        instructions_version=instructions_version,
        author=author,
    )
    record.keep(
        added,
        "models_registry.modelversion.added",
        actor=actor,
        at=now,
        body={"system": system.slug, "version": version, "artefact_sha256": artefact_sha256},
    )
    return added


@transaction.atomic
def change_version_status(
    *, version: ModelVersion, status: ModelVersion.Status, actor: Actor, now: datetime
) -> ModelVersion:
    """Move a version to `status`. Raises StatusDoesNotFollow for a jump."""
    held = ModelVersion.objects.select_for_update().get(pk=version.pk)
    if status.value not in _NEXT[held.status]:
        raise StatusDoesNotFollow(f"{held} is {held.status}; {status.value} does not follow that")
    before, held.status = held.status, status.value
    record.keep(
        held,
        "models_registry.modelversion.status_changed",
        actor=actor,
        at=now,
        body={"from": before, "to": held.status},
        fields=["status"],
    )
    return held
