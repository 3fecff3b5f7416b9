"""Which checkpoint a bundle is made with: one that covers all that was entered before it was asked
for.

An entry that was committed before another one began has the lower place (see the sealer). So a
checkpoint that covers the entry of the bundle's own request covers everything before it: no clock
and no list of what is pending need be trusted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from governance.models import Checkpoint, EvidenceBundle, Leaf, LedgerEntry, Log
from governance.services.cosigning import trusted_witnesses

# The sealer takes a second; where it stands still, somebody must be told.
LONGEST_WAIT = timedelta(minutes=5)
# A cosigned checkpoint convinces more people; witnesses sign at their own pace.
PATIENCE_WITH_WITNESSES = timedelta(minutes=1)


def covering_checkpoint(bundle: EvidenceBundle, now: datetime) -> Checkpoint | None:
    """The newest published checkpoint that covers the request, if there is one to be made with.

    Where witnesses are trusted, one that they cosigned is waited for a while.
    """
    request = LedgerEntry.objects.filter(
        subject_type=bundle._meta.label_lower, subject_id=bundle.pk, object_seq=1
    )
    leaf = Leaf.objects.filter(entry_id__in=request.values("pk")).first()
    if leaf is None:
        return None
    covering = Checkpoint.objects.filter(log=leaf.log_id, size__gt=leaf.index).order_by("-size")
    cosigned = covering.filter(
        cosignatures__isnull=False, cosignatures__witness__distrusted_at=None
    ).first()
    if cosigned is not None or not trusted_witnesses():
        return cosigned or covering.first()
    impatient = now - bundle.requested_at > PATIENCE_WITH_WITNESSES
    return covering.first() if impatient else None


def has_waited_too_long(bundle: EvidenceBundle, now: datetime) -> bool:
    return now - bundle.requested_at > LONGEST_WAIT


def checkpoints_with(covering: Checkpoint) -> list[Checkpoint]:
    """The newest checkpoint of each log that was closed before, oldest log first, and this one."""
    closed = Log.objects.filter(pk__lt=covering.log_id).order_by("pk")
    newest = (log.checkpoints.order_by("-size").first() for log in closed)
    return [*(checkpoint for checkpoint in newest if checkpoint is not None), covering]


def why_it_waits() -> str:
    """A sentence for who waits in vain."""
    troubles = Log.objects.exclude(trouble="").values_list("trouble", flat=True)
    told = "".join(f" The sealer says: {trouble}" for trouble in troubles[:1])
    return (
        "What was entered before the request has not been sealed for "
        f"{LONGEST_WAIT.seconds // 60} minutes, so there is nothing to prove it with.{told}"
    )
