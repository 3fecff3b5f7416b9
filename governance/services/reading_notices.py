"""Reading one's notices. A person's own bookkeeping, thus no entry in the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from governance.models import Notice, NoticeMessage, User

# What happened stands in the ledger; a notice is for finding it in time.
KEPT_FOR = timedelta(days=180)
_MESSAGES_KEPT_FOR = timedelta(days=60)
_AT_ONCE = 5_000
MOST_MARKED = 10_000


@transaction.atomic
def read_notice(*, notice_id: UUID, person: User, now: datetime) -> Notice:
    """Mark one as read; once read, it keeps its instant. Raises Notice.DoesNotExist, also for that
    of another."""
    notice = Notice.objects.shown_to(person).select_for_update().get(pk=notice_id)
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
    return notice


def read_all_notices(*, until: UUID, person: User, now: datetime) -> int:
    """Mark as read what the person had when they saw the notice `until` as their newest; how many.

    What came since stays unread. At most MOST_MARKED at a time.
    """
    unread = Notice.objects.shown_to(person).unread().filter(pk__lte=until).order_by("-pk")
    ids = list(unread.values_list("pk", flat=True)[:MOST_MARKED])
    return Notice.objects.filter(pk__in=ids, read_at=None).update(read_at=now)


def forget_notices(*, now: datetime) -> int:
    """Delete notices and messages that are too old; how many notices. Bounded, and repeated."""
    old = Notice.objects.filter(at__lt=now - KEPT_FOR).order_by("at")
    gone = list(old.values_list("pk", flat=True)[:_AT_ONCE])
    Notice.objects.filter(pk__in=gone).delete()
    messages = NoticeMessage.objects.filter(created_at__lt=now - _MESSAGES_KEPT_FOR)
    sent = list(messages.order_by("created_at").values_list("pk", flat=True)[:_AT_ONCE])
    NoticeMessage.objects.filter(pk__in=sent).delete()
    return len(gone)
