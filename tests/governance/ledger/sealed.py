"""Logs, checkpoints and witnesses as rows, and what witnesses sign."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from governance.ledger import cosignature
from governance.ledger.checkpoint import Checkpoint as Tree
from governance.ledger.checkpoint import sign_checkpoint
from governance.ledger.merkle import EMPTY_ROOT
from governance.ledger.note import Algorithm, SignedNote, VerifierKey
from governance.models import Actor, Checkpoint, Cosignature, Log, Witness
from governance.services.cosigning import take_cosignatures
from governance.services.witnesses import trust_witness
from tests.factories import NOON

LOG_KEY = Ed25519PrivateKey.from_private_bytes(b"L" * 32)


def open_log(**values) -> Log:
    """The installation's log, empty unless the values say otherwise."""
    given = {"origin": settings.COUNTERSIGN_LOG_ORIGIN, "root": EMPTY_ROOT, "opened_at": NOON}
    return Log.objects.create(**given | values)


def checkpoint_at(log: Log, size: int, root: bytes = EMPTY_ROOT, at: datetime = NOON) -> Checkpoint:
    signed = sign_checkpoint(Tree(log.origin, size, root), [LOG_KEY])
    return Checkpoint.objects.create(log=log, size=size, root=root, note=signed, signed_at=at)


def new_witness(name: str, url: str = "") -> tuple[Witness, Ed25519PrivateKey]:
    """A trusted witness and its private key."""
    key = Ed25519PrivateKey.generate()
    vkey = VerifierKey.of(name, key, Algorithm.COSIGNATURE_V1)
    actor = Actor.system("setup")
    return trust_witness(verifier=str(vkey), url=url, actor=actor, now=NOON), key


def cosigned_note(
    checkpoint: Checkpoint, witness: Witness, key: Ed25519PrivateKey, at: datetime = NOON
) -> bytes:
    """The checkpoint's text with the witness's line alone."""
    text = SignedNote.parse(bytes(checkpoint.note)).text
    line = cosignature.cosign(text, str(witness), key, int(at.timestamp()))
    return SignedNote(text, (line,)).encode()


def cosigned_by(
    checkpoint: Checkpoint, witness: Witness, key: Ed25519PrivateKey, at: datetime = NOON
) -> Cosignature:
    [kept] = take_cosignatures(note=cosigned_note(checkpoint, witness, key, at), now=at)
    return kept
