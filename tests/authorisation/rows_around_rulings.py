"""Addresses around rulings: stepping aside, lending, being away, conflicts, who may and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.authorisation.row import (
    SEEN_BY_OVERSEERS,
    SIGNED_IN,
    UNSEEN,
    Expected,
    Row,
    verb_page,
)
from tests.authorisation.world import Grounds
from tests.factories import NOON

OFFICER = "compliance-officer"
_LATER = NOON + timedelta(hours=1)
_RULES = "reviews.rule_on_case"
_EVERY_QUEUE = "reviews.view_every_queue"
_LENDS = "governance.delegate_right"
_CASES: dict[str, Expected] = {
    "mine": 200, "taken": 200, "foreign": SEEN_BY_OVERSEERS, "missing": 404,
}  # fmt: skip


def _step_aside(done: int) -> dict[str, Expected]:
    """From every case that one sees, held or not."""
    return {"mine": done, "open": done, "taken": done, "foreign": UNSEEN, "missing": UNSEEN}


def _revoke(done: int) -> dict[str, Expected]:
    """Who lent it, or who may end all; who only holds it is told so; others find nothing."""
    reviewers = ("reviewer", "senior-reviewer")
    return {
        "mine": {**dict.fromkeys((*reviewers, OFFICER), done), "*": 404},
        "borrowed": {**dict.fromkeys(reviewers, 403), OFFICER: done, "*": 404},
        "others": {OFFICER: done, "*": 404},
        "missing": 404,
    }


def _come_back(done: int) -> dict[str, Expected]:
    return {"mine": done, "others": {OFFICER: done, "*": 404}, "missing": 404}


def _loan(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    return {
        "delegate": grounds.lending.reviewers[1].username,
        "valid_until": _LATER.isoformat(),
        "reason": "Leave.",
    }


def _loan_form(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    given = {**_loan(grounds, caller, variant), "valid_until": f"{_LATER:%Y-%m-%dT%H:%M}"}
    return {f"lend-{name}": value for name, value in given.items()}


def _absence(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    names = {"others": grounds.lending.reviewers[1].username, "missing": "no-such-person"}
    return {"person": names.get(variant), "valid_until": _LATER.isoformat()}


def _conflict(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    person = grounds.lending.reviewers[1].username
    return {"person": person, "organisation": "Example Bank", "reason": "Shares."}


def _about_a_colleague(grounds: Grounds) -> str:
    return f"?person={grounds.lending.reviewers[1].pseudonym}"


_NOT_OTHERS = 403
AROUND_RULINGS = [
    Row("api/v1/cases/<uuid:case_id>/ballots", "GET", "reviews.view_case", on="case",
        expect=_CASES),
    Row("api/v1/cases/<uuid:case_id>/eligibility", "GET", "reviews.view_case", on="case",
        expect=_CASES),
    # About another person.
    Row("api/v1/cases/<uuid:case_id>/eligibility", "GET", _EVERY_QUEUE, on="case",
        expect={"open": 200}, query=_about_a_colleague),
    Row("api/v1/cases/<uuid:case_id>/eligible", "GET", _EVERY_QUEUE, on="case",
        expect={"mine": 200, "foreign": 200, "missing": 404}),
    Row("api/v1/cases/<uuid:case_id>/recuse", "POST", _RULES, on="case", expect=_step_aside(201),
        body={"reason": "involved"}),
    Row("api/v1/delegations", "GET", SIGNED_IN),
    Row("api/v1/delegations", "POST", _LENDS, {"": 201}, body=_loan),
    Row("api/v1/delegations/<uuid:delegation_id>/revoke", "POST", SIGNED_IN, on="delegation",
        expect=_revoke(200)),
    Row("api/v1/absences", "GET", SIGNED_IN),
    # Who manages no absences does not even learn whether there is such a person.
    Row("api/v1/absences", "POST", SIGNED_IN, body=_absence,
        expect={"mine": 201, "others": {OFFICER: 201, "*": _NOT_OTHERS},
                "missing": {OFFICER: 422, "*": _NOT_OTHERS}}),
    Row("api/v1/absences/<uuid:absence_id>/end", "POST", SIGNED_IN, on="absence",
        expect=_come_back(200)),
    Row("api/v1/conflicts", "GET", "governance.view_conflict"),
    Row("api/v1/conflicts", "POST", "governance.manage_conflict", {"": 201}, body=_conflict),
    Row("api/v1/conflicts/<uuid:conflict_id>/end", "POST", "governance.manage_conflict",
        on="conflict", expect={"mine": 200, "missing": 404}),
    *verb_page("cases/<uuid:case_id>/recuse/", _RULES, "case", _step_aside(302),
               {"recusal_reason": "involved", "sure": "on"}),
    Row("cases/<uuid:case_id>/eligibility/", "GET", "reviews.view_case", on="case", expect=_CASES),
    Row("cases/<uuid:case_id>/eligibility/", "GET", _EVERY_QUEUE, on="case", expect={"open": 200},
        query=_about_a_colleague),
    Row("delegations/", "GET", SIGNED_IN),
    Row("delegations/lend/", "POST", _LENDS, {"": 302}, body=_loan_form),
    Row("delegations/<uuid:delegation_id>/revoke/", "POST", SIGNED_IN, on="delegation",
        expect=_revoke(302)),
    Row("delegations/absence/", "POST", SIGNED_IN, {"": 302},
        body={"away-valid_until": f"{_LATER:%Y-%m-%dT%H:%M}"}),
    Row("delegations/absence/<uuid:absence_id>/end/", "POST", SIGNED_IN, on="absence",
        expect=_come_back(302)),
    # The way back from a sign-in that came between.
    Row("delegations/lend/", "GET", SIGNED_IN, {"": 302}),
    Row("delegations/<uuid:delegation_id>/revoke/", "GET", SIGNED_IN, on="delegation",
        expect={"mine": 302}),
    Row("delegations/absence/", "GET", SIGNED_IN, {"": 302}),
    Row("delegations/absence/<uuid:absence_id>/end/", "GET", SIGNED_IN, on="absence",
        expect={"mine": 302}),
    Row("qualifications/", "GET", "governance.view_qualification"),
    Row("qualifications/coverage/", "GET", "governance.view_qualification"),
    Row("qualifications/mine/", "GET", SIGNED_IN),
    Row("admin/governance/decisionright/matrix/", "GET", "governance.view_decisionright",
        refused={"system-owner": 403, "*": 302}),
]  # fmt: skip
