"""Addresses of policies' versions and drafts."""

from __future__ import annotations

from tests.authorisation.row import Row
from tests.factories import policy_text

_PUBLISH, _VIEW = "governance.publish_policyversion", "governance.view_policyversion"
_REASON = {"reason": "It is time."}
_THERE = {"mine": 200, "missing": 404}
_ACTED = {"mine": 302, "missing": 404}
_TEXT = {"text": policy_text(verdicts=2)}

POLICIES = [
    # Nothing is drafted for this one, and its only version is the newest; who may is what is asked.
    Row("api/v1/policies/<slug:slug>/draft", "GET", "governance.view_policydraft", on="policy",
        expect={"mine": 404, "missing": 404}),
    Row("api/v1/policies/<slug:slug>/draft", "POST", _PUBLISH, on="policy",
        expect={"mine": 201, "missing": 404}, body=_TEXT),
    *(
        Row(f"api/v1/policies/<slug:slug>/draft/{act}", "POST", _PUBLISH, on="policy",
            expect={"mine": 428, "missing": (404, 428)}, body=_REASON)
        for act in ("discard", "publish")
    ),
    Row("api/v1/policies/<slug:slug>/versions/<int:number>/again", "POST", _PUBLISH,
        on="policy version", expect={"mine": 409, "missing": 404}, body=_REASON),
    Row("policies/", "GET", _VIEW),
    Row("policies/<slug:slug>/", "GET", _VIEW, on="policy", expect=_THERE),
    Row("policies/<slug:slug>/draft/", "GET", _PUBLISH, on="policy", expect=_THERE),
    Row("policies/<slug:slug>/draft/", "POST", _PUBLISH, on="policy", expect=_ACTED,
        body={**_TEXT, "revision": 0}),
    Row("policies/<slug:slug>/draft/discard/", "POST", _PUBLISH, on="policy", expect=_ACTED),
    # The way back from a sign-in that came between.
    Row("policies/<slug:slug>/draft/discard/", "GET", _PUBLISH, on="policy", expect=_ACTED),
    Row("policies/<slug:slug>/versions/<int:number>/again/", "POST", _PUBLISH,
        on="policy version", expect={"mine": 409, "missing": 404}, body=_REASON),
    Row("policies/<slug:slug>/versions/<int:number>/again/", "GET", _PUBLISH, on="policy version",
        expect={"mine": 302, "missing": 302}),
]  # fmt: skip
