"""Hostile input made from the published schema: no answer is a 5xx, each is of a declared kind."""

from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from reviews.services.claiming import claim_case
from tests.factories import NOON, World, build_world
from tests.governance.api.calling import PROBLEM, Caller, integrator

pytestmark = pytest.mark.django_db

EXAMPLES = 7
# The matrix of decision rights is exported as a table, too.
KINDS = {"application/json", "text/csv", PROBLEM}


@pytest.fixture
def world() -> World:
    """A world with something in it to read, to claim and to use."""
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    world.open_case()
    world.submit(outcome="grant", confidence=0.99)
    return world


CALLERS = {
    "key": integrator,
    "reviewer": lambda world: Caller(person=world.reviewer),
    "owner": lambda world: Caller(person=world.owner),
    "officer": lambda world: Caller(person=world.officer),
}


@pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)
def test_no_operation_answers_5xx_or_of_another_kind(caller: Any, world: World) -> None:
    calling = caller(world)
    published = calling.get("/api/schema/", Accept="application/vnd.oai.openapi+json")
    operations = [
        operation.ok()
        for operation in schemathesis.openapi.from_dict(published.body).get_all_operations()
    ]

    assert len(operations) > 30
    for operation in operations:
        try_out(operation, calling)


def try_out(operation: Any, calling: Caller) -> None:
    modes = [operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode]

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(modes))
    def send(case: Any) -> None:
        wanted = requests.Request(**case.as_transport_kwargs(base_url="http://localhost"))
        prepared = wanted.prepare()
        address = urlsplit(str(prepared.url))
        body = prepared.body or b""
        answer = calling.send(
            str(prepared.method),
            f"{address.path}?{address.query}",
            body if isinstance(body, bytes) else body.encode(),
            content_type=prepared.headers.get("Content-Type", ""),
        )
        where = (prepared.method, prepared.url, prepared.body)
        kind = answer.kind.split(";")[0]
        assert answer.status < 500, where
        assert kind in KINDS or answer.status == 204, (where, kind)
        assert answer.status < 400 or kind == PROBLEM, (where, kind)

    send()
