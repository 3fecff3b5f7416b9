"""Evidence bundles: asked for, made by a worker, issued or failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger.leaf import instant
from governance.models import Actor, BundleProgress, EvidenceBundle, User
from governance.services.bundle_access import scope_for
from governance.services.held_checkpoints import read_held
from governance.services.runs import Runs

if TYPE_CHECKING:
    from governance.services.bundle_making import MadeBundle

BUNDLES = Runs(
    model=EvidenceBundle,
    progress=BundleProgress,
    event="governance.evidencebundle",
    sweep="governance.tasks.run_waiting_bundles",
)
About = EvidenceBundle.About


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a bundle is asked about. `period`: of a system alone, aware; `held`: the checkpoint
    that the auditor holds, empty for none."""

    about: str
    about_id: UUID
    period: tuple[datetime, datetime] | None = None
    held: str = ""


@transaction.atomic
def request_bundle(
    *, wanted: Wanted, requested_by: User, actor: Actor, now: datetime
) -> EvidenceBundle:
    """Queue a bundle of what was entered before, and wake a worker.

    Raises InputInvalid naming each faulty field; what `scope_for` raises; HistoryDiffers for a
    held checkpoint that our ledger is no longer true to.
    """
    faults = _faults(wanted, now)
    if faults:
        raise InputInvalid("The bundle cannot be made", errors=faults)
    bundle = EvidenceBundle(
        about=wanted.about,
        about_id=wanted.about_id,
        held=wanted.held,
        requested_by=requested_by,
        requested_at=now,
    )
    if wanted.period is not None:
        bundle.period_start, bundle.period_end = (at.astimezone(UTC) for at in wanted.period)
    scope_for(bundle, now)
    if wanted.held:
        read_held(wanted.held)
    return BUNDLES.ask(bundle, body=about_of(bundle), actor=actor, now=now)


@transaction.atomic
def finish_bundle(
    *, bundle_id: UUID, made: MadeBundle, actor: Actor, now: datetime
) -> EvidenceBundle | None:
    """Say that the file is kept, and enter its SHA-256; None when the run is no longer running."""
    bundle = BUNDLES.lock_running(bundle_id)
    if bundle is None:
        return None
    bundle.entries, bundle.size_bytes, bundle.sha256 = made.entries, made.size_bytes, made.sha256
    body = {
        **about_of(bundle),
        "entries": made.entries,
        "size_bytes": made.size_bytes,
        "sha256": made.sha256,
    }
    fields = ("entries", "size_bytes", "sha256")
    BUNDLES.issue(bundle, body=body, actor=actor, now=now, fields=fields)
    return bundle


def about_of(bundle: EvidenceBundle) -> dict[str, object]:
    """What a bundle is about, as entries say it."""
    start, end = bundle.period_start, bundle.period_end
    return {
        "about": str(bundle.about),
        "id": str(bundle.about_id),
        "period_start": start and instant(start),
        "period_end": end and instant(end),
    }


def _faults(wanted: Wanted, now: datetime) -> list[FieldError]:
    if wanted.about not in About.values:
        return [FieldError("/about", f"One of: {', '.join(About.values)}.", "unknown")]
    if wanted.period is None:
        needed = FieldError("/period_start", "A bundle about a system has a period.", "required")
        return [needed] if wanted.about == About.SYSTEM else []
    if wanted.about != About.SYSTEM:
        return [FieldError("/period_start", "Only a bundle about a system has a period.")]
    start, end = wanted.period
    if start >= end:
        return [FieldError("/period_end", "Must lie after the period's start.", "order")]
    if end > now:
        return [FieldError("/period_end", "Lies in the future.", "future")]
    return []
