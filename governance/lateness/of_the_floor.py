"""What may run late on the floor: seals, deliveries, and what somebody asked to be made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.lateness.registry import Silence, Waits, register
from governance.models import (
    Destination,
    EvidenceBundle,
    LedgerPending,
    OutboxPending,
    ReportRun,
    Run,
)

# From the request until a worker takes it up. A long one before it may take ten minutes.
MADE_WITHIN: Final = timedelta(minutes=15)

FANNED_OUT_WITHIN: Final = timedelta(minutes=1)
# From its turn on; a round over all destinations takes half a minute or a little more.
TRIED_WITHIN: Final = timedelta(minutes=5)


def queued(runs: QuerySet[Any]) -> QuerySet[Any]:
    """The runs that nobody has taken up, the oldest first."""
    return runs.filter(state=Run.State.QUEUED).order_by("requested_at")


def _unsealed(now: datetime) -> QuerySet[Any]:
    return LedgerPending.objects.order_by("seq")


def _outbox(now: datetime) -> QuerySet[Any]:
    return OutboxPending.objects.order_by("seq")


def _deliveries(now: datetime) -> QuerySet[Any]:
    return Destination.objects.filter(next_at__lte=now, is_held=False).order_by("next_at")


def _reports(now: datetime) -> QuerySet[Any]:
    return queued(ReportRun.objects.all())


def _bundles(now: datetime) -> QuerySet[Any]:
    return queued(EvidenceBundle.objects.all())


register(
    Waits("seal", _("Entries await their seal"), settings.COUNTERSIGN_LAG_LIMIT, _unsealed,
          "entered_at")
)  # fmt: skip
register(Silence("sealer", _("Sealer"), settings.COUNTERSIGN_SEALER_SILENCE_LIMIT))
register(
    Waits("outbox", _("Messages wait for their fan-out"), FANNED_OUT_WITHIN, _outbox, "entered_at")
)
register(Waits("deliveries", _("Deliveries are due"), TRIED_WITHIN, _deliveries, "next_at"))
register(Waits("reports", _("Reports wait to be made"), MADE_WITHIN, _reports, "requested_at"))
register(Waits("bundles", _("Bundles wait to be made"), MADE_WITHIN, _bundles, "requested_at"))
