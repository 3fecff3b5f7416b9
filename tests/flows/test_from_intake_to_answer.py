"""A contested decision over real HTTP: intake, verdict, execution, challenge, another reviewer,
reversal, confirmation, letter. The ledger is looked at after each step and verified at the end."""

from __future__ import annotations

import io
import json
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone
from pypdf import PdfReader

from governance.services.verifying.whole import verify_ledger
from tests.factories import World, build_world
from tests.flows.test_from_intake_to_report import Integrator, NewEntries, signed_in, verb
from tests.reviews.contested import STATEMENT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return build_world()


def test_a_person_contests_and_gets_their_answer(live_server, world):
    program = Integrator(live_server.url, world.key)
    first, second = signed_in(world.reviewer), signed_in(world.senior)
    officer = signed_in(world.officer)
    entries = NewEntries()
    now = timezone.now().isoformat()

    _, decision = program.post("/api/v1/decisions", world.body(occurred_at=now))
    case = verb(first, "queues/first-line/claim-next")
    verb(first, f"cases/{case['id']}/verdict", claim=1, kind="uphold", reason_code="agrees")
    permit = program.get(f"/api/v1/decisions/{decision['id']}")["permit"]
    act = {"permit": permit["token"], "outcome": "refuse", "executed_at": now}
    status, _ = program.post(f"/api/v1/decisions/{decision['id']}/executions", act)
    assert status == 201
    entries.look()

    status, contestation = program.post(
        "/api/v1/subjects/customer-1/contest",
        {
            "external_id": decision["external_id"],
            "statement": STATEMENT,
            "received_at": timezone.now().isoformat(),
        },
    )
    assert (status, contestation["state"]) == (201, "open")
    assert entries.look() == ["reviews.contestation.registered", "reviews.case.opened"]
    settled = program.get(f"/api/v1/decisions/{decision['id']}")
    assert (settled["standing"], settled["outcome"]) == ("executed", "refuse")

    # Whoever ruled on it first is passed over; another person gets it, and the statement first.
    assert first.post("/api/v1/queues/first-line/claim-next").status_code == 204
    claimed = verb(second, "queues/first-line/claim-next")
    assert (claimed["must_read_statement"], claimed["outcome"]) == (True, None)
    told = second.get(f"/api/v1/cases/{claimed['id']}/statement").json()
    assert (told["statement"], told["rulings"]) == (STATEMENT, [])
    ruling = {
        "claim": claimed["claim"],
        "kind": "reverse",
        "outcome": "grant",
        "reason_code": "contradicts-evidence",
        "reason_text": "The employer's letter shows the second income.",
    }
    address = f"/api/v1/cases/{claimed['id']}/verdict"
    early = second.post(address, ruling, content_type="application/json")
    assert (early.status_code, early.json()["code"]) == (409, "statement_unread")
    verb(second, f"cases/{claimed['id']}/statement-read")
    verb(second, f"cases/{claimed['id']}/verdict", **ruling)
    assert entries.look() == [
        "reviews.case.claimed",
        "governance.act.refused",
        "reviews.statement.read",
        "reviews.verdict.given",
        "reviews.case.decided",
        "reviews.contestation.decided",
        "reviews.reversal.ordered",
    ]

    mine = f"/api/v1/contestations/{contestation['id']}"
    found = program.get(mine)
    assert (found["state"], found["result"]) == ("decided", "changed")
    assert (found["undoing"]["outcome"], found["undoing"]["confirmed_at"]) == ("grant", None)
    undone = {"kind": "undone", "outcome": "grant", "executed_at": timezone.now().isoformat()}
    status, _ = program.post(f"/api/v1/decisions/{decision['id']}/executions", undone)
    assert status == 201
    assert program.get(mine)["undoing"]["confirmed_at"] is not None
    assert program.get(f"/api/v1/decisions/{decision['id']}")["standing"] == "reversed"
    assert entries.look() == ["reviews.decision.undone"]

    verb(officer, f"contestations/{contestation['id']}/letter", salutation="Dear Ms Example,")
    with urlopen(
        Request(
            f"{live_server.url}{mine}/letter.pdf",
            headers={"Authorization": f"Bearer {world.key}"},
        )
    ) as answer:
        pdf = PdfReader(io.BytesIO(answer.read()))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for said in (
        "Dear Ms Example,",
        "We have changed the decision.",
        "The employer's letter shows the second income.",
        "It was confirmed to us as undone on",
        STATEMENT,
    ):
        assert said in text, said
    verb(
        officer,
        f"contestations/{contestation['id']}/sent",
        sent_at=timezone.now().isoformat(),
        channel="post",
    )
    assert entries.look() == [
        "reviews.contestation.letter_made",
        "reviews.contestation.letter_sent",
    ]
    events = [event["event"] for event in program.get("/api/v1/events")["results"]]
    assert events == [
        "decision.finalised",
        "contestation.registered",
        "contestation.decided",
        "decision.reversed",
        "decision.reversed",
        "contestation.answered",
    ]
    assert STATEMENT not in json.dumps(program.get("/api/v1/events"))
    assert verify_ledger().faults == []
