"""Addresses of the policy lab: simulations and the threshold advisor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.authorisation.row import Row, verb_page
from tests.authorisation.world import CLIENT_OF_ANOTHER, Grounds
from tests.factories import LONG_AGO, NOON, policy_text

_TRIES = "governance.publish_policyversion"
_READS = "reviews.view_every_decision"
_PERIOD = {"period_start": LONG_AGO.isoformat(), "period_end": NOON.isoformat()}
_SHADOW = {"text": policy_text(verdicts=2), "until": (NOON + timedelta(days=7)).isoformat()}
_ASKS = ("advice:ask", _READS)
_QUESTION = {
    **_PERIOD, "decision_type": "lending-approval", "wrong_pass": 100, "wrong_refusal": 10,
    "review_minute": 1,
}  # fmt: skip
_ONE: Mapping[str, int] = {"mine": 200, "missing": 404}


def _form(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    return {"policy": "lending-policy", "span": "7", "groups": "", "text": ""}


def _shadow(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    return {"policy": "lending-policy", "days": "7", "text": policy_text(verdicts=2)}


LAB = [
    Row("api/v1/policies/<slug:slug>/simulations", "GET", _READS, on="policy", expect=_ONE),
    Row("api/v1/policies/<slug:slug>/simulations", "POST", _TRIES, on="policy",
        expect={"mine": 202, "missing": 404}, body=_PERIOD),
    Row("api/v1/simulations/<uuid:simulation_id>", "GET", _READS, on="simulation", expect=_ONE),
    Row("api/v1/simulations/<uuid:simulation_id>/cancel", "POST", _TRIES, on="simulation",
        expect=_ONE),
    # It waits for a worker, so it has no result yet.
    Row("api/v1/simulations/<uuid:simulation_id>/result.json", "GET", _READS, on="simulation",
        expect={"mine": 404, "missing": 404}),
    Row("api/v1/policies/<slug:slug>/shadows", "GET", _READS, on="policy", expect=_ONE),
    Row("api/v1/policies/<slug:slug>/shadows", "POST", _TRIES, on="policy",
        expect={"mine": 201, "missing": 404}, body=_SHADOW),
    Row("api/v1/shadows/<uuid:shadow_id>", "GET", _READS, on="shadow", expect=_ONE),
    Row("api/v1/shadows/<uuid:shadow_id>/end", "POST", _TRIES, on="shadow", expect=_ONE),
    Row("api/v1/threshold-questions", "GET", _ASKS),
    Row("api/v1/threshold-questions", "POST", _ASKS,
        {"": {"*": 201, CLIENT_OF_ANOTHER: 422}}, body=_QUESTION),
    Row("api/v1/threshold-questions/<uuid:question_id>", "GET", _ASKS, on="question",
        expect={"mine": {"*": 200, CLIENT_OF_ANOTHER: 404}, "missing": 404}),
    Row("lab/", "GET", _READS),
    Row("lab/", "POST", _TRIES, {"": 302}, body=_form),
    Row("lab/thresholds/", "GET", _READS),
    Row("lab/shadows/", "GET", _READS),
    Row("lab/shadows/", "POST", _TRIES, {"": 302}, body=_shadow),
    Row("lab/shadows/<uuid:shadow_id>/", "GET", _READS, on="shadow", expect=_ONE),
    *verb_page("lab/shadows/<uuid:shadow_id>/end/", _TRIES, "shadow",
               {"mine": 302, "missing": 404}),
    Row("lab/<uuid:simulation_id>/", "GET", _READS, on="simulation", expect=_ONE),
    Row("lab/<uuid:simulation_id>/state/", "GET", _READS, on="simulation", expect=_ONE),
    *verb_page("lab/<uuid:simulation_id>/cancel/", _TRIES, "simulation",
               {"mine": 302, "missing": 404}),
]  # fmt: skip
