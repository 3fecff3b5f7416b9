"""Who may do what in the administration: written down, not derived."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from reviews.services.absences import record_absence
from reviews.services.conflicts import record_conflict
from reviews.services.delegating import delegate
from tests.factories import SETUP, build_world, make_person
from tests.governance.ledger.sealed import new_witness

pytestmark = pytest.mark.django_db

# Role -> model -> v(iew), a(dd), c(hange), d(elete). A model that is not named: nothing.
GOVERNANCE = [
    "absence", "actquorum", "apiclient", "apikey", "checkpoint", "checkpointkey", "conflict",
    "decisionright", "delegation", "ledgeralarm", "ledgerentry", "motion", "motionballot",
    "outboxmessage", "payload", "policy", "policydraft", "policyversion", "qualification",
    "refusal", "reportrun", "reviewerrole", "roleassignment", "user", "verificationrun",
    "webhookendpoint", "witness",
]  # fmt: skip
REGISTRY = [
    "aisystem", "classification", "decisiontype", "halt", "levelchange", "mandate",
    "modelversion",
]  # fmt: skip
REVIEWS = [
    "auditrate", "calendar", "case", "decision", "escalation", "evaluation", "execution",
    "groundtruth", "ladder", "monitoralarm", "monitorrun", "pause", "permit", "queue",
    "queuemembership", "recusal", "reversal", "reversalalarm", "shadow", "simulation",
    "staffingalarm", "verdict", "withdrawal",
]  # fmt: skip
EVERYTHING = dict.fromkeys(GOVERNANCE + REGISTRY + REVIEWS, "v")
MAY = {
    "auditor": EVERYTHING,
    "compliance-officer": EVERYTHING | {
        "policy": "vac", "decisionright": "va", "qualification": "vac", "decisiontype": "vac",
        "mandate": "va", "halt": "va", "queue": "vac", "queuemembership": "vad", "witness": "va",
        "calendar": "vac", "ladder": "vac",
        "absence": "va", "conflict": "va",
    },
    "administrator": dict.fromkeys(GOVERNANCE, "v") | {
        "user": "vac", "reviewerrole": "vacd", "roleassignment": "va", "apiclient": "vac",
        "queue": "v", "queuemembership": "vad", "ladder": "v",
    },
    "system-owner": dict.fromkeys(REGISTRY, "v") | {
        "aisystem": "vac", "modelversion": "vac", "decisiontype": "vac", "mandate": "va",
        "halt": "va", "policy": "v", "policyversion": "v", "queue": "v", "case": "v",
        "decision": "v", "ladder": "v",
    },
}  # fmt: skip
# Role -> the acts that its pages offer.
ACTS = {
    "auditor": set(),
    "compliance-officer": {
        "classify",
        "publish",
        "close",
        "distrust",
        "end-absence",
        "end-conflict",
        "revoke-delegation",
    },
    "administrator": {"assign-role", "set-password", "end", "issue-key", "revoke"},
    "system-owner": {"classify", "change-status"},
}


def holding(role):
    request = RequestFactory().get("/admin/")
    request.user = make_person(roles=[role])
    return request


@pytest.mark.parametrize("role", MAY)
def test_each_role_may_exactly_this(role):
    request = holding(role)
    checks = {"v": "view", "a": "add", "c": "change", "d": "delete"}
    found = {}
    for model, door in admin.site._registry.items():
        may = "".join(
            letter
            for letter, word in checks.items()
            if getattr(door, f"has_{word}_permission")(request)
        )
        if may:
            found[model._meta.model_name] = may
    assert found == MAY[role]


@pytest.mark.parametrize("role", ["reviewer", "senior-reviewer"])
def test_reviewers_do_not_get_in(role, signed_in):
    assert signed_in(role).get("/admin/").status_code == 302


@pytest.mark.parametrize("role", ACTS)
def test_each_role_is_offered_and_let_in_to_exactly_these_acts(role, signed_in):
    world, client = build_world(), signed_in(role)
    offered = set()
    now, other = timezone.now(), make_person(roles=["reviewer"])
    for row in [
        record_absence(person=other, by=other, now=now),
        delegate(
            delegator=world.reviewer, delegate=other, valid_until=now + timedelta(days=1),
            reason="Leave.", now=now,
        ),
        record_conflict(
            person=other, organisation="Example Bank", reason="Shares.", actor=SETUP, now=now
        ),
        world.system, world.version, world.policy, world.client, world.client.keys.get(),
        world.reviewer, world.reviewer.role_assignments.get(), world.first_line,
        new_witness("witness.example")[0],
    ]:  # fmt: skip
        door = admin.site._registry[type(row)]
        prefix = f"admin:{row._meta.app_label}_{row._meta.model_name}_"
        page = client.get(reverse(f"{prefix}change", args=[row.pk]))
        shown = page.context or {}
        links = [*shown.get("acts", []), *shown.get("more_acts", [])]
        # The stop has a page of its own, outside of the administration.
        urls = [str(link["url"]) for link in links if "/halts/place/" not in str(link["url"])]
        names = {url.rstrip("/").rsplit("/", 1)[1] for url in urls}
        for act in door.acts:
            if act.fits(row):
                answer = client.get(reverse(f"{prefix}{act.name}", args=[row.pk]))
                assert answer.status_code == (200 if act.name in names else 403), act
        offered |= names
    assert offered == ACTS[role]


@pytest.mark.parametrize("page", ["add", "change", "delete"])
def test_the_auditor_sends_nothing(signed_in, page):
    world, auditor = build_world(), signed_in("auditor")
    for row in (world.system, world.policy, world.reviewer, world.first_line, world.version):
        address = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
        key = [] if page == "add" else [row.pk]
        answer = auditor.post(reverse(address, args=key), {"name": "Other", "post": "yes"})
        assert answer.status_code == 403


@pytest.mark.parametrize("model", ["case", "decision", "verdict", "permit"])
def test_the_administrator_sees_no_case(signed_in, model):
    world = build_world()
    case = world.open_case()
    administrator = signed_in("administrator")
    assert administrator.get(f"/admin/reviews/{model}/").status_code == 403
    if model == "case":
        assert administrator.get(f"/admin/reviews/case/{case.pk}/change/").status_code == 403
        assert administrator.get(f"/admin/reviews/case/{case.pk}/history/").status_code == 403
