"""Addresses of pauses: by who holds the case, or oversees it where nobody does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.authorisation.row import UNSEEN, Expected, Row, verb_page
from tests.authorisation.world import Grounds
from tests.factories import NOON

OFFICER = "compliance-officer"
_MAY = ("reviews.claim_case", "reviews.pause_case")
_LATER = NOON + timedelta(days=1)


def _pause(done: int) -> dict[str, Expected]:
    """A reviewer's own; what nobody holds, for who oversees, in whichever queue."""
    return {
        "mine": {OFFICER: 409, "*": done},
        "open": {OFFICER: done, "*": 409},
        "taken": 409,
        "foreign": {OFFICER: done, "*": UNSEEN},
        "missing": UNSEEN,
    }


def _resume() -> dict[str, Expected]:
    """None of them is paused."""
    foreign: Expected = {OFFICER: 409, "*": UNSEEN}
    return {"mine": 409, "open": 409, "taken": 409, "foreign": foreign, "missing": UNSEEN}


def _body(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    return {"reason": "person", "until": _LATER.isoformat()}


def _form(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    return {"pause-reason": "person", "pause-until": f"{_LATER:%Y-%m-%dT%H:%M}"}


PAUSES = [
    Row("api/v1/cases/<uuid:case_id>/pause", "POST", _MAY, on="case", expect=_pause(201),
        body=_body),
    Row("api/v1/cases/<uuid:case_id>/resume", "POST", _MAY, on="case", expect=_resume()),
    *verb_page("cases/<uuid:case_id>/pause/", _MAY, "case", _pause(302), _form),
    *verb_page("cases/<uuid:case_id>/resume/", _MAY, "case", _resume()),
]  # fmt: skip
