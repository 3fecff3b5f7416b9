"""Who calls: a person with a session, or a client with an API key."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from governance.models import ApiClient, ApiKey

_REFUSED = "The API key is unknown, expired or revoked."


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer prefix.secret`. The key becomes `request.auth`, its client the user.

    A fast hash is enough: the secret is 256 random bits, not something a person chose.
    """

    def authenticate(self, request: Request) -> tuple[ApiClient, ApiKey] | None:
        scheme, _, credentials = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        try:
            prefix, _, secret = credentials.decode("ascii").partition(".")
        except UnicodeDecodeError as fault:
            raise AuthenticationFailed(_REFUSED) from fault
        if not prefix.isprintable():
            raise AuthenticationFailed(_REFUSED)  # PostgreSQL could not even look for a NUL.
        key = ApiKey.objects.select_related("client").filter(prefix=prefix).first()
        # The digest is compared also for an unknown prefix, so that both take the same time.
        given = hashlib.sha256(secret.encode()).hexdigest()
        known = hmac.compare_digest(given, key.secret_sha256 if key else "0" * 64)
        if key is None or not known or not key.is_usable(timezone.now()):
            raise AuthenticationFailed(_REFUSED)
        return key.client, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="countersign"'


def key_of(request: Any) -> ApiKey | None:
    """The API key of a request; None for a person's session."""
    return request.auth if isinstance(request.auth, ApiKey) else None
