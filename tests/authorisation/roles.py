"""Which of the installed roles grant which permission. Written down, not derived: a pattern that
grants too much shows here."""

from __future__ import annotations

from tests.authorisation.world import ROLES

_REVIEWERS = frozenset({"reviewer", "senior-reviewer"})
_OFFICER = frozenset({"compliance-officer"})
_OWNER = frozenset({"system-owner"})
_ADMINISTRATOR = frozenset({"administrator"})
_SEE_ALL = _OFFICER | {"auditor"}
EVERY_ROLE = frozenset(ROLES)

GRANTED = {
    "governance.use_admin": EVERY_ROLE - _REVIEWERS,
    "governance.view_ledgerentry": _SEE_ALL | _ADMINISTRATOR,
    "governance.view_policy": EVERY_ROLE - _REVIEWERS,
    "governance.view_policyversion": EVERY_ROLE - _REVIEWERS,
    "governance.view_policydraft": EVERY_ROLE - _REVIEWERS - {"system-owner"},
    "governance.view_reportrun": _SEE_ALL | _ADMINISTRATOR,
    "governance.view_evidencebundle": _SEE_ALL | _ADMINISTRATOR,
    "governance.view_webhookendpoint": _SEE_ALL | _ADMINISTRATOR,
    "governance.manage_webhookendpoint": _OFFICER | _ADMINISTRATOR,
    "governance.add_policy": _OFFICER,
    "governance.publish_policyversion": _OFFICER,
    "governance.trust_witness": _OFFICER,
    "governance.issue_report": _OFFICER | _OWNER,
    "governance.issue_bundle": _SEE_ALL,
    "governance.issue_apikey": _ADMINISTRATOR,
    "governance.change_user": _ADMINISTRATOR,
    "governance.change_reviewerrole": _ADMINISTRATOR,
    "governance.add_roleassignment": _ADMINISTRATOR,
    "governance.change_roleassignment": _ADMINISTRATOR,
    "governance.view_motion": _SEE_ALL | _ADMINISTRATOR,
    "governance.view_decisionright": _SEE_ALL | _ADMINISTRATOR,
    "governance.view_qualification": _SEE_ALL | _ADMINISTRATOR,
    "governance.view_conflict": _SEE_ALL | _ADMINISTRATOR,
    "governance.erase_subject": _OFFICER,
    "governance.change_decisionright": _OFFICER,
    "governance.change_actquorum": _OFFICER,
    "governance.delegate_right": _REVIEWERS,
    "governance.revoke_delegation": _OFFICER,
    "governance.manage_absence": _OFFICER,
    "governance.manage_conflict": _OFFICER,
    "governance.view_delivery": _SEE_ALL | _ADMINISTRATOR,
    "governance.manage_chataddress": _OFFICER | _ADMINISTRATOR,
    "models_registry.view_aisystem": _SEE_ALL | _OWNER,
    "models_registry.view_modelversion": _SEE_ALL | _OWNER,
    "models_registry.view_decisiontype": _SEE_ALL | _OWNER,
    "models_registry.raise_level": _OFFICER | _OWNER,
    "models_registry.lower_level": _OFFICER | _OWNER,
    "models_registry.view_mandate": _SEE_ALL | _OWNER,
    "models_registry.view_halt": _SEE_ALL | _OWNER,
    "models_registry.manage_aisystem": _OWNER,
    "models_registry.manage_decisiontype": _OFFICER | _OWNER,
    "models_registry.classify_aisystem": _OFFICER | _OWNER,
    "models_registry.load_template": _OFFICER | _OWNER,
    "models_registry.issue_mandate": _OFFICER | _OWNER,
    "models_registry.place_halt": EVERY_ROLE - {"auditor", "administrator"},
    "models_registry.lift_halt": _OFFICER | _OWNER | {"senior-reviewer"},
    "reviews.view_queue": EVERY_ROLE,
    "reviews.view_case": EVERY_ROLE - _ADMINISTRATOR,
    "reviews.view_decision": _SEE_ALL | _OWNER,
    "reviews.view_every_decision": _SEE_ALL | _OWNER,
    "reviews.view_every_queue": _SEE_ALL | _OWNER,
    "reviews.view_contestation": _SEE_ALL,
    "reviews.register_contestation": _OFFICER,
    "reviews.claim_case": _REVIEWERS,
    "reviews.rule_on_case": _REVIEWERS,
    "reviews.escalate_case": _REVIEWERS,
    "reviews.pause_case": _OFFICER,
    "reviews.change_queue": _OFFICER,
    "reviews.close_monitoralarm": _OFFICER,
}
