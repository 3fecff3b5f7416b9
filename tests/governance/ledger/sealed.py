"""A log with leaves, checkpoints and witnesses, as rows."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from governance.ledger.checkpoint import Checkpoint as Tree
from governance.ledger.checkpoint import sign_checkpoint
from governance.ledger.merkle import EMPTY_ROOT
from governance.models import Checkpoint, Log
from tests.factories import NOON

LOG_KEY = Ed25519PrivateKey.from_private_bytes(b"L" * 32)


def open_log(**values) -> Log:
    """The installation's log, empty unless the values say otherwise."""
    given = {"origin": settings.COUNTERSIGN_LOG_ORIGIN, "root": EMPTY_ROOT, "opened_at": NOON}
    return Log.objects.create(**given | values)


def checkpoint_at(log: Log, size: int, root: bytes = EMPTY_ROOT, at: datetime = NOON) -> Checkpoint:
    signed = sign_checkpoint(Tree(log.origin, size, root), [LOG_KEY])
    return Checkpoint.objects.create(log=log, size=size, root=root, note=signed, signed_at=at)
