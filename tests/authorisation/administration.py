"""The administration's pages of its models and their acts: the table.

Which role may view, add, change and delete which model is `MAY` of
`tests.reviews.admin.test_rights`.
Adding an act: one row in ACTS, under the path that its page has below `admin/`:

    "reviews/thing do": Act("reviews.do_thing", Thing, {"reason": "Drift."}, done=(302,))

`needs`: the permission, beside the one to see the row; `model`: whose newest row is acted on,
unless `pick` says another;
`body`: a form that is whole; `done`: the statuses for those who may, 409 where the row's state
does not allow it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db.models import Model

from governance.models import (
    Absence,
    ApiClient,
    ApiKey,
    Conflict,
    DecisionRight,
    Delegation,
    Policy,
    ReviewerRole,
    RoleAssignment,
    User,
    Witness,
)
from models_registry.models import AISystem, Halt, Mandate, ModelVersion
from reviews.models import Case, Ladder, Queue
from tests.authorisation.roles import GRANTED
from tests.factories import PASSWORD, policy_text
from tests.reviews.admin.test_rights import MAY
from tests.reviews.ladders.made import OTHER_LADDER

_OF_A_MODEL = re.compile(
    r"admin/(governance|models_registry|reviews)/\w+/"
    r"(add/|<path:object_id>/((history|delete|change)/)?|<uuid:\w+>/[\w-]+/)?"
)
_ACT = re.compile(r"admin/(\w+/\w+)/<uuid:\w+>/([\w-]+)/")


@dataclass(frozen=True)
class Act:
    needs: str
    model: type[Model]
    body: Mapping[str, Any] | Callable[[], Mapping[str, Any]] = field(default_factory=dict)
    done: tuple[int, ...] = (302,)
    pick: str = "last"

    def admits(self, role: str) -> bool:
        return role in GRANTED[self.needs] and "v" in may(role, self.model)


def may(role: str, model: type[Model]) -> str:
    """The letters of v(iew), a(dd), c(hange), d(elete)."""
    return MAY.get(role, {}).get(model._meta.model_name, "")


def is_of_a_model(path: str) -> bool:
    """One that every model has, or an act; any other has a row in `addresses.py`."""
    return bool(_OF_A_MODEL.fullmatch(path))


def act_of(path: str) -> str | None:
    """`app/model act` of an act's address; None for every other."""
    match = _ACT.fullmatch(path)
    return f"{match[1]} {match[2]}" if match else None


def _auditors() -> Mapping[str, Any]:
    return {"role": ReviewerRole.objects.get(slug="auditor").pk}


_LATER = {"expires_at_0": "2030-01-01", "expires_at_1": "00:00:00"}

ACTS = {
    "governance/witness trust": Act("governance.trust_witness", Witness, done=(302, 409)),
    "governance/witness distrust": Act("governance.trust_witness", Witness),
    "governance/user assign-role": Act(
        # Not the newest, who asks: nobody gives themself a role.
        "governance.add_roleassignment",
        User,
        _auditors,
        pick="first",
    ),
    "governance/user set-password": Act(
        "governance.change_user", User, {"password": PASSWORD, "password_again": PASSWORD}
    ),
    # No version is newer than the one that made these roles, so that nothing is offered to choose.
    "governance/reviewerrole add-standard": Act(
        "governance.change_reviewerrole", ReviewerRole, done=(200,)
    ),
    "governance/roleassignment end": Act("governance.change_roleassignment", RoleAssignment),
    "governance/apiclient issue-key": Act(
        "governance.issue_apikey", ApiClient, {"scopes": ["outcomes:write"], **_LATER}, (200, 302)
    ),
    "governance/apikey revoke": Act("governance.issue_apikey", ApiKey),
    "governance/policy publish": Act(
        "governance.publish_policyversion", Policy, {"text": policy_text(rules=" []")}, (200, 302)
    ),
    "governance/decisionright end-right": Act(
        "governance.change_decisionright", DecisionRight, {"reason": "Not needed."}
    ),
    "governance/absence end-absence": Act("governance.manage_absence", Absence),
    "governance/conflict end-conflict": Act("governance.manage_conflict", Conflict),
    # What was lent may have run out by the day on which this is tried.
    "governance/delegation revoke-delegation": Act(
        "governance.revoke_delegation", Delegation, done=(302, 409)
    ),
    "models_registry/mandate revoke": Act("models_registry.issue_mandate", Mandate),
    "models_registry/aisystem classify": Act(
        "models_registry.classify_aisystem", AISystem, done=(200, 302)
    ),
    "models_registry/aisystem change-status": Act(
        "models_registry.manage_aisystem", AISystem, {"status": "registered"}
    ),
    "models_registry/modelversion change-status": Act(
        "models_registry.manage_aisystem", ModelVersion, {"status": "approved"}
    ),
    "models_registry/halt lift": Act("models_registry.lift_halt", Halt, {"reason": "Mended."}),
    # Nobody who holds one of the six roles alone both opens the administration and claims.
    "reviews/case claim": Act("reviews.claim_case", Case),
    "reviews/case release": Act("reviews.claim_case", Case),
    "reviews/ladder publish": Act(
        "reviews.change_queue", Ladder, {"text": OTHER_LADDER + "# again"}
    ),
    "reviews/queue close": Act("reviews.change_queue", Queue),
    "reviews/queue open": Act("reviews.change_queue", Queue),
}

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
