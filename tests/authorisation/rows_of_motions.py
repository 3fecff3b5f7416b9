"""Addresses of acts that take more than one person: putting forward, reading, voting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from governance.motions import act_quorums, erasure, report_approvals
from models_registry.motions import decision_rights, levels, mandates, policies
from reviews import motions as lifting
from tests.authorisation.furnishing import act_to_move
from tests.authorisation.row import Expected, Row
from tests.authorisation.world import Grounds

# Whoever may move or vote on some act, and whoever reads all of them.
_ANY_ACT = (
    "governance.view_motion",
    "governance.publish_policyversion",
    "models_registry.issue_mandate",
    "models_registry.lift_halt",
    "models_registry.lower_level",
    "governance.erase_subject",
    "governance.issue_report",
    "governance.change_decisionright",
    "governance.change_actquorum",
)
_ISSUES = "governance.issue_report"
_REASON = {"reason": "It is time."}
OFFICER, OWNER, SENIOR = "compliance-officer", "system-owner", "senior-reviewer"


def _moved(status: int) -> dict[str, Expected]:
    """By act: those with its own permission, and none of the others who read motions."""
    may = {
        policies.NAME: (OFFICER,),
        mandates.NAME: (OFFICER, OWNER),
        levels.NAME: (OFFICER, OWNER),
        lifting.NAME: (OFFICER, OWNER, SENIOR),
        erasure.NAME: (OFFICER,),
        report_approvals.NAME: (OFFICER, OWNER),
        decision_rights.NAME: (OFFICER,),
        act_quorums.NAME: (OFFICER,),
    }
    return {act: {**dict.fromkeys(roles, status), "*": 403} for act, roles in may.items()}


def _act(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    content = act_to_move(grounds.lending, grounds.halt, grounds.reports["lending"], variant)
    return {"act": variant, "content": content, **_REASON}


def _read(done: int = 200) -> dict[str, Expected]:
    """Who may read all, and of the others who may vote on that act. The other system's report is
    not its neighbour's owner's to read, nor the motion on it."""
    all_of_them = dict.fromkeys((OFFICER, "auditor", "administrator"), done)
    return {
        "mine": done,
        "lifting": done,
        "erasure": {**all_of_them, "*": 404},
        "report": {**all_of_them, "*": 404},
        "missing": 404,
    }


def _vote(done: int) -> dict[str, Expected]:
    """Nobody on what they moved; who only reads, on nothing; who asked for a report, not on it."""
    read_only = {"auditor": 403, "administrator": 403}
    return {
        "mine": 403,
        "lifting": {**read_only, "*": done},
        "erasure": {**read_only, OFFICER: done, "*": 404},
        "report": {**read_only, OFFICER: 403, "*": 404},
        "missing": 404,
    }


def _ballot(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    moved = grounds.moved
    own = moved.own.get(caller, moved.own[OFFICER])
    motions = {"mine": own, "lifting": moved.lifting, "erasure": moved.erasure,
               "report": moved.report}  # fmt: skip
    digest = motions[variant].digest if variant in motions else "0" * 64
    return {"choice": "approve", "reason": "Read.", "digest": digest}


def _taken_back(done: int) -> dict[str, Expected]:
    """By who moved it; whoever else reads it is told so, and the others find nothing."""
    readers = {OFFICER: 403, "auditor": 403, "administrator": 403, "*": 404}
    return {
        "mine": {"auditor": 403, "administrator": 403, "*": done},
        "lifting": 403,
        "erasure": readers,
        "report": readers,
        "missing": 404,
    }


def _report(done: int) -> dict[str, Expected]:
    """The other system's is put forward already."""
    return {"mine": done, "foreign": {OWNER: 404, "*": 409}, "missing": 404}


MOTIONS = [
    Row("api/v1/motions", "GET", _ANY_ACT),
    Row("api/v1/motions", "POST", _ANY_ACT, _moved(202), body=_act),
    Row("api/v1/motions/<uuid:motion_id>", "GET", _ANY_ACT, on="motion", expect=_read()),
    Row("api/v1/motions/<uuid:motion_id>/ballots", "POST", _ANY_ACT, on="motion",
        expect=_vote(200), body=_ballot),
    Row("api/v1/motions/<uuid:motion_id>/withdraw", "POST", _ANY_ACT, on="motion",
        expect=_taken_back(200)),
    Row("api/v1/reports/<uuid:report_id>/approval", "POST", _ISSUES, on="report",
        expect=_report(202), body=_REASON),
    *(Row(f"api/v1/decision-rights{part}", "GET", "governance.view_decisionright")
      for part in ("", "/export.csv", "/export.json")),
    Row("api/v1/decision-rights/changes", "POST", "governance.change_decisionright", {"": 202},
        body={"changes": [{"grant": {"role": "reviewer", "verdicts": ["uphold"]}}], **_REASON}),
    Row("motions/", "GET", _ANY_ACT),
    Row("motions/<uuid:motion_id>/", "GET", _ANY_ACT, on="motion", expect=_read()),
    Row("motions/<uuid:motion_id>/", "POST", _ANY_ACT, on="motion", expect=_vote(302),
        body=_ballot),
    Row("motions/<uuid:motion_id>/withdraw/", "POST", _ANY_ACT, on="motion",
        expect=_taken_back(302)),
    # The way back from a sign-in that came between.
    Row("motions/<uuid:motion_id>/withdraw/", "GET", _ANY_ACT, on="motion", expect={"mine": 302}),
    Row("motions/quorums/", "GET", _ANY_ACT),
    Row("motions/quorums/<str:act>/", "GET", "governance.change_actquorum", on="act",
        expect={"mine": 200, "missing": 404}),
    Row("motions/quorums/<str:act>/", "POST", "governance.change_actquorum", on="act",
        expect={"mine": 302, "missing": 404}, body={"required": 1, "panel": 1, **_REASON}),
    Row("reports/<uuid:report_id>/approval/", "GET", _ISSUES, on="report",
        expect={"mine": 200, "foreign": {OWNER: 404, "*": 200}, "missing": 404}),
    Row("reports/<uuid:report_id>/approval/", "POST", _ISSUES, on="report", expect=_report(302),
        body=_REASON),
    Row("halts/<uuid:halt_id>/lift/", "GET", "models_registry.lift_halt", on="halt",
        expect={"mine": 200, "missing": 404}),
    Row("halts/<uuid:halt_id>/lift/", "POST", "models_registry.lift_halt", on="halt",
        expect={"mine": 302, "missing": 404}, body=_REASON),
]  # fmt: skip
