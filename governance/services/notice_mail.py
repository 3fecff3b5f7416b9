"""Sending notices by mail.

Each attempt at a message bears the same Message-ID, so that a mail which was sent twice, because
the worker ended between sending and noting it, is shown once by most mail programs.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import datetime
from functools import partial
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from threading import Timer
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from governance.models import Delivery, NoticeMessage
from governance.notices.composing import Composed, compose
from governance.notices.texts import language_of
from governance.services.channels import Attempt, Outcome, Result
from governance.services.notice_choices import choices_of

# Seconds: for one step of the conversation, and for all of it.
_STEP_WITHIN = 6.0
_WITHIN = 12.0
_PERMANENT = range(500, 600)


def prepare_mail(delivery: Delivery, now: datetime) -> Attempt:
    """The attempt at one message; for who has no open account or address any more, none."""
    message = NoticeMessage.objects.select_related("person").filter(pk=delivery.message_id).first()
    if message is None or message.person is None:
        return _impossible("The message is too old and was forgotten.")
    person = message.person
    if not person.is_active or not person.email:
        return _impossible("The person has no open account or no mail address any more.")
    choices = choices_of(person)
    composed = compose(
        message.items,
        to=person.display_name,
        language=language_of(choices.language),
        zone=ZoneInfo(choices.time_zone),
        base_url=settings.COUNTERSIGN_PUBLIC_URL.rstrip("/"),
    )
    return partial(_send, _mail(composed, message, person.email))


def _impossible(why: str) -> Attempt:
    return lambda: Outcome(Result.IMPOSSIBLE, detail=why)


def _mail(composed: Composed, message: NoticeMessage, address: str) -> EmailMultiAlternatives:
    host = urlsplit(settings.COUNTERSIGN_PUBLIC_URL).hostname or "localhost"
    mail = EmailMultiAlternatives(
        subject=composed.subject,
        body=composed.plain,
        to=[address],
        headers={
            "Message-ID": f"<{message.pk}@{host}>",
            # RFC 3834: nobody's absence notice answers it.
            "Auto-Submitted": "auto-generated",
        },
    )
    html = render_to_string("governance/notices/mail.html", {"message": composed})
    mail.attach_alternative(html, "text/html")
    return mail


def _send(mail: EmailMultiAlternatives) -> Outcome:
    """Hand a mail to the server. No words of the server's are kept: they repeat the address."""
    server: Any = get_connection(timeout=_STEP_WITHIN)
    try:
        server.open()
        _within(server, lambda: server.send_messages([mail]))
    except SMTPRecipientsRefused as refusal:
        [(code, _)] = refusal.recipients.values()
        return _refused(code, "The mail server refuses the address", for_good=True)
    except SMTPDataError as refusal:
        return _refused(refusal.smtp_code, "The mail server refuses the message", for_good=True)
    except SMTPServerDisconnected:
        return Outcome(Result.UNANSWERED, detail="The mail server broke off.")
    except SMTPResponseException as refusal:
        # Of the sender or the sign-in: a fault of the configuration, which can be mended.
        return _refused(refusal.smtp_code, "The mail server refuses us", for_good=False)
    except (OSError, SMTPException) as fault:
        return Outcome(
            Result.UNANSWERED, detail=f"The mail server gives no answer ({type(fault).__name__})."
        )
    finally:
        server.close()
    return Outcome(Result.DELIVERED, status=250)


def _refused(code: int, why: str, *, for_good: bool) -> Outcome:
    is_over = for_good and code in _PERMANENT
    result = Result.IMPOSSIBLE if is_over else Result.REFUSED
    return Outcome(result, status=code, detail=f"{why} ({code}).")


def _within(server: Any, send: Callable[[], object]) -> None:
    """The time-out of the socket begins anew with each byte, so that a server could drip."""
    conversation = getattr(server, "connection", None)
    connected: socket.socket | None = getattr(conversation, "sock", None)
    if connected is None:
        send()
        return
    guard = Timer(_WITHIN, _cut_off, (connected,))
    guard.start()
    try:
        send()
    finally:
        guard.cancel()


def _cut_off(connected: socket.socket) -> None:
    # The socket's own method also beneath TLS: the thread that waits for bytes shall find the end.
    socket.socket.shutdown(connected, socket.SHUT_RDWR)
