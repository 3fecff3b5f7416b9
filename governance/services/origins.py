"""Ending a log that cannot be continued, and going on in a new one under another origin."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from governance.errors import DomainError, InputInvalid
from governance.models import Actor, Log
from governance.services.log_opening import open_log

LONGEST_REASON = 500


class OriginNotOpened(DomainError):
    """There is no new origin to open, or not now."""

    code = "origin_not_opened"
    title = "No new log is opened"


def open_origin(*, reason: str, actor: Actor, now: datetime) -> Log:
    """Open the log that the settings name, after the newest one that there is, which is closed.

    Its first leaf quotes the last checkpoint of the closed one, as the store has it and as the
    database has it, and says why. Entries that the closed log had not sealed get their places in
    the new one. `reason`: 1 to 500 characters, in words that name nobody.

    Raises InputInvalid for another reason, OriginNotOpened when the settings name a log that there
    is, when there is none to follow, and while a sealer is at work; SealingRefused as `open_log`.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise InputInvalid(f"The reason takes 1 to {LONGEST_REASON} characters")
    origin = settings.COUNTERSIGN_LOG_ORIGIN
    if Log.objects.filter(origin=origin).exists():
        raise OriginNotOpened(
            f"The log {origin} is open already; name a new one in COUNTERSIGN_LOG_ORIGIN first"
        )
    last = Log.objects.order_by("-id").first()
    if last is None:
        raise OriginNotOpened("There is no log to follow; the first one the sealer opens itself")
    opened = open_log(actor=actor, now=now, predecessor=last, reason=reason)
    if opened is None:
        raise OriginNotOpened("A sealer is at work; stop it and try again")
    return opened
