"""A template over real HTTP: loaded by one, approved by another, put into service; then every
example goes where the template says, and nothing passed before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import Motion, Scope
from governance.services import api_keys
from governance.services.verifying.whole import verify_ledger
from models_registry.models import AISystem, Mandate, ModelVersion
from models_registry.services.registering import change_status
from models_registry.services.versions import change_version_status
from reviews.industries import template_named
from reviews.industries.template import Moment
from reviews.models import Case
from tests.factories import SETUP, make_person
from tests.flows.test_from_intake_to_report import Integrator, signed_in, verb

pytestmark = pytest.mark.django_db(transaction=True)


def body_of(system, example, number):
    return {
        "decision_type": example.decision_type,
        "model_version": "template",
        "external_id": f"example-{number}",
        "occurred_at": timezone.now().isoformat(),
        "outcome": example.outcome,
        "confidence": example.confidence,
        "impact": example.impact,
        "facts": dict(example.facts),
        "subject": {"ref": f"person-{number}"},
        "input": {"example": example.title},
        "explanation": {"factors": []},
    }


def put_into_service(system):
    now = timezone.now()
    for status in (AISystem.Status.REGISTERED, AISystem.Status.IN_SERVICE):
        change_status(system=system, status=status, actor=SETUP, now=now)
    version = system.versions.get()
    for status in (ModelVersion.Status.APPROVED, ModelVersion.Status.IN_SERVICE):
        change_version_status(version=version, status=status, actor=SETUP, now=now)


def program_for(slugs, owner, url):
    now = timezone.now()
    client = api_keys.create_client(name="Engine", systems=slugs, owner=owner, actor=SETUP, now=now)
    issued = api_keys.issue_key(
        client=client,
        scopes=list(Scope),
        expires_at=now + timedelta(days=1),
        actor=SETUP,
        now=now,
    )
    return Integrator(url, issued.text)


@pytest.mark.parametrize("name", ["banking", "logistics"])
def test_each_example_takes_its_route_after_two_people_published_it(live_server, name):
    template = template_named(name)
    officer, second = (make_person(roles=["compliance-officer"]) for _ in range(2))
    loaded = verb(signed_in(officer), f"templates/{name}/load", organisation="Example")
    waiting = [part["motion"] for part in loaded["parts"] if part["motion"]]
    program = program_for([system.slug for system in template.systems], officer, live_server.url)
    examples = [
        (system, example)
        for system in template.systems
        for example in system.examples
        if example.moment == Moment()
    ]

    # Loaded, but approved by nobody: blocked, however clear.
    system, clear = next(pair for pair in examples if pair[1].expect.disposition.value == "pass")
    status, early = program.post("/api/v1/decisions", body_of(system, clear, "early"))
    assert status == 201, early
    assert (early["disposition"], early["permit"]) == ("block", None)

    for key in waiting:
        own = signed_in(officer).post(
            f"/api/v1/motions/{key}/ballots",
            {"choice": "approve", "digest": Motion.objects.get(pk=key).digest},
            content_type="application/json",
        )
        assert (own.status_code, own.json()["code"]) == (403, "own_motion")
        digest = Motion.objects.get(pk=key).digest
        verb(signed_in(second), f"motions/{key}/ballots", choice="approve", digest=digest)

    # Approved, but still a draft with a candidate version: a person looks.
    status, draft = program.post("/api/v1/decisions", body_of(system, clear, "draft"))
    assert status == 201, draft
    assert (draft["disposition"], draft["permit"]) == ("review", None)

    for part in template.systems:
        put_into_service(AISystem.objects.get(slug=part.slug))
    for number, (system, example) in enumerate(examples):
        status, decision = program.post("/api/v1/decisions", body_of(system, example, number))
        assert status == 201, decision
        expect = example.expect
        assert decision["disposition"] == expect.disposition.value, example.title
        assert (decision["permit"] is not None) == (expect.disposition.value == "pass")
        if expect.queue is not None:
            case = Case.objects.select_related("queue").get(decision=decision["id"])
            assert case.queue.slug == expect.queue, example.title
    assert Mandate.objects.count() == sum(
        kind.mandate is not None for part in template.systems for kind in part.decision_types
    )
    assert verify_ledger().faults == []
