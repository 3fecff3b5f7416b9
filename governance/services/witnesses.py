"""Witnesses: second parties whose cosignatures on the checkpoints are taken."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from governance.errors import DomainError, FieldError, InputInvalid
from governance.ledger import record
from governance.ledger.note import Algorithm, KeyMalformed, VerifierKey
from governance.models import Actor, CheckpointKey, Witness


class WitnessTrusted(DomainError):
    code = "witness_trusted"
    status = 409
    title = "That witness is trusted already"


class WitnessDistrusted(DomainError):
    code = "witness_distrusted"
    status = 409
    title = "That witness is not trusted any more"


@transaction.atomic
def trust_witness(*, verifier: str, url: str = "", actor: Actor, now: datetime) -> Witness:
    """Take cosignatures by the key `verifier` from now on. `url`: where it is asked for them, or
    empty where it comes by itself. A witness that was dismissed is taken on again.

    Raises InputInvalid (no key of a witness, an address that may not be called), WitnessTrusted.
    """
    errors = [*_key_faults(verifier), *address_faults(url)]
    if errors:
        raise InputInvalid("The witness cannot be taken on", errors=errors)
    known = Witness.objects.filter(verifier=verifier).select_for_update(no_key=True).first()
    if known is not None and known.distrusted_at is None:
        raise WitnessTrusted(f"{known} has been trusted since {known.trusted_at.isoformat()}")
    witness = known or Witness(verifier=verifier)
    witness.url, witness.trusted_at, witness.distrusted_at = url, now, None
    record.keep(
        witness,
        "governance.witness.trusted",
        actor=actor,
        at=now,
        body={"verifier": verifier, "url": url},
    )
    return witness


@transaction.atomic
def distrust_witness(*, witness: Witness, actor: Actor, now: datetime) -> Witness:
    """Take no more cosignatures of a witness; those that it gave stay. Raises WitnessDistrusted."""
    held = Witness.objects.select_for_update(no_key=True).get(pk=witness.pk)
    if held.distrusted_at is not None:
        raise WitnessDistrusted(f"{held} was dismissed at {held.distrusted_at.isoformat()}")
    held.distrusted_at = now
    record.keep(
        held,
        "governance.witness.distrusted",
        actor=actor,
        at=now,
        body={"verifier": held.verifier},
        fields=["distrusted_at"],
    )
    return held


def _key_faults(verifier: str) -> list[FieldError]:
    try:
        key = VerifierKey.parse(verifier)
    except KeyMalformed as fault:
        return [FieldError("/verifier", str(fault), "malformed")]
    if key.algorithm is not Algorithm.COSIGNATURE_V1:
        return [FieldError("/verifier", "The key makes no cosignatures (type 0x04).", "algorithm")]
    own = CheckpointKey.objects.values_list("verifier", flat=True)
    if key.public in {VerifierKey.parse(one).public for one in own}:
        return [FieldError("/verifier", "A log cannot be its own witness.", "own_key")]
    return []


def address_faults(url: str) -> list[FieldError]:
    """What forbids that this server calls `url`, which a person has typed in: it must not become
    a way to what only this server can reach, so that plain HTTP takes the operator's leave."""
    if not url:
        return []
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return [FieldError("/url", "This is no address.", "malformed")]
    if parts.scheme not in ("http", "https") or not host:
        return [FieldError("/url", "Must begin with https:// and name a host.", "malformed")]
    if parts.username or parts.password or parts.query or parts.fragment:
        return [FieldError("/url", "Must hold nothing but host, port and path.", "malformed")]
    if parts.scheme != "https" and host not in settings.COUNTERSIGN_WITNESS_HOSTS:
        return [FieldError("/url", "Must begin with https://.", "not_https")]
    return []
