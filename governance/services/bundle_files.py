"""The files of finished bundles: kept outside the database, and taken back when content of theirs
is erased."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from governance.ledger import record
from governance.models import Actor, BundledPayload, EvidenceBundle, Payload

_FOLDER = "bundles/{}"


def keep_file(bundle_id: UUID, sha256: str, path: Path) -> None:
    """Copy a finished zip to where bundles are kept. Its name holds its SHA-256, so that of two
    workers none writes over what the other one has finished."""
    with path.open("rb") as file:
        _storage().save(_name(bundle_id, sha256), File(file))


def open_file(bundle: EvidenceBundle) -> File[Any] | None:
    """The zip of a finished bundle; None where content of it was erased since, or it is gone."""
    is_whole = bundle.withdrawn_at is None and not _erased_in(bundle.pk).exists()
    if bundle.state != EvidenceBundle.State.DONE or not is_whole:
        return None
    name = _name(bundle.pk, bundle.sha256)
    return _storage().open(name) if _storage().exists(name) else None


def drop_file(bundle_id: UUID, sha256: str) -> None:
    """Delete one kept zip."""
    _storage().delete(_name(bundle_id, sha256))


def drop_files(bundle_id: UUID, *, all_but: str = "") -> None:
    """Delete what was kept for a bundle. `all_but`: the SHA-256 of the file that stays."""
    folder = _FOLDER.format(bundle_id)
    try:
        _, names = _storage().listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        if name != f"{all_but}.zip":
            _storage().delete(f"{folder}/{name}")


def withdraw_outdated_bundles(*, actor: Actor, now: datetime) -> int:
    """Take back each bundle that holds in the clear what has been erased since; how many.

    From the erasure's commit on nobody gets such a file; here it ends. A file that could not be
    deleted is tried again the next time.
    Source: GDPR Art. 17(1): an erasure stops at no copy that is still in our hands.
    """
    outdated = EvidenceBundle.objects.filter(
        Exists(_erased_in(OuterRef("pk"))), state=EvidenceBundle.State.DONE, withdrawn_at=None
    )
    for bundle_id in list(outdated.values_list("pk", flat=True)):
        _withdraw(bundle_id, actor, now)
    withdrawn = BundledPayload.objects.filter(bundle__withdrawn_at__isnull=False)
    dropped = list(withdrawn.values_list("bundle", flat=True).distinct())
    for bundle_id in dropped:
        drop_files(bundle_id)
        BundledPayload.objects.filter(bundle=bundle_id).delete()
    return len(dropped)


@transaction.atomic
def _withdraw(bundle_id: UUID, actor: Actor, now: datetime) -> None:
    bundle = EvidenceBundle.objects.select_for_update().get(pk=bundle_id)
    if bundle.withdrawn_at is None:
        bundle.withdrawn_at = now
        event = "governance.evidencebundle.withdrawn"
        record.keep(bundle, event, actor=actor, at=now, fields=["withdrawn_at"])


def _erased_in(bundle: Any) -> QuerySet[BundledPayload]:
    held = Payload.objects.filter(pk=OuterRef("payload_id"))
    return BundledPayload.objects.filter(~Exists(held), bundle=bundle)


def _storage() -> Storage:
    return storages["files"]


def _name(bundle_id: UUID, sha256: str) -> str:
    return f"{_FOLDER.format(bundle_id)}/{sha256}.zip"
