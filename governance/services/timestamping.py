"""Having the newest checkpoint time-stamped by the authority that the operator chose."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from governance.ledger.bounded_http import NoAnswer, ask
from governance.ledger.timestamps import QUERY_KIND, Query, TimestampRejected
from governance.models import Checkpoint, CheckpointTimestamp
from governance.selectors.published import checkpoints_of

MAX_ANSWER_BYTES = 65_535


class NotStamped(Exception):
    """The authority gave no stamp that holds; nothing is kept, and the next try is free."""


def stamp_newest_checkpoint() -> CheckpointTimestamp | None:
    """Have the newest checkpoint's note stamped and keep the token, once it was verified.

    None where no authority is chosen, nothing is published, or the newest has its stamp. Not in a
    transaction: it waits for the authority. Raises NotStamped. Source: RFC 3161 section 3.4.
    """
    authority, roots = settings.COUNTERSIGN_TIMESTAMP_URL, settings.COUNTERSIGN_TIMESTAMP_ROOTS
    newest = checkpoints_of(settings.COUNTERSIGN_LOG_ORIGIN).order_by("-size").first()
    if authority is None or roots is None or newest is None:
        return None
    if CheckpointTimestamp.objects.filter(checkpoint=newest).exists():
        return None
    token, stamped_at = _stamp(authority, roots, newest)
    kept, _ = CheckpointTimestamp.objects.get_or_create(
        checkpoint=newest,
        defaults={"authority": authority, "token": token, "stamped_at": stamped_at},
    )
    return kept


def _stamp(authority: str, roots: bytes, checkpoint: Checkpoint) -> tuple[bytes, datetime]:
    query = Query.about(bytes(checkpoint.note))
    try:
        answer = ask(authority, body=query.encoded(), kind=QUERY_KIND, most_bytes=MAX_ANSWER_BYTES)
        if answer.status != 200:
            raise NotStamped(f"{authority} answers {answer.status}")
        return answer.body, query.stamped_at(answer.body, roots)
    except (NoAnswer, TimestampRejected) as fault:
        raise NotStamped(f"{authority}: {fault}") from fault
