"""Signing what is sent, as Standard Webhooks has it. Pure: no Django.

Source: Standard Webhooks specification 1.0, "Symmetric" (scheme v1): HMAC-SHA256 over
`id.timestamp.body`, Base64, with the prefix `v1,`; one for each valid secret, separated by spaces.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterable, Mapping

SECRET_PREFIX = "whsec_"
# The specification asks for 24 to 64 random bytes.
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret as its owner gets it: whsec_ and Base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(
    *, message_id: str, timestamp: int, body: bytes, secrets: Iterable[str]
) -> Mapping[str, str]:
    """The three headers of a message. `timestamp`: seconds since 1970, of this attempt."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
