"""Making a bundle's zip in flat memory: gathered, written, and checked as an outsider would."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from django.core.exceptions import ObjectDoesNotExist

from governance.errors import DomainError
from governance.evidence.entries import lost_object, read_places, write_places
from governance.evidence.gathering import Gathering, NotAsEntered
from governance.evidence.log_ends import ends_of, named_witnesses
from governance.evidence.outside import VERIFIER, NotAccepted, check_as_outsider
from governance.evidence.writing import About, BundleFolder, BundleTooLarge
from governance.ledger.leaf import instant
from governance.models import Actor, ArchivedPartition, BundledPayload, Checkpoint, EvidenceBundle
from governance.services.bundle_access import scope_for
from governance.services.bundle_sealing import checkpoints_with

Progress = Callable[[int, int, str], None]
_README = VERIFIER.with_name("readme.txt")


class BundleNotMade(Exception):
    """There is no bundle; the sentence tells who asked for it why."""


@dataclass(frozen=True, slots=True)
class MadeBundle:
    """A finished zip, there until the block that made it ends."""

    path: Path
    sha256: str
    size_bytes: int
    entries: int


@contextmanager
def made_bundle(
    bundle: EvidenceBundle, covering: Checkpoint, *, now: datetime, progress: Progress
) -> Iterator[MadeBundle]:
    """The zip of a bundle, with the checkpoint that covers its request; it ends with the block.

    Only what the stand-alone verifier accepts comes out. `progress(done, total, step)` is called
    outside transactions. Raises BundleNotMade.
    """
    with tempfile.TemporaryDirectory(prefix="countersign-bundle-") as room:
        try:
            made = _make(bundle, checkpoints_with(covering), Path(room), now, progress)
        except (NotAsEntered, BundleTooLarge, NotAccepted) as fault:
            raise BundleNotMade(f"{str(fault).rstrip('.')}. There is no bundle.") from fault
        except DomainError as refusal:
            raise BundleNotMade(f"{refusal.title}: {refusal.detail}.") from refusal
        except ObjectDoesNotExist as fault:
            raise BundleNotMade("What it is about is not there, or not yours to see.") from fault
        yield made


def _make(
    bundle: EvidenceBundle,
    checkpoints: list[Checkpoint],
    room: Path,
    now: datetime,
    progress: Progress,
) -> MadeBundle:
    scope = scope_for(bundle, now)
    BundledPayload.objects.filter(bundle=bundle).delete()  # of an earlier try
    progress(0, 0, "Looking for the entries")
    with BundleFolder(room / "files") as folder, (room / "places").open("w+b") as places:
        sizes = {checkpoint.log_id: checkpoint.size for checkpoint in checkpoints}
        logs, all_there = write_places(scope, sizes, places)
        lost = None if all_there else lost_object(scope)
        if lost is not None:
            raise NotAsEntered(_where_it_may_be(*lost))
        places.seek(0)
        logs.add(checkpoints[-1].log_id)
        shown = [checkpoint for checkpoint in checkpoints if checkpoint.log_id in logs]
        gathering = Gathering(bundle, scope, folder, shown, progress)
        by_log = groupby(read_places(places), key=lambda place: place.log_id)
        following = next(by_log, None)
        for checkpoint in shown:
            entries = following[1] if following and following[0] == checkpoint.log_id else iter(())
            gathering.write_log(checkpoint, entries, ends_of(checkpoint, bundle.held))
            if following and following[0] == checkpoint.log_id:
                following = next(by_log, None)
        gathering.add_files()
        folder.add("README.txt", _README.read_bytes())
        folder.add("verify.py", VERIFIER.read_bytes())
        path = room / "bundle.zip"
        sha256 = folder.pack(_about(bundle, scope.left_out, now), named_witnesses(), path)
    progress(gathering.entries, gathering.entries, "Checking it as an outsider would")
    check_as_outsider(path)
    return MadeBundle(path, sha256, path.stat().st_size, gathering.entries)


def _about(bundle: EvidenceBundle, left_out: tuple[str, ...], now: datetime) -> About:
    start, end = bundle.period_start, bundle.period_end
    return About(
        id=str(bundle.pk),
        kind=bundle.about,
        about_id=str(bundle.about_id),
        made_at=instant(now),
        made_for=Actor.of(bundle.requested_by).label,
        start=None if start is None else instant(start),
        end=None if end is None else instant(end),
        left_out=left_out,
    )


def _where_it_may_be(subject_type: str, subject_id: object) -> str:
    detached = ArchivedPartition.objects.filter(state=ArchivedPartition.State.DETACHED)
    names = ", ".join(detached.order_by("name").values_list("name", flat=True))
    hint = f"Restore what is in the archive only ({names}), and ask again" if names else ""
    return f"Entries about {subject_type} {subject_id} are not here. {hint}".strip()
