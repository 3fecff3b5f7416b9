"""The secrets: how each is written down, checked, and made once for a machine of one's own.

In production they come from the environment. Elsewhere `make_keys` writes them into the data
directory at the first start, readable by their owner alone.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass
from pathlib import Path

from governance.durable_file import make_folder, write_file
from governance.ledger.key_files import add_key_file, new_key_pem, read_key_pem

MASTER_KEY_BYTES = 32
# Django's own start-up check calls a shorter one weak (security.W009).
SECRET_KEY_CHARACTERS = 50


@dataclass(frozen=True, slots=True)
class Keys:
    """`secret_key` signs sessions, `master_key` (32 bytes) wraps subject keys,
    `permit_key` (Ed25519, PKCS#8 PEM) signs permits."""

    secret_key: str
    master_key: bytes
    permit_key: bytes


def checked_secret_key(text: str) -> str:
    """Return `text`. Raises ValueError if it is too short to sign sessions with."""
    if len(text) < SECRET_KEY_CHARACTERS:
        raise ValueError(f"Must have at least {SECRET_KEY_CHARACTERS} characters.")
    return text


def decode_master_key(text: str) -> bytes:
    """Return the 32 bytes that `text` holds in Base64. Raises ValueError otherwise."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        raise ValueError("Must be Base64.") from None
    if len(key) != MASTER_KEY_BYTES:
        raise ValueError(f"Must be {MASTER_KEY_BYTES} bytes in Base64, not {len(key)}.")
    return key


def checked_permit_key(pem: bytes) -> bytes:
    """Return `pem`. Raises ValueError unless it is an unencrypted Ed25519 private key."""
    read_key_pem(pem)
    return pem


def new_keys() -> Keys:
    """Return three new random keys."""
    return Keys(
        secret_key=secrets.token_urlsafe(64),
        master_key=secrets.token_bytes(MASTER_KEY_BYTES),
        permit_key=new_key_pem(),
    )


def read_keys(directory: Path) -> Keys | None:
    """Return the keys that `make_keys` wrote, or None before it did.

    Raises ValueError if one was damaged: a new one in its place would orphan what it sealed.
    """
    try:
        return Keys(
            secret_key=checked_secret_key((directory / "secret_key").read_text()),
            master_key=decode_master_key((directory / "master_key").read_text()),
            permit_key=checked_permit_key((directory / "permit_key.pem").read_bytes()),
        )
    except FileNotFoundError:
        return None


def make_keys(directory: Path, checkpoint_keys: Path) -> None:
    """Write the keys that are missing in `directory`, and the first one that signs checkpoints
    into the folder `checkpoint_keys`; those that exist stay as they are."""
    make_folder(directory, mode=0o700)
    made = new_keys()
    _write_once(directory / "secret_key", made.secret_key.encode())
    _write_once(directory / "master_key", base64.b64encode(made.master_key))
    _write_once(directory / "permit_key.pem", made.permit_key)
    # Where the ledger has a key, another one is its owner's decision.
    if not any(checkpoint_keys.glob("*.pem")):
        add_key_file(checkpoint_keys)


def _write_once(path: Path, content: bytes) -> None:
    if not path.exists():
        write_file(path, [content], mode=0o600)
