"""What of a log is published: its checkpoints, with the lines of those who cosigned them."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from governance.models import Checkpoint, Cosignature


def checkpoints_of(origin: str) -> QuerySet[Checkpoint]:
    """The published checkpoints of a log."""
    return Checkpoint.objects.filter(log__origin=origin)


def newest_checkpoint(origin: str) -> Checkpoint | None:
    """The one with the most leaves, with its log and its cosignatures; None before the first."""
    return with_cosignatures(checkpoints_of(origin)).order_by("-size").first()


def published_size(origin: str) -> int:
    """Leaves of the newest checkpoint: what lies beyond is not published. 0 before the first."""
    newest = checkpoints_of(origin).order_by("-size").values_list("size", flat=True).first()
    return newest or 0


def with_cosignatures(checkpoints: QuerySet[Checkpoint]) -> QuerySet[Checkpoint]:
    """With the lines of the witnesses that are trusted now, oldest first; one query more."""
    trusted = Cosignature.objects.filter(witness__distrusted_at=None).select_related("witness")
    return checkpoints.select_related("log").prefetch_related(
        Prefetch("cosignatures", trusted.order_by("id"))
    )


def cosigned_note(checkpoint: Checkpoint) -> bytes:
    """The note as it was published, and a line for each cosignature that was read with it."""
    lines = [f"{cosignature.line}\n" for cosignature in checkpoint.cosignatures.all()]
    return bytes(checkpoint.note) + "".join(lines).encode()
