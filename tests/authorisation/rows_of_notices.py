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


_CHAT = {"style": "slack", "url": "https://hooks.example/a"}
_PLACE = {**_CHAT, "place": "queue:first-line", "language": "en"}
_MANAGES = "governance.manage_chataddress"


def _until(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    return {"until": str(grounds.notices.get(caller, grounds.notices["auditor"]).pk)}


NOTICES = [
    Row("notices/", "GET", SIGNED_IN),
    # A page asks by itself; who is signed out gets nothing.
    Row("notices/bell/", "GET", OPEN, {"": (200, 204)}),
    Row("notices/choices/", "GET", SIGNED_IN),
    Row("notices/choices/", "POST", SIGNED_IN, {"": 302}, body=_CHOICES),
    Row("notices/choices/chat/", "POST", SIGNED_IN, {"": 302}, body=_CHAT),
    Row("notices/choices/chat/", "GET", SIGNED_IN, {"": 302}),
    # Nobody has one here.
    Row("notices/choices/chat/remove/", "POST", SIGNED_IN, {"": 404}),
    Row("notices/choices/chat/remove/", "GET", SIGNED_IN, {"": 302}),
    Row("notices/places/", "GET", _MANAGES),
    Row("notices/places/", "POST", _MANAGES, {"": 302}, body=_PLACE),
    Row("notices/places/<uuid:address_id>/remove/", "POST", _MANAGES, on="chat",
        expect={"mine": 302, "persons": 404, "missing": 404}),
    Row("notices/places/<uuid:address_id>/remove/", "GET", _MANAGES, on="chat",
        expect={"mine": 302}),
    Row("notices/undelivered/", "GET", "governance.view_delivery"),
    # Nothing was given up here.
    Row("notices/undelivered/again/", "POST", _MANAGES, {"": 409}),
    Row("notices/undelivered/again/", "GET", _MANAGES, {"": 302}),
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
