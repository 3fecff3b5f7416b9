"""One case: who sees what of it, and the verbs behind its buttons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from governance.ledger import record
from governance.models import LedgerEntry, Payload, Refusal
from reviews.models import Case, Escalation
from reviews.services import claiming
from tests.factories import SETUP, World, make_person
from tests.governance.pages.reading import acts_of, text_of
from tests.reviews.pages.conftest import Browse

BUDGET = 20
FACTS = {"income": 1200.5, "years": 3, "postcode": "1017 XX"}
LETTER = "I would like a loan for my roof, and I can explain the two missed payments of spring."
HOLDER_ACTS = {"pause", "recuse", "verdict", "release", "hand-up", "extend"}


@pytest.fixture
def case(world: World) -> Case:
    return world.open_case(
        now=timezone.now(), facts=FACTS, input={"letter": LETTER, "score": {"deep": [1, [2]]}}
    )


def url(case: Case, act: str = "") -> str:
    return f"/cases/{case.pk}/{act}"


def hold(case: Case, world: World) -> None:
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=timezone.now())


def test_it_costs_few_queries_whatever_waits_beside_it(
    world: World, case: Case, browse: Browse, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        world.open_case(now=timezone.now())
    hold(case, world)
    client = browse(world.reviewer)
    with django_assert_max_num_queries(BUDGET):
        assert client.get(url(case)).status_code == 200


def test_the_holder_sees_everything_a_ruling_rests_on(
    world: World, case: Case, browse: Browse
) -> None:
    hold(case, world)
    text = text_of(browse(world.reviewer).get(url(case)))
    for wanted in (
        "Should the loan be granted?",
        "Monthly income",
        "EUR",
        "1017 XX",
        LETTER,
        "Refuse",
        "moderate",
        "\u22120.70",
        "Not for applicants without income.",
        "The outcome is adverse and its effect on the person is legal.",
        "Case claimed",
    ):
        assert wanted in text, wanted


@pytest.mark.parametrize(
    ("who", "status", "acts"),
    [
        ("holder", 200, HOLDER_ACTS),
        ("colleague", 200, {"recuse"}),
        ("auditor", 200, set()),
        ("officer", 200, set()),
        ("other reviewer", 404, None),
        ("administrator", 404, None),
        ("nobody", 302, None),
    ],
)
def test_only_the_holder_reads_what_is_sealed(
    world: World,
    case: Case,
    browse: Browse,
    client: Any,
    who: str,
    status: int,
    acts: set[str] | None,
) -> None:
    hold(case, world)
    people = {
        "holder": world.reviewer,
        "colleague": world.reviewers[1],
        "auditor": make_person(roles=["auditor"]),
        "officer": world.officer,
        "other reviewer": make_person(roles=["reviewer"]),
        "administrator": make_person(roles=["administrator"]),
    }
    response = (browse(people[who]) if who in people else client).get(url(case))
    assert response.status_code == status
    if acts is not None:
        assert acts_of(response) == acts
    reads = who == "holder"
    assert (LETTER in text_of(response)) is reads
    assert ("1017 XX" in text_of(response)) is reads


def test_a_lapsed_claim_seals_the_input_again(world: World, case: Case, browse: Browse) -> None:
    past = timezone.now() - timedelta(hours=1)
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=past)
    response = browse(world.reviewer).get(url(case))
    assert LETTER not in text_of(response)
    assert acts_of(response) == {"recuse"}


def test_claiming_from_the_page_holds_the_case(world: World, case: Case, browse: Browse) -> None:
    client = browse(world.reviewer)
    assert acts_of(client.get(url(case))) == {"claim", "recuse"}
    assert client.post(url(case, "claim/"))["Location"] == url(case)
    case.refresh_from_db()
    assert case.claimed_by == world.reviewer
    assert LedgerEntry.objects.filter(event="reviews.case.claimed").count() == 1


def test_claiming_twice_is_harmless_and_claiming_anothers_is_refused(
    world: World, case: Case, browse: Browse
) -> None:
    client = browse(world.reviewer)
    assert [client.post(url(case, "claim/")).status_code for _ in range(2)] == [302, 302]
    case.refresh_from_db()
    assert case.claim_number == 1
    refused = browse(world.reviewers[1]).post(url(case, "claim/"))
    assert refused.status_code == 409
    assert "so it cannot be claimed" in text_of(refused)
    refusal = Refusal.objects.get()
    assert (refusal.act, refusal.code) == ("reviews:claim", "case_not_open")


def test_the_systems_owner_is_refused_by_the_verb(world: World, case: Case, browse: Browse) -> None:
    system = world.system
    system.owner = world.reviewer
    record.keep(system, "test.aisystem.changed", actor=SETUP, at=timezone.now())
    refused = browse(world.reviewer).post(url(case, "claim/"))
    assert refused.status_code == 403
    assert "Owns, or has owned, the AI system" in text_of(refused)
    case.refresh_from_db()
    assert case.state == "open"


def test_giving_back_extending_and_handing_up(world: World, case: Case, browse: Browse) -> None:
    hold(case, world)
    client = browse(world.reviewer)
    before = Case.objects.get().lease_expires_at
    assert client.post(url(case, "extend/"))["Location"] == url(case)
    after = Case.objects.get().lease_expires_at
    assert before is not None
    assert after is not None
    assert after > before
    assert client.post(url(case, "release/"))["Location"] == "/queues/first-line/"
    assert Case.objects.get().state == "open"
    hold(case, world)
    assert client.post(url(case, "hand-up/"))["Location"] == "/queues/first-line/"
    assert Escalation.objects.get().to_queue == world.second_line
    # It is in a queue now that this reviewer does not see.
    assert client.get(url(case)).status_code == 404


@pytest.mark.parametrize("act", ["release/", "extend/", "hand-up/"])
def test_who_does_not_hold_the_case_is_refused_and_nothing_changes(
    world: World, case: Case, browse: Browse, act: str
) -> None:
    refused = browse(world.reviewer).post(url(case, act))
    assert refused.status_code == 409
    assert "you do not hold it" in text_of(refused)
    assert Case.objects.get().state == "open"
    assert Refusal.objects.get().code == "not_your_claim"


@pytest.mark.parametrize("act", ["claim/", "release/", "extend/", "hand-up/", "verdict/"])
@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("other reviewer", 404)])
def test_acting_on_what_is_not_ones_own(
    world: World, case: Case, browse: Browse, who: str, status: int, act: str
) -> None:
    role = "auditor" if who == "auditor" else "reviewer"
    assert browse(make_person(roles=[role])).post(url(case, act)).status_code == status
    assert Case.objects.get().state == "open"


def test_the_way_back_from_a_sign_in_leads_to_the_case(
    world: World, case: Case, browse: Browse
) -> None:
    assert browse(world.reviewer).get(url(case, "claim/"))["Location"] == url(case)


def test_an_erased_payload_is_said_and_a_broken_seal_is_an_alarm(
    world: World, case: Case, browse: Browse
) -> None:
    hold(case, world)
    client = browse(world.reviewer)
    payload = Payload.objects.get()
    with transaction.atomic():
        # The seal is broken below, so the erasure is entered as nobody's verb would.
        record.append("governance.payload.erased", subject=payload, actor=SETUP, at=timezone.now())
        Payload.objects.filter(pk=payload.pk).delete()
    assert "The sealed content was erased" in text_of(client.get(url(case)))
    flipped = bytes([bytes(payload.sealed)[0] ^ 1]) + bytes(payload.sealed)[1:]
    Payload(
        id=case.decision.payload_id,
        kind=payload.kind,
        subject_id=payload.subject_id,
        sealed=flipped,
        commitment_key=payload.commitment_key,
        commitment=payload.commitment,
        created_at=payload.created_at,
    ).save(force_insert=True)
    assert "The sealed content cannot be opened" in text_of(client.get(url(case)))


def test_simulated_people_are_marked(world: World, case: Case, browse: Browse) -> None:
    world.reviewer.is_simulated = True
    record.keep(world.reviewer, "test.user.changed", actor=SETUP, at=timezone.now())
    hold(case, world)
    text = text_of(browse(world.reviewers[1]).get(url(case)))
    assert f"{world.reviewer.display_name} holds the case" in text
    assert text.count("Simulated") >= 2  # in the pane and in the history
