"""The identity vault: from an external reference to a pseudonym."""

from __future__ import annotations

import hmac
from datetime import datetime

from django.db import IntegrityError, transaction

from governance.ledger.keys import index_key, seal, unseal, wrapping_key
from governance.ledger.payloads import new_subject_key
from governance.models import SubjectIdentity, SubjectKey


def subject_for(reference: str | None, *, now: datetime) -> SubjectKey:
    """The subject behind the caller's `reference`, made on first sight. A step, in a transaction.

    None: the caller names nobody, so a fresh pseudonym that leads to nobody.
    """
    if reference is None:
        subject = new_subject_key(now)
        subject.save(force_insert=True)
        return subject
    index = _index(reference)
    known = _known(index)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _enrol(reference, index, now)
    except IntegrityError:
        # Another intake enrolled the same person between our look and our insert.
        known = _known(index)
        if known is None:
            raise
        return known


def known_subject(reference: str) -> SubjectKey | None:
    """The subject behind the caller's `reference`; None where nobody was named so, or they were
    erased. Nothing of it is kept."""
    return _known(_index(reference))


def external_reference(subject: SubjectKey) -> str | None:
    """The caller's reference of a subject; None where nobody was named or it was erased."""
    identity = SubjectIdentity.objects.filter(subject=subject).first()
    if identity is None:
        return None
    return unseal(wrapping_key(), bytes(identity.sealed_reference), subject.pk.bytes).decode()


def _index(reference: str) -> bytes:
    return hmac.digest(index_key(), reference.encode(), "sha256")


def _known(index: bytes) -> SubjectKey | None:
    identity = (
        SubjectIdentity.objects.select_related("subject").filter(reference_index=index).first()
    )
    return None if identity is None else identity.subject


def _enrol(reference: str, index: bytes, now: datetime) -> SubjectKey:
    subject = new_subject_key(now)
    subject.save(force_insert=True)
    SubjectIdentity(
        subject=subject,
        reference_index=index,
        sealed_reference=seal(wrapping_key(), reference.encode(), subject.pk.bytes),
    ).save(force_insert=True)
    return subject
