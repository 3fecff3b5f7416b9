"""Addresses of audits and interventions."""

from __future__ import annotations

from tests.authorisation.row import (
    NOT_BY_ADMINISTRATORS,
    SEEN_BY_OVERSEERS,
    SIGNED_IN,
    UNSEEN,
    Row,
    verb_page,
)

_RULES = "reviews.rule_on_case"

AUDITS = [
    Row("api/v1/audit-rates", "GET", "reviews.view_queue"),
    Row("audits/", "GET", SIGNED_IN),
    Row("audits/<uuid:rate_id>/", "GET", SIGNED_IN, on="audit rate",
        expect={"mine": NOT_BY_ADMINISTRATORS, "foreign": SEEN_BY_OVERSEERS, "missing": 404}),
    # The world's policy gives no time to intervene, which only those are told who see the queue.
    Row("api/v1/decisions/<uuid:decision_id>/intervene", "POST", _RULES, on="decision",
        expect={"mine": 409, "foreign": UNSEEN, "missing": UNSEEN}),
    *verb_page("decisions/<uuid:decision_id>/intervene/", _RULES, "decision",
               dict.fromkeys(("mine", "foreign", "missing"), UNSEEN)),
]  # fmt: skip
