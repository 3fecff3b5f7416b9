"""Before their own judgement is stored, no answer to a person holds what the AI said of their case.

Every address that there is, asked by whoever rules on a blind case: a reviewer, and somebody who
oversees everything as well. What only the AI's output could tell is planted as words that stand
nowhere else; of the outcomes and rules, which the pages must name, each is named as often as the
others, so that none stands out.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from governance.models import LedgerEntry, User
from governance.services.sealing import seal_once
from reviews.models import Case, PriorJudgement
from reviews.services import claiming, deciding
from tests.authorisation.resolver import addresses, filled
from tests.factories import World, build_world, change, make_person, policy_text, qualify
from tests.factories import join as join_queue

pytestmark = pytest.mark.django_db

RULES = """
  - {id: numbat-one, title: Numbat one title, when: confidence < 0.9, then: review,
     reason: Numbat one reason.}
  - {id: numbat-two, title: Numbat two title, when: confidence > 0.95, then: review,
     reason: Numbat two reason.}
"""
# Nothing but the AI's output could bring these into an answer.
PLANTED = (
    "0.73129",
    "73.129",
    "4.25817",
    "Wombat factor",
    "Wombat counterfactual",
    "0.11973",
    "Wombat source",
)
# Named by forms, schemas and policies, each as often as its like.
ALIKE = (
    ("quokka-alpha", "quokka-bravo"),
    ("Quokka Alpha", "Quokka Bravo"),
    ("numbat-one", "numbat-two"),
    ("Numbat one", "Numbat two"),
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{80,}")
_NAME = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture
def world() -> World:
    world = build_world(text=policy_text(reviewer_sees="blind_first", rules=RULES))
    kind = world.decision_type
    kind.outcomes = [
        {"key": "quokka-alpha", "label": "Quokka Alpha", "adverse": True},
        {"key": "quokka-bravo", "label": "Quokka Bravo", "adverse": True},
    ]
    change(kind, "outcomes")
    return world


@pytest.fixture
def case(world: World) -> Case:
    return world.open_case(
        now=timezone.now(),
        external_id="blind",
        outcome="quokka-bravo",
        confidence=0.73129,
        facts={"income": 1200.5, "distance": 4.25817},
        input={"letter": "What the applicant wrote."},
        explanation={
            "factors": [{"label": "Wombat factor", "value": 1, "weight": 0.11973}],
            "counterfactuals": ["Wombat counterfactual"],
        },
    )


def person_of(world: World, kind: str) -> User:
    if kind == "reviewer":
        return world.reviewer
    everything = make_person(roles=["reviewer", "compliance-officer", "auditor", "administrator"])
    join_queue(world.first_line, everything)
    qualify(everything, world.system)
    return everything


PEOPLE = ("reviewer", "who oversees as well")


@pytest.mark.parametrize("claimed", [False, True], ids=["open", "claimed"])
@pytest.mark.parametrize("kind", PEOPLE)
def test_no_address_tells_what_the_ai_said_before_the_judgement(
    world: World, case: Case, kind: str, claimed: bool
) -> None:
    person = person_of(world, kind)
    if claimed:
        claiming.claim_case(case_id=case.pk, reviewer=person, now=timezone.now())
    client = signed_in(person)

    sealed = seal_once(now=timezone.now())
    assert sealed is not None
    tiles = f"/ledger/tile/entries/000.p/{sealed.size}"

    tried = [*everywhere(world, case), tiles, "/api/v1/ledger/entries?page_size=500"]
    told = [fault for path in tried for fault in leaks(path, client.get(path))]
    told += [fault for path in acts(case) for fault in leaks(path, post(client, path))]

    assert len(tried) > 100
    assert not PriorJudgement.objects.exists()
    assert told == []


def test_after_the_judgement_the_same_search_finds_it(world: World, case: Case) -> None:
    now = timezone.now()
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=now)
    deciding.commit_judgement(
        case_id=case.pk, reviewer=world.reviewer, outcome="quokka-alpha", now=now
    )
    client = signed_in(world.reviewer)

    page = leaks("page", client.get(f"/cases/{case.pk}/"))
    answer = leaks("answer", client.get(f"/api/v1/cases/{case.pk}"))

    for word in ("Wombat factor", "quokka", "Numbat"):
        assert any(word.casefold() in fault.casefold() for fault in page), word
    assert any("0.73129" in fault for fault in answer)


def test_the_judgement_of_one_opens_nothing_to_another(world: World, case: Case) -> None:
    now = timezone.now()
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=now)
    deciding.commit_judgement(
        case_id=case.pk, reviewer=world.reviewer, outcome="quokka-alpha", now=now
    )
    client = signed_in(world.reviewers[1])

    own = (f"/cases/{case.pk}/", f"/api/v1/cases/{case.pk}", "/queues/first-line/")
    assert [fault for path in own for fault in leaks(path, client.get(path))] == []


def signed_in(person: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def leaks(path: str, response: Any) -> list[str]:
    """What an answer tells, in its body and in its headers."""
    assert response.status_code < 500, path
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "".join(f"{name}: {value}\n" for name, value in response.items())
    text = body.decode(errors="replace") + headers
    text += "".join(map(decoded, _BASE64.findall(text)))
    planted = [f"{path}: {word}" for word in PLANTED if word in text]
    uneven = [
        f"{path}: {one} or {other}" for one, other in ALIKE if text.count(one) != text.count(other)
    ]
    return planted + uneven


def decoded(text: str) -> str:
    """What a run of base64 says, such as a leaf in the API; empty where it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_").decode()
    except ValueError:
        return ""


def everywhere(world: World, case: Case) -> Iterator[str]:
    """Every address, with each of its names filled by what leads to this case."""
    for found in addresses():
        if found.path.startswith(("sign-in/", "sign-out/", "account/", "admin/logout")):
            continue
        names = _NAME.findall(found.path)
        for chosen in product(*(values_of(name, found.path, world, case) for name in names)):
            values = dict(zip(names, chosen, strict=True))
            yield filled(found.path, {**REGEX_NAMES, **values})


REGEX_NAMES = {"address": "nothing", "url": "nothing", "app_label": "reviews"}


def values_of(name: str, path: str, world: World, case: Case) -> list[str]:
    if name == "object_id":
        return rows_of_admin(path)
    known: dict[str, list[Any]] = {
        "case_id": [case.pk],
        "decision_id": [case.decision_id],
        "slug": ["first-line", "lending", "lending-policy"],
        "ref": ["customer-1"],
        "about": ["decision"],
        "about_id": [case.decision_id],
        "version_id": [world.version.pk],
        "act": ["models_registry.halt.lift"],
    }
    return [str(value) for value in known.get(name, [case.pk])]


def rows_of_admin(path: str) -> list[str]:
    """The newest rows of the model whose administration this is."""
    parts = path.split("/")
    try:
        model = apps.get_model(parts[1], parts[2])
    except (IndexError, LookupError):
        return ["1"]
    rows = model._default_manager.order_by("-pk")
    if model is LedgerEntry:
        rows = rows.filter(event__in=["reviews.decision.received", "reviews.decision.evaluated"])
    return [str(row.pk) for row in rows[:3]]


def acts(case: Case) -> list[tuple[str, dict[str, Any]]]:
    """What may be tried on it without judging: each answer, and each refusal, is read."""
    at = f"/api/v1/cases/{case.pk}"
    verdict = {"claim": 1, "kind": "uphold", "reason_code": "agrees", "reason_text": ""}
    return [
        (f"{at}/claim", {}),
        (f"{at}/heartbeat", {}),
        (f"{at}/verdict", verdict),
        (f"{at}/verdict", {**verdict, "kind": "override", "outcome": "quokka"}),
        (f"{at}/judgement", {"outcome": "neither"}),
        (f"{at}/release", {}),
        ("/api/v1/queues/first-line/claim-next", {}),
    ]


def post(client: Client, act: tuple[str, dict[str, Any]]) -> Any:
    path, body = act
    return client.post(path, body, content_type="application/json")
