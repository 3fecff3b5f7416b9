"""Which keys sign a log's checkpoints, and which ever did."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from governance.ledger.key_files import KeysUnreadable, read_key_files
from governance.ledger.note import VerifierKey
from governance.models import Log


def signing_keys() -> list[Ed25519PrivateKey]:
    """The private keys of this process, in the order of their files. Raises KeysUnreadable.

    Only the sealer has any.
    """
    if settings.COUNTERSIGN_CHECKPOINT_KEYS is None:
        raise KeysUnreadable("COUNTERSIGN_CHECKPOINT_KEYS names no folder, so nothing is signed")
    return read_key_files(settings.COUNTERSIGN_CHECKPOINT_KEYS)


def verifier_keys(log: Log) -> list[VerifierKey]:
    """The public keys that a log ever introduced, retired ones too, oldest first."""
    texts = log.keys.order_by("introduced_at", "id").values_list("verifier", flat=True)
    return [VerifierKey.parse(text) for text in texts]
