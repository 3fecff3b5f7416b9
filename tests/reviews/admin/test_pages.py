"""Every list and page of the administration, with real rows behind it.

Here, because only this floor has rows of all of them.
"""

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.admin import paginator
from governance.models import ApiKey, Payload, User
from reviews.models import Permit
from tests.factories import build_world, change, policy_text
from tests.reviews.admin.rows import add_one_of_each

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
EXPECTED = {
    "governance": {
        "Absence", "Conflict", "Delegation",
        "User", "ReviewerRole", "RoleAssignment", "DecisionRight", "Qualification", "Policy",
        "PolicyVersion", "ApiClient", "ApiKey", "LedgerEntry", "OutboxMessage", "Refusal",
        "ReportRun", "Payload", "CheckpointKey", "Checkpoint", "Witness", "LedgerAlarm",
        "VerificationRun", "Motion", "MotionBallot", "ActQuorum", "PolicyDraft",
        "WebhookEndpoint",
    },
    "models_registry": {
        "AISystem", "Classification", "ModelVersion", "DecisionType", "Mandate", "Halt",
        "LevelChange",
    },
    "reviews": {
        "Decision", "Evaluation", "Case", "Queue", "QueueMembership", "Verdict", "Permit",
        "Execution", "Escalation", "Reversal", "GroundTruth", "Withdrawal", "Recusal",
        "StaffingAlarm", "MonitorAlarm", "MonitorRun", "AuditRate", "ReversalAlarm", "Simulation",
        "Shadow",
    },
}  # fmt: skip
# Filters offer each system, type, queue, policy, role: fewer rows than pages, and bounded.
MANY = 30


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """Two rows of each model for a whole module: making them takes longer than looking at them."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world(text=policy_text(audit_rate=1))
        for number in range(2):
            add_one_of_each(world, number)
        yield world
        transaction.set_rollback(True)


pytestmark = pytest.mark.django_db


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_exactly_the_products_own_models_are_administered():
    registered = {}
    for model in MODELS:
        registered.setdefault(model._meta.app_label, set()).add(model.__name__)
    assert registered == EXPECTED


@pytest.mark.parametrize("role", ["auditor", "compliance-officer"])
def test_every_list_page_and_history_opens(role, filled, signed_in):
    client = signed_in(role)
    for model in MODELS:
        row = model._default_manager.first()
        assert row is not None, f"no {model.__name__} to look at"
        listed = client.get(url(model, "changelist")).context["cl"].result_list
        assert len(listed) >= 2, model
        pages = [url(model, "changelist")]
        pages += [url(model, page, row.pk) for page in ("change", "history")]
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert "Content-Security-Policy" in answer.headers
            assert " style=" not in answer.text
            assert "<script>" not in answer.text


def test_no_list_takes_more_queries_for_more_rows(filled, signed_in):
    client = signed_in("auditor")

    def queries():
        counts = {}
        for model in MODELS:
            client.get(url(model, "changelist"))
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url(model, "changelist")).status_code == 200
            counts[model.__name__] = len(captured)
        return counts

    few = queries()
    for number in range(2, MANY):
        add_one_of_each(filled, number)
    assert queries() == few


def test_no_page_holds_a_secret(filled, signed_in):
    client = signed_in("auditor")
    secrets = {
        *ApiKey.objects.values_list("secret_sha256", flat=True),
        *Permit.objects.values_list("token", flat=True),
        *User.objects.values_list("password", flat=True),
        *(bytes(payload.sealed).hex() for payload in Payload.objects.all()),
        *(bytes(payload.commitment_key).hex() for payload in Payload.objects.all()),
        filled.key,
        "I would like a loan.",
        "customer-1",
    }
    for model in MODELS:
        for row in model._default_manager.all()[:5]:
            for page in ("change", "history"):
                text = client.get(url(model, page, row.pk)).text
                assert not [secret for secret in secrets if secret in text], (model, page)
        text = client.get(url(model, "changelist")).text
        assert not [secret for secret in secrets if secret in text], model


def test_large_tables_are_never_counted_whole(filled, signed_in, monkeypatch):
    monkeypatch.setattr(paginator, "MOST_COUNTED", 1)
    with CaptureQueriesContext(connection) as captured:
        text = signed_in("auditor").get("/admin/reviews/decision/").text
    counts = [query["sql"] for query in captured if "COUNT(*)" in query["sql"]]
    assert counts
    assert all("LIMIT 2" in sql for sql in counts)
    assert "More than 1 decisions" in text


def test_demo_things_and_simulated_people_are_marked(filled, signed_in):
    client = signed_in("auditor")
    filled.system.is_demo = True
    change(filled.system, "is_demo")
    filled.reviewer.is_simulated = True
    change(filled.reviewer, "is_simulated")
    assert "Demo</span>" in client.get("/admin/models_registry/aisystem/").text
    assert "Demo</span>" in client.get("/admin/reviews/case/").text
    assert "Simulated</span>" in client.get("/admin/governance/user/").text
