"""Addresses of the notices: everybody's own, and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.authorisation.row import OPEN, SIGNED_IN, Row
from tests.authorisation.world import Grounds

_HIS = {"mine": 302, "others": 404, "missing": 404}
_CHOICES = {
    "language": "en", "time_zone": "UTC", "summary": "at_once", "daily_at": "08:00",
}  # fmt: skip


def _until(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    return {"until": str(grounds.notices.get(caller, grounds.notices["auditor"]).pk)}


NOTICES = [
    Row("notices/", "GET", SIGNED_IN),
    # A page asks by itself; who is signed out gets nothing.
    Row("notices/bell/", "GET", OPEN, {"": (200, 204)}),
    Row("notices/choices/", "GET", SIGNED_IN),
    Row("notices/choices/", "POST", SIGNED_IN, {"": 302}, body=_CHOICES),
    Row("notices/read/", "POST", SIGNED_IN, {"": 302}, body=_until),
    Row("notices/read/", "GET", SIGNED_IN, {"": 302}),
    *(
        row
        for verb in ("open", "read")
        for row in (
            Row(f"notices/<uuid:notice_id>/{verb}/", "POST", SIGNED_IN, on="notice", expect=_HIS),
            Row(f"notices/<uuid:notice_id>/{verb}/", "GET", SIGNED_IN, on="notice",
                expect=dict.fromkeys(_HIS, 302)),
        )
    ),
]  # fmt: skip
