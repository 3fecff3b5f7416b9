"""What every installation starts with: the six roles."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from governance.ledger import record
from governance.models import Actor, ReviewerRole


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """A role as it is first made; afterwards the installation may change it."""

    slug: str
    name: str
    description: str
    permissions: list[str]
    max_claims: int
    delegation_depth: int | None = None


_VIEW_CASES = ["reviews.view_queue", "reviews.view_case"]
_VIEW_WORK = [
    *_VIEW_CASES,
    "reviews.view_decision",
    "reviews.view_every_decision",
    "reviews.view_every_queue",
]
_REVIEW = [
    *_VIEW_CASES,
    "reviews.claim_case",
    "reviews.rule_on_case",
    "reviews.escalate_case",
    "governance.delegate_right",
]
_VIEW_ALL = ["*.view_*", "governance.use_admin"]

ROLES = [
    RoleSpec(
        slug="reviewer",
        name="Reviewer",
        description="Claims cases of their queues and rules on them.",
        permissions=[*_REVIEW, "models_registry.place_halt"],
        max_claims=5,
        delegation_depth=1,
    ),
    RoleSpec(
        slug="senior-reviewer",
        name="Senior reviewer",
        description="Rules on escalated cases as well, and may stop and release a system.",
        permissions=[*_REVIEW, "models_registry.place_halt", "models_registry.lift_halt"],
        max_claims=10,
        delegation_depth=1,
    ),
    RoleSpec(
        slug="compliance-officer",
        name="Compliance officer",
        description="Publishes policies, sets queues and rights, issues reports and evidence.",
        permissions=[
            *_VIEW_ALL,
            "governance.publish_policyversion",
            "governance.add_policy",
            "governance.change_policy",
            "governance.issue_report",
            "governance.issue_bundle",
            "governance.erase_subject",
            "governance.trust_witness",
            "governance.change_decisionright",
            "governance.change_actquorum",
            "governance.revoke_delegation",
            "governance.manage_absence",
            "governance.manage_conflict",
            "governance.manage_chataddress",
            "governance.manage_webhookendpoint",
            "governance.add_qualification",
            "governance.change_qualification",
            "models_registry.classify_aisystem",
            "models_registry.manage_decisiontype",
            "models_registry.load_template",
            "models_registry.issue_mandate",
            "models_registry.place_halt",
            "models_registry.lift_halt",
            "models_registry.raise_level",
            "models_registry.lower_level",
            "reviews.close_monitoralarm",
            "reviews.pause_case",
            "reviews.add_queue",
            "reviews.change_queue",
            "reviews.add_queuemembership",
            "reviews.delete_queuemembership",
            "reviews.register_contestation",
        ],
        max_claims=0,
    ),
    RoleSpec(
        slug="system-owner",
        name="System owner",
        description="Registers AI systems, their versions and decision types; never rules on them.",
        permissions=[
            "models_registry.*",
            "governance.use_admin",
            "governance.view_policy",
            "governance.view_policyversion",
            "governance.issue_report",
            *_VIEW_WORK,
        ],
        max_claims=0,
    ),
    RoleSpec(
        slug="auditor",
        name="Auditor",
        description="Reads everything, takes evidence along, and changes nothing.",
        permissions=[*_VIEW_ALL, "governance.issue_bundle"],
        max_claims=0,
    ),
    RoleSpec(
        slug="administrator",
        name="Administrator",
        description="Creates accounts, roles and API keys; sees no case.",
        permissions=[
            "governance.use_admin",
            "governance.*_user",
            "governance.*_reviewerrole",
            "governance.*_roleassignment",
            "governance.*_apiclient",
            "governance.*_apikey",
            "governance.manage_chataddress",
            "governance.manage_webhookendpoint",
            "governance.view_*",
            "reviews.*_queuemembership",
            "reviews.view_queue",
        ],
        max_claims=0,
    ),
]


INSTALLER = Actor.system("installation")


@transaction.atomic
def install_roles(*, now: datetime) -> list[ReviewerRole]:
    """Make the roles that are missing; those that exist stay as they are. Returns the new ones."""
    known = set(ReviewerRole.objects.values_list("slug", flat=True))
    made = [ReviewerRole(**asdict(spec)) for spec in ROLES if spec.slug not in known]
    for role in made:
        record.keep(
            role,
            "governance.reviewerrole.created",
            actor=INSTALLER,
            at=now,
            body={"slug": role.slug, "permissions": role.permissions},
        )
    return made
