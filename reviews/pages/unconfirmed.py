"""Reversals that nobody confirmed, as the dashboard and the page of audits show them."""

from __future__ import annotations

from typing import Any

from governance.models import User
from reviews.selectors.reversals import open_reversal_alarms


def unconfirmed_context(person: User, *, most: int = 5) -> dict[str, Any]:
    """`unconfirmed`: the longest open alarms, at most `most`; `unconfirmed_in_all`: how many."""
    alarms = open_reversal_alarms(person)
    shown = list(alarms[:most])
    return {
        "unconfirmed": shown,
        "unconfirmed_in_all": alarms.count() if len(shown) == most else len(shown),
    }
