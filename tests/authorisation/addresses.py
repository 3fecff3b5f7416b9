"""Every address, and what it takes: the table.

A row is one pattern, as the resolver spells it, and one method. Adding a row:

    Row("api/v1/things/<uuid:thing_id>/do", "POST", "reviews.do_thing", on="thing",
        expect={"mine": 200, "foreign": UNSEEN, "missing": UNSEEN}, body={"reason": "Drift."})

`needs`: the permission (`app.verb_noun`, whose roles stand in `roles.py`) or scope
(`noun:verb`), or several of which any is enough; OPEN: nothing, also for strangers; SIGNED_IN: a
person. `on`: the kind of object that the address names, from `objects.py`; `expect`: variant of
the object to the status for those who may, one for all of them or by caller with "*" for the
others. `body`: valid, so that only the right decides; may be a function of (grounds, caller,
variant). Those who may not get 401 or 403 from the API, elsewhere the sign-in or 403.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from models_registry.models import AISystem, ModelVersion
from tests.authorisation.row import (
    NOT_BY_ADMINISTRATORS,
    OF_OWN_SYSTEM,
    OPEN,
    SEEN_BY_OVERSEERS,
    SIGNED_IN,
    Row,
    at_case,
    of_client,
    verb_page,
)
from tests.authorisation.rows_around_rulings import AROUND_RULINGS
from tests.authorisation.rows_of_audits import AUDITS
from tests.authorisation.rows_of_command import COMMAND
from tests.authorisation.rows_of_contestations import CONTESTATIONS
from tests.authorisation.rows_of_lab import LAB
from tests.authorisation.rows_of_monitors import MONITORS
from tests.authorisation.rows_of_motions import MOTIONS
from tests.authorisation.rows_of_notices import NOTICES
from tests.authorisation.rows_of_operations import OPERATIONS
from tests.authorisation.rows_of_pauses import PAUSES
from tests.authorisation.rows_of_policies import POLICIES
from tests.authorisation.rows_of_templates import TEMPLATES
from tests.authorisation.rows_of_webhooks import WEBHOOKS
from tests.authorisation.world import (
    ANONYMOUS,
    CALLERS,
    CLIENT,
    CLIENT_OF_ANOTHER,
    ROLES,
    Grounds,
    token_of,
)
from tests.factories import LONG_AGO, NOON, policy_text
from tests.models_registry.classification.answer_sets import PLAIN

PERIOD = {"period_start": LONG_AGO.isoformat(), "period_end": NOON.isoformat()}
ACT = {"outcome": "grant", "executed_at": NOON.isoformat(), "reference": "loan 1"}
VERDICT = {"claim": 1, "kind": "uphold", "reason_code": "agrees", "reason_text": ""}


def _decision(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    world = grounds.hiring if caller == CLIENT_OF_ANOTHER else grounds.lending
    return world.body(external_id=f"{caller} {variant}")


def _permit(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    return {
        "permit": token_of(grounds.foreign_passed if variant == "foreign" else grounds.passed),
    }


def _execution(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    return {**ACT, **_permit(grounds, caller, variant)}


def _system(**more: Any) -> Callable[[Grounds, str, str], Mapping[str, Any]]:
    """A body that names a system: the caller's own, or the other one."""
    return lambda grounds, caller, variant: {
        "system": "hiring" if variant == "foreign" else "lending",
        **more,
    }


def _blind(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    return {"outcome": "grant"}


def _evidence(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    return {"about": "decision", "id": str(grounds.passed.pk)}


def _evidence_form(grounds: Grounds, caller: str, variant: str) -> Mapping[str, Any]:
    return {"system": str(grounds.lending.system.pk), "span": "30", "held": ""}


API = [
    # The floor.
    Row("api/v1/events", "GET", "decisions:read"),
    Row("api/v1/reports", "GET", ("governance.view_reportrun", "governance.issue_report")),
    Row("api/v1/reports", "POST", "governance.issue_report",
        expect={"mine": 202, "foreign": {"*": 202, "system-owner": 422}},
        body=_system(kind="human_oversight", **PERIOD)),
    *(
        Row(f"api/v1/reports/<uuid:report_id>{form}", "GET",
            ("governance.view_reportrun", "governance.issue_report"), on="report",
            expect={"mine": 200, "foreign": OF_OWN_SYSTEM, "missing": 404})
        for form in ("", "/document.pdf", "/document.html", "/document.json")
    ),
    Row("api/v1/ledger/entries", "GET", "governance.view_ledgerentry"),
    Row("api/v1/ledger/checkpoints", "GET", "governance.view_ledgerentry"),
    Row("api/v1/ledger/proofs/inclusion", "GET", "governance.view_ledgerentry", {"": (400, 404)}),
    Row("api/v1/ledger/proofs/consistency", "GET", "governance.view_ledgerentry",
        {"": (400, 404)}),
    Row("api/v1/ledger/bundles", "GET",
        ("governance.view_evidencebundle", "governance.issue_bundle")),
    Row("api/v1/ledger/bundles", "POST", "governance.issue_bundle", {"": 202}, body=_evidence),
    Row("api/v1/ledger/bundles/<uuid:bundle_id>", "GET",
        ("governance.view_evidencebundle", "governance.issue_bundle"), on="bundle",
        expect={"mine": 200, "others": 200, "missing": 404}),
    # Not made yet, so there is no file; and the file is for the person it was made for.
    Row("api/v1/ledger/bundles/<uuid:bundle_id>/bundle.zip", "GET", "governance.issue_bundle",
        on="bundle", expect={"mine": 404, "others": 403, "missing": 404}),
    # The registry.
    Row("api/v1/systems", "GET", "models_registry.view_aisystem"),
    Row("api/v1/systems", "POST", "models_registry.manage_aisystem", {"": 201},
        body={"slug": "new", "name": "New", "intended_purpose": "Tested.",
              "organisation": "Bank", "roles": [AISystem.Role.DEPLOYER.value]}),
    Row("api/v1/systems/<slug:slug>/status", "POST", "models_registry.manage_aisystem",
        on="system", expect={"mine": 200, "missing": 404},
        body={"status": AISystem.Status.SUSPENDED.value}),
    Row("api/v1/systems/<slug:slug>/classification", "POST", "models_registry.classify_aisystem",
        on="system", expect={"mine": 201, "missing": 404}, body={"answers": PLAIN}),
    Row("api/v1/model-versions", "GET", "models_registry.view_modelversion"),
    Row("api/v1/model-versions", "POST", "models_registry.manage_aisystem", {"": 201},
        body={"system": "lending", "version": "2.0.0", "artefact_sha256": "d" * 64,
              "declared_metrics": {}, "limits": "", "instructions_version": "2"}),
    Row("api/v1/model-versions/<uuid:version_id>/status", "POST",
        "models_registry.manage_aisystem", on="version", expect={"mine": 200, "missing": 404},
        body={"status": ModelVersion.Status.WITHDRAWN.value}),
    Row("api/v1/decision-types", "GET", "models_registry.view_decisiontype"),
    Row("api/v1/decision-types", "POST", "models_registry.manage_decisiontype", {"": 201},
        body={"system": "lending", "slug": "new-type", "name": "New", "question": "Should it?",
              "outcomes": [{"key": "yes", "label": "Yes", "adverse": False},
                           {"key": "no", "label": "No", "adverse": True}],
              "fact_schema": {}, "effect": "none", "policy": "lending-policy"}),
    Row("api/v1/decision-types/<slug:slug>/protected", "POST",
        "models_registry.manage_decisiontype", on="decision type",
        expect={"mine": 200, "missing": 404}, body={"protected": {}}),
    Row("api/v1/mandates", "GET", "models_registry.view_mandate"),
    Row("api/v1/mandates", "POST", "models_registry.issue_mandate", {"": 202},
        body={"decision_type": "lending-approval", "objective": "Tested.", "max_decisions": 1,
              "valid_until": "2030-01-01T00:00:00Z"}),
    Row("api/v1/mandates/<uuid:mandate_id>/revoke", "POST", "models_registry.issue_mandate",
        on="mandate", expect={"mine": 200, "missing": 404}),
    Row("api/v1/policies", "GET", "governance.view_policy"),
    Row("api/v1/policies", "POST", "governance.add_policy", {"": 201},
        body={"slug": "new", "name": "New"}),
    Row("api/v1/policies/<slug:slug>/versions", "GET", "governance.view_policyversion",
        on="policy", expect={"mine": 200, "missing": 404}),
    Row("api/v1/policies/<slug:slug>/versions", "POST", "governance.publish_policyversion",
        on="policy", expect={"mine": 202, "missing": 404},
        body={"text": policy_text(verdicts=2), "reason": "Two look."}),
    *POLICIES,
    Row("api/v1/policies/<slug:slug>/validate", "POST", "governance.view_policyversion",
        on="policy", expect={"mine": 200, "missing": 404},
        body={"text": policy_text(verdicts=2)}),
    # The work.
    Row("api/v1/decisions", "GET", ("decisions:read", "reviews.view_decision")),
    # The other's decisions are blocked under the halt, but taken in.
    Row("api/v1/decisions", "POST", "decisions:write", {"": 201}, body=_decision),
    Row("api/v1/decisions/<uuid:decision_id>", "GET", ("decisions:read", "reviews.view_decision"),
        on="decision", expect=of_client(200)),
    Row("api/v1/decisions/<uuid:decision_id>/withdraw", "POST", "decisions:write", on="decision",
        expect=of_client(200), body={"reason": "Sent twice."}),
    Row("api/v1/decisions/<uuid:decision_id>/outcome", "POST", "outcomes:write", on="decision",
        expect=of_client(201),
        body={"outcome": "grant", "source": "the file", "observed_at": NOON.isoformat()}),
    # The other's permit is void under the halt; a permit of others' is none.
    Row("api/v1/decisions/<uuid:decision_id>/executions", "POST", "executions:write",
        on="decision", expect=of_client(201, foreign=409), body=_execution),
    Row("api/v1/decisions/<uuid:decision_id>/permit", "POST", "permits:consume", on="decision",
        expect=of_client(200, foreign=409)),
    Row("api/v1/permits/consume", "POST", "permits:consume",
        expect={"mine": {CLIENT: 200, "*": 409}, "foreign": 409}, body=_permit),
    Row("api/v1/permits/introspect", "POST", "permits:consume",
        expect={"mine": 200, "foreign": 200}, body=_permit),
    Row("api/v1/queues", "GET", "reviews.view_queue"),
    Row("api/v1/ladders", "GET", "reviews.view_queue"),
    Row("api/v1/ladders/<slug:slug>", "GET", "reviews.view_queue", on="ladder",
        expect={"mine": 200, "missing": 404}),
    Row("api/v1/calendars", "GET", "reviews.view_queue"),
    Row("api/v1/calendars/<slug:slug>", "GET", "reviews.view_queue", on="calendar",
        expect={"mine": 200, "missing": 404}),
    Row("api/v1/queues/<slug:slug>/claim-next", "POST", "reviews.claim_case", on="queue",
        expect={"mine": 200, "foreign": 404, "missing": 404}),
    Row("api/v1/cases", "GET", "reviews.view_case"),
    Row("api/v1/cases/<uuid:case_id>", "GET", "reviews.view_case", on="case",
        expect={"mine": 200, "taken": 200, "foreign": SEEN_BY_OVERSEERS, "missing": 404}),
    Row("api/v1/cases/<uuid:case_id>/claim", "POST", "reviews.claim_case", on="case",
        expect={**at_case(409), "open": 200}),
    Row("api/v1/cases/<uuid:case_id>/release", "POST", "reviews.claim_case", on="case",
        expect=at_case(200)),
    Row("api/v1/cases/<uuid:case_id>/heartbeat", "POST", "reviews.claim_case", on="case",
        expect=at_case(200)),
    Row("api/v1/cases/<uuid:case_id>/escalate", "POST", "reviews.escalate_case", on="case",
        expect=at_case(200)),
    Row("api/v1/cases/<uuid:case_id>/impact", "POST", "reviews.rule_on_case", on="case",
        expect=at_case(200), body={"impact": 5000}),
    Row("api/v1/cases/<uuid:case_id>/judgement", "POST", "reviews.rule_on_case", on="blind case",
        expect=at_case(201), body=_blind),
    Row("api/v1/cases/<uuid:case_id>/verdict", "POST", "reviews.rule_on_case", on="case",
        expect=at_case(201), body=VERDICT),
    Row("api/v1/halts", "GET", ("halts:write", "models_registry.view_halt")),
    Row("api/v1/halts", "POST", ("halts:write", "models_registry.place_halt"),
        expect={"mine": {"*": 201, CLIENT_OF_ANOTHER: 422},
                "foreign": {"*": 201, CLIENT: 422}},
        body=_system(reason="Drift.")),
    Row("api/v1/halts/<uuid:halt_id>/lift", "POST", "models_registry.lift_halt", on="halt",
        expect={"mine": 202, "missing": 404}, body={"reason": "Mended."}),
    *(Row("^api/v1/(?P<address>(?s:.*))$", method, OPEN, {"missing": 404}, on="unknown")
      for method in ("GET", "POST", "PUT", "PATCH", "DELETE")),
]  # fmt: skip

FILES = [
    Row("ledger/checkpoint", "GET", OPEN, {"": 404}),
    Row("ledger/keys", "GET", OPEN),
    # Witnesses have no account: what counts is whose signature it is.
    Row("ledger/cosignatures", "POST", OPEN, {"": 400}),
    Row("ledger/^tile/(?P<address>(?s:.*))$", "GET", OPEN, {"hashes": 404}, on="tile"),
    Row("ledger/^tile/(?P<address>(?s:.*))$", "GET", "governance.view_ledgerentry",
        {"entries": 404}, on="tile", refused=403),
    Row(".well-known/jwks.json", "GET", OPEN),
    Row("schemas/policy.json", "GET", OPEN),
    Row("api/schema/", "GET", OPEN),
    Row("api/docs/", "GET", OPEN),
]  # fmt: skip


PAGES = [
    Row("", "GET", SIGNED_IN),
    Row("queues/", "GET", SIGNED_IN),
    Row("queues/<slug:slug>/", "GET", SIGNED_IN, on="queue",
        expect={"mine": NOT_BY_ADMINISTRATORS, "foreign": SEEN_BY_OVERSEERS, "missing": 404}),
    *verb_page("queues/<slug:slug>/claim-next/", "reviews.claim_case", "queue",
               {"mine": 302, "foreign": 404, "missing": 404}),
    Row("cases/<uuid:case_id>/", "GET", SIGNED_IN, on="case",
        expect={"mine": NOT_BY_ADMINISTRATORS, "taken": NOT_BY_ADMINISTRATORS,
                "foreign": SEEN_BY_OVERSEERS, "missing": 404}),
    # Whoever holds it already is led to it.
    *verb_page("cases/<uuid:case_id>/claim/", "reviews.claim_case", "case",
               {**at_case(302), "open": 302}),
    *verb_page("cases/<uuid:case_id>/release/", "reviews.claim_case", "case", at_case(302)),
    *verb_page("cases/<uuid:case_id>/extend/", "reviews.claim_case", "case", at_case(302)),
    *verb_page("cases/<uuid:case_id>/hand-up/", "reviews.escalate_case", "case", at_case(302)),
    *verb_page("cases/<uuid:case_id>/judgement/", "reviews.rule_on_case", "blind case",
               at_case(302), _blind),
    *verb_page("cases/<uuid:case_id>/verdict/", "reviews.rule_on_case", "case",
               at_case(302), VERDICT),
    Row("decisions/", "GET", "reviews.view_every_decision"),
    Row("decisions/<uuid:decision_id>/", "GET", SIGNED_IN, on="decision in queue",
        expect={"mine": NOT_BY_ADMINISTRATORS, "foreign": SEEN_BY_OVERSEERS, "missing": 404}),
    Row("reports/", "GET", ("governance.view_reportrun", "governance.issue_report")),
    # Who may read reports is shown the page, and refused the order.
    Row("reports/", "POST", "governance.issue_report", {"": 302},
        body={"kind": "human_oversight", "system": "lending", "span": "30"}),
    *(
        Row(f"reports/<uuid:report_id>/{part}", "GET",
            ("governance.view_reportrun", "governance.issue_report"), on="report",
            expect={"mine": 200, "foreign": OF_OWN_SYSTEM, "missing": 404})
        for part in ("", "state/")
    ),
    Row("evidence/", "GET", ("governance.view_evidencebundle", "governance.issue_bundle")),
    Row("evidence/", "POST", "governance.issue_bundle", {"": 302}, body=_evidence_form),
    Row("evidence/ask/<slug:about>/<uuid:about_id>/", "GET", "governance.issue_bundle",
        on="evidence", expect={"mine": 200}),
    Row("evidence/ask/<slug:about>/<uuid:about_id>/", "POST", "governance.issue_bundle",
        on="evidence", expect={"mine": 302, "missing": 404}, body={"held": ""}),
    *(
        Row(f"evidence/<uuid:bundle_id>/{part}", "GET",
            ("governance.view_evidencebundle", "governance.issue_bundle"), on="bundle",
            expect={"mine": 200, "others": 200, "missing": 404})
        for part in ("", "state/")
    ),
]  # fmt: skip

# Signing in and one's own account: allauth's pages under our addresses. They concern whoever is
# signed in and nobody else, so there is nothing of others' to ask for.
_OWN = dict.fromkeys(ROLES, 302)
_FACTOR = "account/second-factor/"
ACCOUNT = [
    Row("sign-in/", "GET", OPEN, {"": {"*": 200, **_OWN}}),
    Row("sign-in/", "POST", OPEN, {"": {"*": 200, **_OWN}}),
    Row("sign-in/again/", "GET", SIGNED_IN),
    Row("sign-in/again/", "POST", SIGNED_IN),
    Row("sign-in/inactive/", "GET", OPEN, {"": (200, 302)}),
    Row("sign-out/", "POST", OPEN, {"": 302}),
    Row("sign-out/", "GET", OPEN, {"": 405}),
    Row("account/password/", "GET", SIGNED_IN),
    Row("account/password/", "POST", SIGNED_IN),
    Row(_FACTOR, "GET", SIGNED_IN, {"": (200, 302)}),
    Row(f"{_FACTOR}authenticate/", "GET", OPEN, {"": 302}),
    Row(f"{_FACTOR}authenticate/", "POST", OPEN, {"": 302}),
    *(
        Row(f"{_FACTOR}{part}", method, SIGNED_IN, {"": (200, 302, 404)})
        for part, methods in {
            "reauthenticate/": "GET POST",
            "totp/activate/": "GET POST",
            "totp/deactivate/": "GET POST",
            "recovery-codes/": "GET",
            "recovery-codes/generate/": "GET POST",
            "recovery-codes/download/": "GET",
        }.items()
        for method in methods.split()
    ),
]  # fmt: skip

# The administration's own pages; those of its models stand in `administration.py`. Who may not
# open it at all is led to the sign-in.
_SITE = "governance.use_admin"
ADMIN_SITE = [
    Row("admin/login/", "GET", OPEN, {"": (200, 302, 403)}),
    Row("admin/login/", "POST", OPEN, {"": (200, 302, 403)}),
    Row("admin/", "GET", _SITE, refused=302),
    Row("admin/logout/", "POST", _SITE, {"": 200}, refused=302),
    Row("admin/password_change/", "GET", _SITE, {"": (200, 302)}, refused=302),
    Row("admin/password_change/done/", "GET", _SITE, refused=302),
    Row("admin/autocomplete/", "GET", _SITE, {"": 403}, refused=302),
    Row("admin/jsi18n/", "GET", _SITE, refused=302),
    Row("admin/r/<path:content_type_id>/<path:object_id>/", "GET", _SITE, {"missing": 404},
        on="shortcut", refused=302),
    Row("admin/^(?P<app_label>governance|models_registry|reviews)/$", "GET", _SITE,
        {"mine": (200, 404)}, on="app", refused=302),
    Row("admin/(?P<url>.*)$", "GET", _SITE, {"missing": 404}, on="unknown", refused=302),
]  # fmt: skip

ADDRESSES = [
    *API,
    *AUDITS,
    *CONTESTATIONS,
    *MONITORS,
    *PAUSES,
    *LAB,
    *MOTIONS,
    *OPERATIONS,
    *NOTICES,
    *WEBHOOKS,
    *COMMAND,
    *AROUND_RULINGS,
    *TEMPLATES,
    *FILES,
    *PAGES,
    *ACCOUNT,
    *ADMIN_SITE,
]


def callers_of(row: Row) -> tuple[str, ...]:
    """Everybody; a program's key opens no page, so one program stands for all there. Where
    nothing is asked for, one of each kind of caller is enough."""
    if OPEN in row.words:
        return (ANONYMOUS, "auditor", CLIENT)
    return CALLERS if row.is_api else (ANONYMOUS, *ROLES, CLIENT)
