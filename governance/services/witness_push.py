"""Asking witnesses that have an address to cosign the newest checkpoint (C2SP tlog-witness)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings

from governance.errors import DomainError
from governance.ledger.bounded_http import Answer, NoAnswer, ask
from governance.ledger.checkpoint import CheckpointMalformed, parse_size
from governance.ledger.cosignature import encode_add_checkpoint
from governance.ledger.note import NoteRejected, SignatureLine, VerifierKey
from governance.ledger.tiles import TileMissing, consistency_proof
from governance.ledger.tree_rows import tile_reader
from governance.models import Actor, Checkpoint, LedgerAlarm, Witness
from governance.selectors.published import newest_checkpoint, published_size
from governance.services.cosigning import keep_cosignatures, trusted_witnesses
from governance.services.ledger_alarms import clear_alarm, raise_alarm
from governance.services.witnesses import address_faults

logger = logging.getLogger(__name__)

MAX_ANSWER_BYTES = 20_000
WITHIN_SECONDS = 10.0
_SIZE_KIND = "text/x.tlog.size"


class Said(StrEnum):
    """What a witness said to a checkpoint."""

    COSIGNED = "cosigned"
    NOTHING = "nothing"  # No answer, or none that says anything about the tree.
    OTHER_HISTORY = "other_history"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of asking one witness; `detail` in a sentence where it did not cosign."""

    witness: Witness
    said: Said
    detail: str = ""


class _WitnessAt(Exception):
    """The witness stands at another size than it was asked from."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class _Refused(Exception):
    """The witness did not cosign."""

    def __init__(self, said: Said, detail: str) -> None:
        super().__init__(detail)
        self.said, self.detail = said, detail


def push_newest_checkpoint(*, actor: Actor, now: datetime) -> list[Reply]:
    """Ask every trusted witness that has an address, each for itself, and keep what they sign.

    A witness that knows another history raises an alarm; it is cleared when all of them answered
    and none does. Not in a transaction: it waits for others.
    """
    checkpoint = newest_checkpoint(settings.COUNTERSIGN_LOG_ORIGIN)
    asked = {key: one for key, one in trusted_witnesses().items() if one.url}
    if checkpoint is None or not asked:
        clear_alarm(kind=LedgerAlarm.Kind.DISPUTED, actor=actor, now=now)
        return []
    replies = [_asked(key, witness, checkpoint, now) for key, witness in asked.items()]
    for reply in replies:
        if reply.said is not Said.COSIGNED:
            logger.warning("witness %s: %s", reply.witness, reply.detail)
    disputes = [reply for reply in replies if reply.said is Said.OTHER_HISTORY]
    if disputes:
        detail = "; ".join(f"{reply.witness}: {reply.detail}" for reply in disputes)
        raise_alarm(kind=LedgerAlarm.Kind.DISPUTED, detail=detail, actor=actor, now=now)
    elif all(reply.said is Said.COSIGNED for reply in replies):
        clear_alarm(kind=LedgerAlarm.Kind.DISPUTED, actor=actor, now=now)
    return replies


def _asked(key: VerifierKey, witness: Witness, checkpoint: Checkpoint, now: datetime) -> Reply:
    if checkpoint.cosignatures.filter(witness=witness).exists():
        return Reply(witness, Said.COSIGNED)
    try:
        if address_faults(witness.url):
            raise _Refused(Said.NOTHING, f"{witness.url} may not be called from here (any more)")
        try:
            answer = _answer(witness, checkpoint, _last_cosigned(witness, checkpoint))
        except _WitnessAt as elsewhere:
            answer = _answer(witness, checkpoint, elsewhere.size)
        lines = [SignatureLine.parse(line) for line in answer.body.decode().splitlines()]
        keep_cosignatures(checkpoint, lines, {key: witness}, now)
    except _Refused as refusal:
        return Reply(witness, refusal.said, refusal.detail)
    except _WitnessAt as elsewhere:
        return Reply(witness, Said.NOTHING, f"it has moved on to {elsewhere.size}")
    except (NoAnswer, NoteRejected, UnicodeDecodeError, DomainError, TileMissing) as fault:
        return Reply(witness, Said.NOTHING, str(fault))
    return Reply(witness, Said.COSIGNED)


def _last_cosigned(witness: Witness, checkpoint: Checkpoint) -> int:
    """The size that the witness will know; it says so where it knows another one."""
    last = witness.cosignatures.select_related("checkpoint").order_by("-checkpoint_id").first()
    return last.checkpoint.size if last and last.checkpoint.log_id == checkpoint.log_id else 0


def _answer(witness: Witness, checkpoint: Checkpoint, old: int) -> Answer:
    """The answer of a witness that cosigned. Raises _WitnessAt, _Refused, NoAnswer, TileMissing."""
    proof = consistency_proof(old, checkpoint.size, tile_reader(checkpoint.log))
    answer = ask(
        f"{witness.url.rstrip('/')}/add-checkpoint",
        body=encode_add_checkpoint(old, proof, bytes(checkpoint.note)),
        most_bytes=MAX_ANSWER_BYTES,
        within=WITHIN_SECONDS,
    )
    if answer.status == 200:
        return answer
    what = f"asked from {old} to {checkpoint.size} it answers {answer.status}"
    if answer.status == 422:
        raise _Refused(Said.OTHER_HISTORY, f"{what}: our tree does not continue the one it knows")
    if answer.status == 409:
        _look_at_conflict(answer, checkpoint, old, what)
    raise _Refused(Said.NOTHING, what)


def _look_at_conflict(answer: Answer, checkpoint: Checkpoint, old: int, what: str) -> None:
    known = _size_in(answer)
    if known in (None, old) and old == checkpoint.size:
        raise _Refused(Said.OTHER_HISTORY, f"{what}: it knows another tree of that size")
    if known is None or known == old:
        return
    if known <= checkpoint.size:
        raise _WitnessAt(known)
    # Perhaps we published more since; if we did not, we have lost what it has seen.
    if known > published_size(checkpoint.log.origin):
        raise _Refused(Said.OTHER_HISTORY, f"{what}: it knows {known} entries, more than we have")


def _size_in(answer: Answer) -> int | None:
    """The size in a conflict's body; None where it holds none."""
    if answer.kind != _SIZE_KIND:
        return None
    try:
        return parse_size(answer.body.decode("ascii").removesuffix("\n"))
    except (UnicodeDecodeError, CheckpointMalformed):
        return None
