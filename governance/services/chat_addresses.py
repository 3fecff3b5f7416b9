"""Where people, queues and roles are told by chat: setting such an address, and removing it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.ledger.keys import chat_key, seal, unseal
from governance.models import Actor, ChatAddress, Destination, ReviewerRole, User
from governance.notices.texts import languages
from governance.services.notice_messages import CHAT
from governance.services.redelivering import let_go_on
from governance.services.webhook_choices import url_faults


@transaction.atomic
def set_own_chat(*, person: User, style: str, url: str, now: datetime) -> ChatAddress:
    """Have a person told at this address too. Raises InputInvalid naming the field."""
    _check(style, url)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    row = ChatAddress.objects.filter(person=person).first() or ChatAddress(person=person)
    return _keep(row, style, url, Actor.of(person), now)


@transaction.atomic
def set_place_chat(
    *,
    queue: str = "",
    role: ReviewerRole | None = None,
    style: str,
    url: str,
    language: str,
    by: User,
    now: datetime,
) -> ChatAddress:
    """Have a queue's or a role's chat told what concerns them, one message for all. `queue`: slug.

    An address that it has already is replaced. Raises InputInvalid: neither of both or both, and
    what names no address, style or language.
    """
    if bool(queue) == (role is not None):
        fault = FieldError("/place", "Name a queue or a role.", "required")
        raise InputInvalid("The address was not kept", errors=[fault])
    _check(style, url, language)
    place = ChatAddress.objects.filter(queue=queue, role=role, person=None, removed_at=None)
    row = place.select_for_update().first() or ChatAddress(queue=queue, role=role)
    row.language = language
    return _keep(row, style, url, Actor.of(by), now)


@transaction.atomic
def remove_chat(*, address_id: UUID, by: User, own_only: bool, now: datetime) -> ChatAddress:
    """Tell nobody there any more; removed twice nothing happens. `own_only`: only the person's own,
    else only those of queues and roles. Raises ChatAddress.DoesNotExist."""
    theirs: QuerySet[ChatAddress] = (
        ChatAddress.objects.filter(person=by)
        if own_only
        else ChatAddress.objects.filter(person=None)
    )
    row = theirs.select_for_update().get(pk=address_id)
    if row.removed_at is None:
        row.removed_at = now
        record.keep(
            row,
            "governance.chataddress.removed",
            actor=Actor.of(by),
            at=now,
            fields=["removed_at"],
        )
    return row


def chat_of(person: User) -> ChatAddress | None:
    """Where the person is told by chat."""
    return ChatAddress.objects.filter(person=person, removed_at=None).first()


def url_of(row: ChatAddress) -> str:
    """The address itself. Raises InvalidTag or ValueError for one that was put in past us."""
    url = unseal(chat_key(), bytes(row.sealed_url), row.pk.bytes).decode()
    if _digest(url) != row.url_sha256:
        raise ValueError(f"the address {row.pk} is not the one that was entered")
    return url


def _keep(row: ChatAddress, style: str, url: str, actor: Actor, now: datetime) -> ChatAddress:
    is_same = (row.style, row.url_sha256, row.removed_at) == (style, _digest(url), None)
    if is_same and not row._state.adding and row.language == _kept_language(row):
        return row
    row.style, row.host, row.removed_at = style, urlsplit(url).hostname or "", None
    row.sealed_url, row.url_sha256 = seal(chat_key(), url.encode(), row.pk.bytes), _digest(url)
    body = {"style": style, "host": row.host, "queue": row.queue}
    record.keep(row, "governance.chataddress.set", actor=actor, at=now, body=body)
    # What an earlier address did not take is tried at this one.
    destination = Destination.objects.filter(kind=CHAT, reference=row.pk).first()
    if destination is not None:
        let_go_on(destination=destination, now=now)
    return row


def _kept_language(row: ChatAddress) -> str:
    return ChatAddress.objects.values_list("language", flat=True).get(pk=row.pk)


def _digest(url: str) -> str:
    return sha256(url.encode()).hexdigest()


def _check(style: str, url: str, language: str = "en") -> None:
    faults = list(_faults(style, url, language))
    if faults:
        raise InputInvalid("The address was not kept", errors=faults)


def _faults(style: str, url: str, language: str) -> Iterator[FieldError]:
    if style not in ChatAddress.Style.values:
        known = ", ".join(ChatAddress.Style.values)
        yield FieldError("/style", f"One of: {known}.", "unknown")
    if language not in languages():
        yield FieldError("/language", f"One of: {', '.join(languages())}.", "unknown")
    yield from url_faults(url)
