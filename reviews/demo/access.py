"""The demo integrator's client and key."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from pathlib import Path

from governance.models import ApiClient, ApiKey, Scope, User
from governance.services.api_keys import create_client, issue_key, revoke_key
from reviews.demo.catalogue import SYSTEMS
from reviews.demo.credentials import read_api_key, write_api_key
from reviews.demo.staffing import LOADER

CLIENT_NAME = "Demo integrator"
_VALID_FOR = timedelta(days=90)


def ensure_access(*, owner: User, data_dir: Path, now: datetime) -> str:
    """The text of a usable key of the demo's client; afterwards it is in the data directory.

    The kept key where it still works; else a new one, and the client's others are revoked: nobody
    has them any more.
    """
    client = ApiClient.objects.filter(name=CLIENT_NAME, owner=owner).first() or create_client(
        name=CLIENT_NAME,
        systems=[spec.slug for spec in SYSTEMS],
        owner=owner,
        actor=LOADER,
        now=now,
    )
    kept = read_api_key(data_dir)
    if kept is not None and _works(kept, client, now):
        return kept
    for key in client.keys.filter(revoked_at=None):
        revoke_key(key=key, actor=LOADER, now=now)
    issued = issue_key(
        client=client,
        scopes=list(Scope),
        expires_at=now + _VALID_FOR,
        actor=LOADER,
        now=now,
    )
    write_api_key(issued.text, data_dir=data_dir)
    return issued.text


def _works(text: str, client: ApiClient, now: datetime) -> bool:
    prefix, _, secret = text.partition(".")
    key = ApiKey.objects.select_related("client").filter(prefix=prefix, client=client).first()
    given = hashlib.sha256(secret.encode()).hexdigest()
    return key is not None and hmac.compare_digest(given, key.secret_sha256) and key.is_usable(now)
