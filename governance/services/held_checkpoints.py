"""The checkpoint that an auditor holds already, before a bundle is made with it."""

from __future__ import annotations

from governance.errors import DomainError, FieldError, InputInvalid
from governance.ledger.checkpoint import Checkpoint, open_checkpoint
from governance.ledger.note import NoteRejected, SignedNote
from governance.ledger.signing import verifier_keys
from governance.ledger.tiles import TileMissing, root_at
from governance.ledger.tree_rows import tile_reader
from governance.models import Log

LONGEST_HELD = 20_000  # characters; a note with a hundred signatures


class HistoryDiffers(DomainError):
    """The log is not the one that the auditor was shown: it was set back, or forked."""

    code = "history_differs"
    title = "The ledger is not the one that this checkpoint is of"


def read_held(note: str) -> tuple[Log, Checkpoint]:
    """The log and the tree of a checkpoint that somebody holds.

    Raises InputInvalid for what no log of ours signed, and HistoryDiffers for what one did sign and
    no longer is. That is no mistake of the auditor's: the operator has to look.
    """
    try:
        origin = Checkpoint.parse(SignedNote.parse(note.encode()).text).origin
        log = Log.objects.get(origin=origin)
        held, _ = open_checkpoint(note.encode(), origin, verifier_keys(log))
    except NoteRejected as fault:
        raise _unreadable(str(fault)) from fault
    except Log.DoesNotExist as fault:
        raise _unreadable(f"There is no log {origin} here") from fault
    try:
        root = root_at(held.size, tile_reader(log))
    except TileMissing as fault:
        raise HistoryDiffers(
            f"You hold a checkpoint over {held.size:,} entries, and the log has {log.size:,}: it "
            "was set back. Show your checkpoint to the operator"
        ) from fault
    if root != held.root:
        raise HistoryDiffers(
            f"The log's first {held.size:,} entries have another root than your checkpoint: it was "
            "forked. Show your checkpoint to the operator"
        )
    return log, held


def _unreadable(why: str) -> InputInvalid:
    return InputInvalid(
        "The checkpoint is none of this ledger", errors=[FieldError("/held", why, "checkpoint")]
    )
