"""Logs that follow one another: which names a log's leaves may bear, and which log is open."""

from __future__ import annotations

from governance.ledger.trouble import Reason, SealingRefused
from governance.models import Log


def origins_of(log: Log) -> list[str]:
    """The names that leaves of this log may bear: its own first, then those of the logs before it.

    What a closed log had not sealed is sealed in the next one, as it was entered.
    """
    found = [log.origin]
    while log.predecessor is not None:
        log = log.predecessor
        found.append(log.origin)
    return found


def refuse_closed(log: Log) -> None:
    """Raises SealingRefused for a log that another one follows: nothing is added to it any more."""
    successor = Log.objects.filter(predecessor=log).first()
    if successor is not None:
        detail = f"{log.origin} was closed; the settings must name {successor.origin}"
        raise SealingRefused(Reason.ORIGIN_CHANGED, detail)
