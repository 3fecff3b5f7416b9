"""Addresses of contestations, their statements and their letters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.authorisation.row import (
    NOT_BY_ADMINISTRATORS,
    SEEN_BY_OVERSEERS,
    SIGNED_IN,
    UNSEEN,
    Expected,
    Row,
    of_client,
    verb_page,
)
from tests.authorisation.world import CLIENT, CLIENT_OF_ANOTHER, Grounds
from tests.factories import NOON

_ANSWERS = "reviews.register_contestation"
_READS = ("contestations:write", "reviews.view_contestation")
_ACTS = ("contestations:write", _ANSWERS)
_RULES = "reviews.rule_on_case"
_WORDS = {"statement": "Look again.", "received_at": NOON.isoformat()}
_EXTENDED = {"reason": "Papers are awaited.", "notified_at": NOON.isoformat()}
_SENT = {"sent_at": NOON.isoformat(), "channel": "post"}
_LETTER = {"salutation": "Dear Sir or Madam,", "closing": "Yours faithfully", "contact": ""}
_MINUTE = f"{NOON:%Y-%m-%dT%H:%M}"
_SEEN: dict[str, Expected] = dict.fromkeys(("mine", "open", "taken"), NOT_BY_ADMINISTRATORS) | {
    "foreign": SEEN_BY_OVERSEERS, "missing": 404,
}  # fmt: skip
# A person's permission reaches every system; a letter is written once somebody has ruled.
_ANSWERED: dict[str, Expected] = {"mine": 200, "open": 409, "foreign": 409, "missing": 404}
_PAGE_OF_ANSWERED: dict[str, Expected] = {"mine": 302, "open": 409, "foreign": 409, "missing": 404}


def _contest(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    of = grounds.foreign_passed if variant == "foreign" else grounds.passed
    return {**_WORDS, "decision": str(of.pk)}


def _at_statement(done: int, unseen: int) -> dict[str, Expected]:
    """Only who holds the case of a contestation; another's queue as if there were nothing."""
    return {
        "mine": done, "plain": 409, "open": 409, "taken": 409, "foreign": unseen, "missing": unseen,
    }  # fmt: skip


CONTESTATIONS = [
    # A program for decisions of its own systems alone, and nobody for another person's decision.
    Row("api/v1/subjects/<path:ref>/contest", "POST", _ACTS, on="subject", body=_contest,
        expect={**of_client(201), "others": 404}),
    Row("api/v1/contestations", "GET", _READS),
    Row("api/v1/contestations/<uuid:contestation_id>", "GET", _READS, on="contestation",
        expect=of_client(200)),
    Row("api/v1/contestations/<uuid:contestation_id>/extend", "POST", _ANSWERS, on="contestation",
        expect={"mine": 200, "foreign": 200, "missing": 404}, body=_EXTENDED),
    Row("api/v1/contestations/<uuid:contestation_id>/withdraw", "POST", _ACTS, on="contestation",
        expect=of_client(200)),
    Row("api/v1/contestations/<uuid:contestation_id>/letter", "POST", _ANSWERS,
        on="answered contestation", expect=_ANSWERED, body=_LETTER),
    Row("api/v1/contestations/<uuid:contestation_id>/sent", "POST", _ANSWERS,
        on="answered contestation", expect=_ANSWERED, body=_SENT),
    *(
        Row(f"api/v1/contestations/<uuid:contestation_id>/letter.{form}", "GET", _ACTS,
            on="answered contestation",
            expect={
                "mine": {CLIENT_OF_ANOTHER: 404, "*": 200},
                "open": {CLIENT_OF_ANOTHER: 404, "*": 409},
                "foreign": {CLIENT: 404, "*": 409},
                "missing": 404,
            })
        for form in ("html", "pdf")
    ),
    Row("api/v1/cases/<uuid:case_id>/statement", "GET", _RULES, on="contested case",
        expect=_at_statement(200, 404)),
    Row("api/v1/cases/<uuid:case_id>/statement-read", "POST", _RULES, on="contested case",
        expect=_at_statement(201, UNSEEN)),
    Row("contestations/", "GET", "reviews.view_contestation"),
    Row("contestations/<uuid:contestation_id>/", "GET", "reviews.view_contestation",
        on="contestation", expect={"mine": 200, "foreign": 200, "missing": 404}),
    *verb_page("contestations/<uuid:contestation_id>/extend/", _ANSWERS, "contestation",
               {"mine": 302, "foreign": 302, "missing": 404},
               {**_EXTENDED, "notified_at": _MINUTE}),
    *verb_page("contestations/<uuid:contestation_id>/withdraw/", _ANSWERS, "contestation",
               {"mine": 302, "foreign": 302, "missing": 404}),
    *verb_page("contestations/<uuid:contestation_id>/letter/", _ANSWERS, "answered contestation",
               _PAGE_OF_ANSWERED, _LETTER),
    *verb_page("contestations/<uuid:contestation_id>/sent/", _ANSWERS, "answered contestation",
               _PAGE_OF_ANSWERED, {**_SENT, "sent_at": _MINUTE}),
    Row("decisions/<uuid:decision_id>/contest/", "GET", _ANSWERS, on="decision",
        expect={"mine": 200, "foreign": 200, "missing": 404}),
    Row("decisions/<uuid:decision_id>/contest/", "POST", _ANSWERS, on="decision",
        expect={"mine": 302, "foreign": 302, "missing": 404},
        body={**_WORDS, "received_at": _MINUTE}),
    # Whoever sees the case is shown that it is contested; what is said, to who holds it.
    Row("cases/<uuid:case_id>/", "GET", SIGNED_IN, on="contested case", expect=_SEEN),
    Row("api/v1/cases/<uuid:case_id>", "GET", "reviews.view_case", on="contested case",
        expect=_SEEN),
    *verb_page("cases/<uuid:case_id>/statement-read/", _RULES, "contested case",
               _at_statement(302, UNSEEN)),
]  # fmt: skip
