"""What a bundle says of a log beside its entries: checkpoint, keys, growth, time stamp."""

from __future__ import annotations

from typing import Any

from governance.evidence.writing import Growth, LogEnds, Stamp
from governance.ledger.checkpoint import Checkpoint as Tree
from governance.ledger.leaf import instant
from governance.ledger.note import SignedNote
from governance.ledger.tiles import consistency_proof
from governance.ledger.tree_rows import tile_reader
from governance.models import Checkpoint, CheckpointTimestamp, Log, Witness
from governance.selectors.published import cosigned_note, with_cosignatures


def ends_of(checkpoint: Checkpoint, held: str) -> LogEnds:
    """The ends of the checkpoint's log. `held`: a checkpoint of some log, or empty."""
    [whole] = with_cosignatures(Checkpoint.objects.filter(pk=checkpoint.pk))
    log = checkpoint.log
    stamp = CheckpointTimestamp.objects.filter(checkpoint=checkpoint).first()
    return LogEnds(
        origin=log.origin,
        checkpoint=cosigned_note(whole),
        keys=[
            {
                "verifier": key.verifier,
                "introduced_at": instant(key.introduced_at),
                "retired_at": key.retired_at and instant(key.retired_at),
            }
            for key in log.keys.order_by("introduced_at", "id")
        ],
        growth=_growth(log, checkpoint.size, held),
        stamp=None if stamp is None else Stamp(bytes(stamp.token), bytes(checkpoint.note)),
    )


def named_witnesses() -> list[dict[str, Any]]:
    """Every witness that was ever trusted, as keys.json tells them."""
    return [
        {
            "verifier": witness.verifier,
            "trusted_at": instant(witness.trusted_at),
            "distrusted_at": witness.distrusted_at and instant(witness.distrusted_at),
        }
        for witness in Witness.objects.order_by("id")
    ]


def _growth(log: Log, size: int, held: str) -> Growth | None:
    if not held:
        return None
    tree = Tree.parse(SignedNote.parse(held.encode()).text)
    if tree.origin != log.origin:
        return None
    return Growth(held.encode(), consistency_proof(tree.size, size, tile_reader(log)))
