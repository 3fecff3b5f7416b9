"""Permits: what exactly may be executed, signed, for a short time, once.

JWS with EdDSA over Ed25519 (RFC 7515, RFC 8037), checkable offline with the keys of
`/.well-known/jwks.json`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import jwt
import rfc8785
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from governance.ids import uuid7
from governance.ledger.record import Event
from models_registry.models import Halt
from reviews.errors import PermitInvalid
from reviews.models import Decision, Permit, PermitVoid
from reviews.models.permit import PermitQuerySet
from reviews.services.halt_turns import make_halts_wait

TYPE = "countersign-permit+jwt"
_ALGORITHM = "EdDSA"
_VOIDED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class _SigningKey:
    private: Ed25519PrivateKey
    public: Ed25519PublicKey
    key_id: str


def content(decision: Decision, outcome: str) -> dict[str, Any]:
    """What may be executed: the outcome, for this decision and these facts."""
    return {
        "decision": str(decision.pk),
        "external_id": decision.external_id,
        "decision_type": decision.decision_type.slug,
        "outcome": outcome,
        "facts": decision.decision_type.as_declared(decision.facts),
    }


def digest(decision: Decision, outcome: str) -> str:
    """SHA-256 of the RFC 8785 JSON of `content`, hex."""
    return hashlib.sha256(rfc8785.dumps(content(decision, outcome))).hexdigest()


def issue(
    *,
    decision: Decision,
    outcome: str,
    disposition: str,
    policy_version: UUID | None,
    verdict_ids: Sequence[UUID],
    ttl: timedelta,
    now: datetime,
    not_after: datetime | None = None,
) -> Permit:
    """Sign and store a permit (a step). The caller has made sure that it may be given."""
    until = now + ttl
    permit = Permit(
        id=uuid7(),
        decision=decision,
        outcome=outcome,
        digest=digest(decision, outcome),
        verdict_ids=list(verdict_ids),
        issued_at=now,
        expires_at=until if not_after is None else min(until, not_after),
    )
    key = _signing_key(settings.COUNTERSIGN_PERMIT_KEY)
    permit.token = jwt.encode(
        {
            "iss": settings.COUNTERSIGN_LOG_ORIGIN,
            "jti": str(permit.pk),
            "sub": str(decision.pk),
            "iat": int(now.timestamp()),
            "exp": int(permit.expires_at.timestamp()),
            "outcome": outcome,
            "digest": permit.digest,
            "model_version": decision.model_version.version,
            "policy_version": None if policy_version is None else str(policy_version),
            "disposition": disposition,
            "verdicts": [str(verdict) for verdict in verdict_ids],
        },
        key.private,
        algorithm=_ALGORITHM,
        headers={"typ": TYPE, "kid": key.key_id},
    )
    permit.save(force_insert=True)
    return permit


def issued(permit: Permit) -> Event:
    """The ledger event of an issued permit."""
    return Event(
        "reviews.permit.issued",
        permit,
        {
            "decision": str(permit.decision_id),
            "outcome": permit.outcome,
            "digest": permit.digest,
            "verdicts": [str(verdict) for verdict in permit.verdict_ids],
        },
    )


def take_turns(decision: Decision) -> None:
    """Make halts and uses of this decision's permits wait until the transaction ends (a step).

    One order for all, so that there is no deadlock: the case, the halt's turn, the permits.
    """
    make_halts_wait(decision.system_id)
    list(Permit.objects.filter(decision=decision).select_for_update().order_by("id"))


def void_outstanding(
    permits: PermitQuerySet, reason: PermitVoid.Reason, now: datetime, halt: Halt | None = None
) -> list[Event]:
    """Make those of `permits` void that could still be used (a step). Returns the ledger events."""
    outstanding = permits.outstanding(now).order_by("id").values_list("pk", flat=True)
    # First the locks, then the look: a use that we waited for must not be overlooked.
    locked = list(outstanding.select_for_update(of=("self",)))
    still = Permit.objects.outstanding(now).filter(pk__in=locked).order_by("id")
    voids = [
        PermitVoid(permit_id=key, reason=reason, voided_at=now, halt=halt)
        for key in still.values_list("pk", flat=True)
    ]
    PermitVoid.objects.bulk_create(voids, batch_size=_VOIDED_AT_ONCE)
    said = {"reason": reason.value, "halt": None if halt is None else str(halt.pk)}
    return [
        Event("reviews.permit.voided", void, {"permit": str(void.permit_id), **said})
        for void in voids
    ]


def read_token(token: str) -> UUID:
    """The id of the permit that a token names. Raises PermitInvalid for a forged or broken one.

    The time is not looked at: the stored permit says when it expires, by our clock.
    """
    key = _signing_key(settings.COUNTERSIGN_PERMIT_KEY)
    try:
        claims = jwt.decode(
            token,
            key.public,
            algorithms=[_ALGORITHM],
            options={"verify_exp": False, "verify_iat": False, "require": ["jti", "sub"]},
        )
        if jwt.get_unverified_header(token).get("typ") != TYPE:
            raise PermitInvalid("This is a token of ours, but not a permit")
        return UUID(claims["jti"])
    except (jwt.InvalidTokenError, ValueError) as fault:
        raise PermitInvalid("This is not a permit that was issued here") from fault


def public_keys() -> dict[str, Any]:
    """The JSON Web Key Set (RFC 7517) that checks our permits."""
    key = _signing_key(settings.COUNTERSIGN_PERMIT_KEY)
    return {
        "keys": [{**_public_jwk(key.public), "kid": key.key_id, "use": "sig", "alg": _ALGORITHM}]
    }


@cache
def _signing_key(pem: bytes) -> _SigningKey:
    private = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError("The permit key is not an Ed25519 key")
    public = private.public_key()
    thumbprint = hashlib.sha256(rfc8785.dumps(_public_jwk(public))).digest()  # RFC 7638
    return _SigningKey(private, public, _base64url(thumbprint))


def _public_jwk(key: Ed25519PublicKey) -> dict[str, Any]:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
