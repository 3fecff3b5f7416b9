"""The master key and what it protects: subject keys, the index of the identity vault, the secrets
of webhooks and the addresses of chats."""

from __future__ import annotations

import secrets
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32
_NONCE_BYTES = 12


def seal(key: bytes, clear: bytes, context: bytes) -> bytes:
    """AES-256-GCM with a random 96-bit nonce in front (NIST SP 800-38D, section 8.2.2).

    `context` is authenticated and not stored: a sealed value opens only where it belongs.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, clear, context)


def unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Raises cryptography.exceptions.InvalidTag for another key, context or content."""
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)


def wrapping_key() -> bytes:
    """Wraps subject keys. Derived, so that the master key itself seals nothing."""
    return _derived(settings.COUNTERSIGN_MASTER_KEY, b"countersign subject keys")


def index_key() -> bytes:
    """Keys the vault's index of external references."""
    return _derived(settings.COUNTERSIGN_MASTER_KEY, b"countersign identity index")


def chat_key() -> bytes:
    """Seals the addresses of chats."""
    return _derived(settings.COUNTERSIGN_MASTER_KEY, b"countersign chat addresses")


def webhook_key() -> bytes:
    """Seals the secrets that sign what is sent to integrators."""
    return _derived(settings.COUNTERSIGN_MASTER_KEY, b"countersign webhook secrets")


@cache
def _derived(master: bytes, purpose: bytes) -> bytes:
    """HKDF-SHA256 (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(master)
