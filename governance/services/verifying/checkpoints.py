"""The checkpoints that the database keeps: each is that of the tree, and signed by its keys."""

from __future__ import annotations

from collections.abc import Iterator

from governance.ledger.checkpoint import open_checkpoint
from governance.ledger.note import NoteRejected, VerifierKey
from governance.ledger.verify import Fault, Wrong
from governance.ledger.verify_tree import Row, roots_at
from governance.models import Checkpoint, Log
from governance.services.verifying.archived import Archive
from governance.services.verifying.log_keys import LogKeys
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.plan import Share


def check_checkpoints(log: Log, share: Share, before: Row, hashes: Row, outcome: Outcome) -> None:
    """Compare every checkpoint whose tree ends in this part of the leaves.

    `before`: the perfect subtrees left of the part; `hashes`: those of its leaves.
    """
    smallest = share.low + 1 if share.low else 0
    kept = Checkpoint.objects.filter(log=log, size__gte=smallest, size__lte=share.high)
    states = list(kept.order_by("size").values_list("size", "root", "note"))
    if not states:
        return
    keys = LogKeys(log, Archive())
    roots = dict(roots_at([size for size, _, _ in states], share.low, before, hashes))
    for size, root, note in states:
        outcome.add(_faults(log, size, bytes(root), bytes(note), roots[size], keys.signing(size)))
    outcome.counts["checkpoints"] += len(states)


def _faults(
    log: Log, size: int, root: bytes, note: bytes, tree_root: bytes, keys: list[VerifierKey]
) -> Iterator[Fault]:
    place, index = f"checkpoint at {size}", max(size - 1, 0)
    try:
        signed, _ = open_checkpoint(note, log.origin, keys)
    except NoteRejected as fault:
        yield Fault(Wrong.CHECKPOINT_CHANGED, place, f"its note is rejected: {fault}", index)
        return
    if (signed.size, signed.root) != (size, root):
        yield Fault(Wrong.CHECKPOINT_CHANGED, place, "its row is not what its note says", index)
    if signed.root != tree_root:
        detail = f"its root is not that of the first {size} leaves"
        yield Fault(Wrong.CHECKPOINT_CHANGED, place, detail, index)
