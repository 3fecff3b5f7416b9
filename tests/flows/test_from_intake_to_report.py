"""The whole path over real HTTP: intake, evaluation, claim, verdict, permit, execution, late case,
verified ledger, report as PDF. The ledger is looked at after each step."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import jwt
import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from governance.models import LedgerEntry
from governance.services.verifying.whole import verify_ledger
from governance.tasks import run_waiting_reports
from reviews.models import Case
from reviews.tasks import escalate_overdue_cases
from tests.factories import World, build_world

pytestmark = pytest.mark.django_db(transaction=True)


class Integrator:
    """Calls the API with a key, as an AI system does."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return self._call("POST", path, body)

    def get(self, path: str) -> dict[str, Any]:
        return self._call("GET", path, None)[1]

    def _call(self, method: str, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        request = Request(
            f"{self.url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urlopen(request) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refused:
            return refused.code, json.load(refused)


class NewEntries:
    """The events entered since the last look."""

    def __init__(self) -> None:
        self.last = LedgerEntry.objects.order_by("id").last()

    def look(self) -> list[str]:
        entries = LedgerEntry.objects.order_by("id")
        if self.last is not None:
            entries = entries.filter(id__gt=self.last.id)
        self.last = entries.last() or self.last
        return [entry.event for entry in entries]


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def verb(client: Client, path: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{path}", body, content_type="application/json")
    assert answer.status_code in (200, 201, 202), answer.content
    return answer.json()


@pytest.fixture
def world() -> World:
    return build_world()


def test_a_decision_goes_its_whole_way(live_server, world):
    integrator = Integrator(live_server.url, world.key)
    reviewer = signed_in(world.reviewer)
    entries = NewEntries()
    now = timezone.now().isoformat()

    status, decision = integrator.post("/api/v1/decisions", world.body(occurred_at=now))
    assert (status, decision["disposition"], decision["standing"]) == (201, "review", "in_review")
    assert decision["permit"] is None
    assert entries.look() == [
        "reviews.decision.received",
        "reviews.decision.evaluated",
        "reviews.case.opened",
    ]

    case = verb(reviewer, "queues/first-line/claim-next")
    assert case["id"] == decision["case"]["id"]
    assert entries.look() == ["reviews.case.claimed"]

    verdict = verb(
        reviewer,
        f"cases/{case['id']}/verdict",
        claim=case["claim"],
        kind="override",
        outcome="grant",
        reason_code="contradicts-evidence",
        reason_text="The letter shows a second income.",
    )
    assert verdict["case_state"] == "decided"
    assert entries.look() == [
        "reviews.verdict.given",
        "reviews.case.decided",
        "reviews.permit.issued",
    ]

    settled = integrator.get(f"/api/v1/decisions/{decision['id']}")
    assert (settled["standing"], settled["outcome"]) == ("permitted", "grant")
    permit = settled["permit"]
    key = jwt.PyJWKSet.from_dict(integrator.get("/.well-known/jwks.json")).keys[0]
    claims = jwt.decode(permit["token"], key.key, algorithms=["EdDSA"])
    assert (claims["outcome"], claims["verdicts"]) == ("grant", [verdict["id"]])

    status, used = integrator.post("/api/v1/permits/consume", {"permit": permit["token"]})
    assert (status, used["outcome"], used["digest"]) == (200, "grant", claims["digest"])
    assert entries.look() == ["reviews.permit.consumed"]
    status, again = integrator.post("/api/v1/permits/consume", {"permit": permit["token"]})
    assert (status, again["code"]) == (409, "permit_spent")
    assert entries.look() == ["governance.act.refused"]

    act = {"permit": permit["token"], "outcome": "grant", "executed_at": now}
    status, _ = integrator.post(f"/api/v1/decisions/{decision['id']}/executions", act)
    assert status == 201
    assert entries.look() == ["reviews.decision.executed"]

    truth = {"outcome": "grant", "source": "repaid", "observed_at": now}
    status, _ = integrator.post(f"/api/v1/decisions/{decision['id']}/outcome", truth)
    assert status == 201
    assert entries.look() == ["reviews.truth.recorded"]
    assert integrator.get(f"/api/v1/decisions/{decision['id']}")["standing"] == "executed"

    events = integrator.get("/api/v1/events")["results"]
    assert [event["event"] for event in events] == ["decision.finalised"]
    assert verify_ledger().faults == []


def test_a_late_case_climbs_and_a_report_tells_of_it(live_server, world):
    integrator = Integrator(live_server.url, world.key)
    long_ago = timezone.now() - timedelta(hours=5)
    case = world.open_case(now=long_ago)
    world.submit(now=timezone.now(), outcome="grant", confidence=0.99)
    officer = signed_in(world.officer)
    entries = NewEntries()

    escalate_overdue_cases()
    case.refresh_from_db()
    assert (case.queue, case.rung, case.state) == (world.second_line, 1, Case.State.OPEN)
    assert entries.look() == ["reviews.case.escalated"]
    escalate_overdue_cases()
    assert entries.look() == []

    start = (timezone.now() - timedelta(days=1)).isoformat()
    run = verb(
        officer,
        "reports",
        kind="human_oversight",
        system=world.system.slug,
        period_start=start,
        period_end=timezone.now().isoformat(),
    )
    assert entries.look() == ["governance.report.requested"]
    run_waiting_reports()
    assert entries.look()[-1] == "governance.report.issued"
    assert officer.get(f"/api/v1/reports/{run['id']}").json()["state"] == "done"

    document = officer.get(f"/api/v1/reports/{run['id']}/document.json").content
    pdf = PdfReader(io.BytesIO(officer.get(f"/api/v1/reports/{run['id']}/document.pdf").content))
    [[attached]] = pdf.attachments.values()
    assert attached == document
    assert "Human oversight" in pdf.pages[0].extract_text()
    assert integrator.get("/api/v1/events")["results"]
    assert verify_ledger().faults == []
