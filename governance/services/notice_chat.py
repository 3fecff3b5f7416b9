"""Sending notices to chats: Slack, Microsoft Teams, and any that takes JSON.

The same rules as for webhooks: no address that is not public unless the operator allows it, no
redirection followed, an answer bounded in time and size. A message bears its id at each attempt.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from cryptography.exceptions import InvalidTag
from django.conf import settings

from governance.ledger.bounded_http import NoAnswer, ask
from governance.ledger.public_addresses import public_addresses
from governance.models import ChatAddress, Delivery, NoticeMessage
from governance.notices.composing import Composed, compose
from governance.notices.texts import language_of
from governance.services.channels import Attempt, Outcome, Result
from governance.services.chat_addresses import url_of
from governance.services.notice_choices import choices_of
from governance.services.webhook_sending import outcome_of

_WITHIN_SECONDS = 10.0
_MOST_BYTES = 10_000


def prepare_chat(delivery: Delivery, now: datetime) -> Attempt:
    """The attempt at one message; at an address that was removed, none."""
    message = (
        NoticeMessage.objects.select_related("chat__person", "chat__role")
        .filter(pk=delivery.message_id)
        .first()
    )
    if message is None or message.chat is None:
        return _impossible("The message is too old and was forgotten.")
    chat = message.chat
    if chat.removed_at is not None or (chat.person and not chat.person.is_active):
        return _impossible("The address was removed.")
    try:
        url = url_of(chat)
    except (InvalidTag, ValueError):
        return _impossible("The address is not the one that was entered in the ledger.")
    body = orjson.dumps(BODIES[ChatAddress.Style(chat.style)](_composed(message, chat), message))
    headers = {"Idempotency-Key": str(message.pk), "webhook-id": str(message.pk)}
    return partial(_post, url, body, headers, now)


def _impossible(why: str) -> Attempt:
    return lambda: Outcome(Result.IMPOSSIBLE, detail=why)


def _composed(message: NoticeMessage, chat: ChatAddress) -> Composed:
    if chat.person is not None:
        choices = choices_of(chat.person)
        language, zone, to = choices.language, choices.time_zone, chat.person.display_name
    else:
        language, zone = chat.language, "UTC"
        to = chat.queue if chat.role is None else chat.role.name
    return compose(
        message.items,
        to=to,
        language=language_of(language),
        zone=ZoneInfo(zone),
        base_url=settings.COUNTERSIGN_PUBLIC_URL.rstrip("/"),
    )


def _for_slack(composed: Composed, message: NoticeMessage) -> Mapping[str, Any]:
    lines = [composed.intro] if composed.intro else []
    for line in composed.lines:
        title, text, label = map(_slack_text, (line.title, line.text, composed.open))
        lines.append(f"*{title}*\n{text}\n<{line.url}|{label}>")
    return {"text": "\n\n".join(lines), "unfurl_links": False}


def _slack_text(text: str) -> str:
    """Slack's own three characters (docs.slack.dev, "Formatting message text")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _for_teams(composed: Composed, message: NoticeMessage) -> Mapping[str, Any]:
    body: list[dict[str, Any]] = []
    for line in composed.lines:
        body += [
            {"type": "TextBlock", "text": line.title, "weight": "bolder", "wrap": True},
            {"type": "TextBlock", "text": line.text, "wrap": True},
            {"type": "ActionSet", "actions": [_opening(composed.open, line.url)]},
        ]
    card = {"type": "AdaptiveCard", "version": "1.4", "body": body}
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [content]}


def _opening(label: str, url: str) -> dict[str, str]:
    return {"type": "Action.OpenUrl", "title": label, "url": url}


def _for_others(composed: Composed, message: NoticeMessage) -> Mapping[str, Any]:
    return {
        "id": str(message.pk),
        "subject": composed.subject,
        "text": composed.plain,
        "language": composed.language,
        "notices": [
            {
                "kind": line.kind,
                "title": line.title,
                "text": line.text,
                "url": line.url,
                "at": line.at,
            }
            for line in composed.lines
        ],
    }


BODIES = {
    ChatAddress.Style.SLACK: _for_slack,
    ChatAddress.Style.TEAMS: _for_teams,
    ChatAddress.Style.GENERIC: _for_others,
}


def _post(url: str, body: bytes, headers: Mapping[str, str], now: datetime) -> Outcome:
    """Post once. What is kept of a failure never holds the address, which is a secret."""
    try:
        answer = ask(
            url,
            most_bytes=_MOST_BYTES,
            body=body,
            kind="application/json",
            within=_WITHIN_SECONDS,
            headers=headers,
            addresses=public_addresses(settings.COUNTERSIGN_WEBHOOK_NETWORKS),
        )
    except NoAnswer:
        return Outcome(
            Result.UNANSWERED, detail="The chat gives no answer, or its address may not be called."
        )
    return outcome_of(answer, now)
