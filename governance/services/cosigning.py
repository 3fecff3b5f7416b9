"""Taking witnesses' cosignatures on the checkpoints of our log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from governance.errors import DomainError
from governance.ledger.checkpoint import Checkpoint as Tree
from governance.ledger.cosignature import verify_cosignature
from governance.ledger.note import NoteRejected, SignatureLine, SignedNote, VerifierKey
from governance.models import Checkpoint, Cosignature, Witness

MAX_BODY_BYTES = 20_000
# A witness's clock may be off by as much; a time further ahead would pass for news for ever.
CLOCKS_DIFFER = timedelta(minutes=10)


class NoteUnreadable(DomainError):
    code = "note_unreadable"
    status = 400
    title = "This is no signed checkpoint"


class CheckpointUnknown(DomainError):
    code = "checkpoint_unknown"
    status = 404
    title = "There is no such checkpoint here"


class TreeDiffers(DomainError):
    code = "tree_differs"
    status = 409
    title = "The checkpoint of that size is another one"


class WitnessUnknown(DomainError):
    code = "witness_unknown"
    status = 403
    title = "The cosignatures are not taken"


class CosignatureWrong(DomainError):
    code = "cosignature_wrong"
    status = 422
    title = "A cosignature does not verify"


@transaction.atomic
def take_cosignatures(*, note: bytes, now: datetime) -> list[Cosignature]:
    """Keep the cosignatures under a note whose text is that of a published checkpoint.

    Returns those that are new; a witness's first one on a checkpoint stays. All are kept or none.
    Lines of others, such as the log's own, are passed over. Raises NoteUnreadable,
    CheckpointUnknown, TreeDiffers, WitnessUnknown and CosignatureWrong.
    """
    try:
        signed = SignedNote.parse(note)
        tree = Tree.parse(signed.text)
    except NoteRejected as fault:
        raise NoteUnreadable(str(fault)) from fault
    checkpoint = Checkpoint.objects.filter(log__origin=tree.origin, size=tree.size).first()
    if checkpoint is None or tree.origin != settings.COUNTERSIGN_LOG_ORIGIN:
        raise CheckpointUnknown(f"No checkpoint of {tree.origin} at {tree.size} was published here")
    if _text_of(checkpoint) != signed.text:
        raise TreeDiffers(f"The checkpoint at {tree.size} that was published here says otherwise")
    return keep_cosignatures(checkpoint, signed.signatures, trusted_witnesses(), now)


def keep_cosignatures(
    checkpoint: Checkpoint,
    lines: Iterable[SignatureLine],
    witnesses: Mapping[VerifierKey, Witness],
    now: datetime,
) -> list[Cosignature]:
    """Keep the lines of these witnesses on a published checkpoint (a step); the new ones.

    Raises WitnessUnknown when there is none, CosignatureWrong when one does not verify.
    """
    by_name = {(key.name, key.key_id): key for key in witnesses}
    given: dict[VerifierKey, Cosignature] = {}
    for line in lines:
        key = by_name.get((line.name, line.key_id))
        if key is not None:
            given.setdefault(key, _verified(checkpoint, line, key, witnesses[key], now))
    if not given:
        raise WitnessUnknown("None of the lines is by a witness that is trusted here")
    known = set(checkpoint.cosignatures.values_list("witness_id", flat=True))
    new = [made for made in given.values() if made.witness_id not in known]
    # Somebody may bring the same line in this moment.
    return Cosignature.objects.bulk_create(new, ignore_conflicts=True)


def trusted_witnesses() -> dict[VerifierKey, Witness]:
    """The witnesses that are trusted now, by their keys."""
    trusted = Witness.objects.filter(distrusted_at=None)
    return {VerifierKey.parse(witness.verifier): witness for witness in trusted}


def _verified(
    checkpoint: Checkpoint,
    line: SignatureLine,
    key: VerifierKey,
    witness: Witness,
    now: datetime,
) -> Cosignature:
    try:
        seconds = verify_cosignature(_text_of(checkpoint), line, key)
    except NoteRejected as fault:
        raise CosignatureWrong(str(fault)) from fault
    if seconds > (now + CLOCKS_DIFFER).timestamp():
        raise CosignatureWrong(f"The cosignature of {witness} is of a time to come")
    return Cosignature(
        checkpoint=checkpoint,
        witness=witness,
        line=str(line).removesuffix("\n"),
        cosigned_at=datetime.fromtimestamp(seconds, UTC),
        received_at=now,
    )


def _text_of(checkpoint: Checkpoint) -> str:
    return SignedNote.parse(bytes(checkpoint.note)).text
