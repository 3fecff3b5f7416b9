"""Addresses of operations: the page, and the way of a case."""

from __future__ import annotations

from tests.authorisation.row import SEEN_BY_OVERSEERS, Row

OPERATIONS = [
    Row("operations/", "GET", "reviews.view_every_queue"),
    Row("api/v1/cases/<uuid:case_id>/timeline", "GET", "reviews.view_case", on="case",
        expect={"mine": 200, "taken": 200, "foreign": SEEN_BY_OVERSEERS, "missing": 404}),
]  # fmt: skip
