"""The pages of contestations, and the case page that shows the statement before all else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from governance.models import Actor
from reviews.models import Case, Contestation, StatementReading, VerdictKind
from reviews.services.claiming import claim_case
from reviews.services.contesting import Challenge, register_contestation
from reviews.services.executing import Act, record_execution
from reviews.services.letters import Words, make_letter
from tests.factories import World, build_world, change, join, make_person, policy_text
from tests.governance.pages.reading import Markup, acts_of, text_of
from tests.reviews.contested import STATEMENT, ruled
from tests.reviews.pages.conftest import Browse

RULE = """
  - id: telltale-rule
    title: Telltale title
    when: confidence < 0.9 && outcome == "refuse"
    then: review
    reason: Telltale reason.
"""
# Whatever tells of the AI's output, of what was ruled, or of the facts it rests on.
TELLTALES = (
    "Adverse",
    "adverse",
    "0.731",
    "73.1",
    "moderate",
    "Telltale",
    "telltale",
    "Debt factor",
    "counterfactual",
    "onfidence",
    "Refuse",
    "refuse",
    "Grant",
    "grant",
    "1200",
    "Monthly income",
    "What the applicant wrote.",
    "The letter says otherwise.",
    "Verdict given",
    "Carried out",
    "override",
)
LIST_BUDGET = 12
CASE_BUDGET = 24


@pytest.fixture
def world(db: None) -> World:
    world = build_world(text=policy_text(rules=RULE))
    # The question of the other tests names an outcome.
    world.decision_type.question = "Should the loan go out?"
    change(world.decision_type, "question")
    return world


def contested(
    world: World,
    kind: VerdictKind = VerdictKind.OVERRIDE,
    outcome: str = "grant",
    *,
    days_ago: float = 0,
    execute: bool = False,
) -> Contestation:
    """A decision that the first reviewer ruled on and a person contests."""
    now = timezone.now() - timedelta(days=days_ago)
    case = world.open_case(
        now=now,
        confidence=0.731,
        facts={"income": 1200.5},
        input={"letter": "What the applicant wrote."},
        explanation={
            "factors": [{"label": "Debt factor", "value": 1, "weight": 0.5}],
            "counterfactuals": ["a counterfactual"],
        },
    )
    world.rule(case, kind, outcome=outcome, now=now)
    if execute:
        permit = case.decision.permits.get(void=None)
        record_execution(
            decision_id=case.decision_id,
            token=permit.token,
            act=Act(permit.outcome, "x", now),
            client=world.client,
            now=now,
        )
    return register_contestation(
        decision_id=case.decision_id,
        challenge=Challenge(STATEMENT, now),
        person=world.officer,
        actor=Actor.of(world.officer),
        now=now,
    )


def case_page(contestation: Contestation) -> str:
    return f"/cases/{contestation.case_id}/"


def told(response: Any, contestation: Contestation) -> list[str]:
    """What of the decision is anywhere in the page's source, ids apart: they are random."""
    source = text_of(response)
    for key in (contestation.case_id, contestation.decision_id):
        source = source.replace(str(key), "")
    return [word for word in TELLTALES if word in source]


@pytest.mark.parametrize("claimed", [False, True])
def test_until_it_was_read_the_source_holds_the_statement_and_nothing_else(
    world: World, browse: Browse, claimed: bool
) -> None:
    contestation = contested(world)
    if claimed:
        claim_case(case_id=contestation.case_id, reviewer=world.senior, now=timezone.now())

    response = browse(world.senior).get(case_page(contestation))

    assert told(response, contestation) == []
    assert (STATEMENT in text_of(response)) is claimed
    assert "Should the loan go out?" in text_of(response)
    assert ("statement-read" in acts_of(response)) is claimed
    # Who is too near to it need not read it first.
    assert "recuse" in acts_of(response)
    assert "verdict" not in acts_of(response)
    assert Markup(text_of(response)).forbidden == []


def test_after_reading_the_whole_case_is_shown_with_what_is_contested(
    world: World, browse: Browse
) -> None:
    contestation = contested(world)
    claim_case(case_id=contestation.case_id, reviewer=world.senior, now=timezone.now())
    client = browse(world.senior)

    answer = client.post(f"{case_page(contestation)}statement-read/")

    assert answer["Location"] == case_page(contestation)
    assert StatementReading.objects.get().person == world.senior
    response = client.get(case_page(contestation))
    for shown in (
        STATEMENT,
        "What is contested",
        "Settled by people, otherwise than the AI system proposed",
        "The letter says otherwise.",
        "Contradicts the evidence",
        "What the applicant wrote.",
        "Debt factor",
        "The decision stands: Grant",
        "the person is told why",
    ):
        assert shown in text_of(response), shown
    assert "verdict" in acts_of(response)
    offered = text_of(response).split('name="outcome"', 1)[1].split("</select>", 1)[0]
    assert 'value="refuse"' in offered
    assert 'value="grant"' not in offered


def test_neither_the_earlier_case_nor_the_decision_leads_around_it(
    world: World, browse: Browse
) -> None:
    contestation = contested(world)
    earlier = contestation.decision.cases.get(kind="review")
    client = browse(world.senior)

    for address in (f"/cases/{earlier.pk}/", f"/decisions/{contestation.decision_id}/"):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, case_page(contestation))
    queue = client.get("/queues/first-line/")
    assert "contested by the person concerned" in text_of(queue)
    assert "adverse outcome" not in text_of(queue)
    both = make_person(roles=["senior-reviewer", "auditor"])
    join(world.first_line, both)
    assert browse(both).get(f"/contestations/{contestation.pk}/").status_code == 302


def test_whoever_holds_an_audit_of_the_decision_goes_on_with_it(
    world: World, browse: Browse
) -> None:
    contestation = contested(world)
    now = timezone.now()
    audit = Case(
        decision=contestation.decision,
        kind=Case.Kind.AUDIT,
        queue=world.first_line,
        priority=1,
        opened_at=now,
        due_at=now + timedelta(days=1),
    )
    change(audit)
    client = browse(world.senior)
    assert client.get(f"/cases/{audit.pk}/").status_code == 302

    claim_case(case_id=audit.pk, reviewer=world.senior, now=now)

    assert "What the applicant wrote." in text_of(client.get(f"/cases/{audit.pk}/"))


def test_what_is_contested_stays_readable_for_those_who_oversee(
    world: World, browse: Browse
) -> None:
    contestation = contested(world)
    page = text_of(browse(world.officer).get(f"/decisions/{contestation.decision_id}/"))
    assert "The letter says otherwise." in page
    assert "Contested by the person concerned" in page


def test_a_verdict_before_reading_is_refused_and_tells_nothing(
    world: World, browse: Browse
) -> None:
    contestation = contested(world)
    claim_case(case_id=contestation.case_id, reviewer=world.senior, now=timezone.now())
    ruling = {"claim": "1", "kind": "uphold", "reason_code": "agrees", "reason_text": "It is so."}

    refused = browse(world.senior).post(f"{case_page(contestation)}verdict/", ruling)

    assert refused.status_code == 409
    assert told(refused, contestation) == []
    contestation.case.refresh_from_db()
    assert contestation.case.state == "claimed"


def test_the_case_page_keeps_its_budget(
    world: World, browse: Browse, django_assert_max_num_queries: Any
) -> None:
    contestation = contested(world)
    claim_case(case_id=contestation.case_id, reviewer=world.senior, now=timezone.now())
    client = browse(world.senior)
    with django_assert_max_num_queries(CASE_BUDGET):
        client.get(case_page(contestation))
    client.post(f"{case_page(contestation)}statement-read/")
    with django_assert_max_num_queries(CASE_BUDGET + 8):
        client.get(case_page(contestation))


# The officer's pages


def test_registering_from_the_decisions_page(world: World, browse: Browse) -> None:
    now = timezone.now()
    case = world.open_case(now=now)
    world.rule(case, now=now)
    client = browse(world.officer)
    assert f"/decisions/{case.decision_id}/contest/" in text_of(
        client.get(f"/decisions/{case.decision_id}/")
    )
    address = f"/decisions/{case.decision_id}/contest/"
    assert client.get(address).status_code == 200
    received = (now + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")

    empty = client.post(address, {"statement": "", "received_at": received})
    assert (empty.status_code, Contestation.objects.count()) == (422, 0)
    early = client.post(address, {"statement": "No.", "received_at": "2020-01-01T10:00"})
    assert early.status_code == 422
    assert "Lies before the decision." in text_of(early)
    answer = client.post(address, {"statement": STATEMENT, "received_at": received})
    contestation = Contestation.objects.get()
    assert answer["Location"] == f"/contestations/{contestation.pk}/"
    assert client.post(address, {"statement": "x", "received_at": received}).status_code == 409
    page = text_of(client.get(f"/decisions/{case.decision_id}/"))
    assert f"/contestations/{contestation.pk}/" in page


def test_a_decision_that_waits_offers_no_contestation(world: World, browse: Browse) -> None:
    case = world.open_case(now=timezone.now())
    page = text_of(browse(world.officer).get(f"/decisions/{case.decision_id}/"))
    assert "contest/" not in page


@pytest.mark.parametrize(
    ("who", "in_list", "in_detail", "in_form", "reads"),
    [
        ("officer", 200, 200, 200, True),
        ("auditor", 200, 200, 403, False),
        ("reviewer", 403, 403, 403, False),
        ("owner", 403, 403, 403, False),
        ("nobody", 302, 302, 302, False),
    ],
)
def test_who_sees_what(
    world: World,
    browse: Browse,
    client: Any,
    who: str,
    in_list: int,
    in_detail: int,
    in_form: int,
    reads: bool,
) -> None:
    contestation = contested(world)
    people = {
        "officer": world.officer,
        "auditor": make_person(roles=["auditor"]),
        "reviewer": world.reviewers[1],
        "owner": world.owner,
    }
    browser = browse(people[who]) if who in people else client
    assert browser.get("/contestations/").status_code == in_list
    detail = browser.get(f"/contestations/{contestation.pk}/")
    assert detail.status_code == in_detail
    assert browser.get(f"/decisions/{contestation.decision_id}/contest/").status_code == in_form
    if in_detail == 200:
        assert (STATEMENT in text_of(detail)) is reads
        assert acts_of(detail) == ({"extend", "withdraw"} if reads else set())
        assert Markup(text_of(detail)).forbidden == []


@pytest.mark.parametrize("number", [2, 12])
def test_the_list_costs_the_same_whatever_its_length(
    world: World, browse: Browse, django_assert_max_num_queries: Any, number: int
) -> None:
    for _ in range(number):
        contested(world)
    client = browse(world.officer)
    with django_assert_max_num_queries(LIST_BUDGET):
        response = client.get("/contestations/")
    assert len(response.context["rows"]) == number


def test_the_list_is_filtered_and_shows_what_is_late_or_not_undone(
    world: World, browse: Browse
) -> None:
    fresh = contested(world)
    late = contested(world)
    late.received_at -= timedelta(days=40)
    late.due_at -= timedelta(days=40)
    change(late, "received_at", "due_at")
    carried_out = contested(world, VerdictKind.UPHOLD, "", days_ago=9, execute=True)
    ruled(
        world,
        carried_out,
        VerdictKind.REVERSE,
        "grant",
        now=timezone.now() - timedelta(days=8),
    )
    client = browse(world.officer)
    for query, wanted in {
        "": {fresh, late, carried_out},
        "state=late": {late},
        "state=undoing": {carried_out},
        "state=open": {fresh, late},
        "state=decided": {carried_out},
        "state=withdrawn": set(),
        "state=all": {fresh, late, carried_out},
        "result=changed&state=all": {carried_out},
        f"external_id={late.decision.external_id}": {late},
        "decision_type=odd": {fresh, late, carried_out},
    }.items():
        rows = client.get(f"/contestations/?{query}").context["rows"]
        assert {row["contestation"] for row in rows} == wanted, query
    text = text_of(client.get("/contestations/"))
    assert "Not confirmed for 7 days" in text
    assert "1 undoing not confirmed for 7 days" in text
    dashboard = text_of(client.get("/"))
    assert "1 answer to a contestation is late" in dashboard
    assert "1 undoing is not confirmed for more than 7 days" in dashboard
    detail = text_of(client.get(f"/contestations/{carried_out.pk}/"))
    assert "The undoing is not confirmed" in detail
    assert "The answer is late" in text_of(client.get(f"/contestations/{late.pk}/"))
    assert "to a contestation is late" not in text_of(browse(world.owner).get("/"))


def test_an_empty_list_says_what_to_do(world: World, browse: Browse) -> None:
    client = browse(world.officer)
    assert "Nobody waits for an answer" in text_of(client.get("/contestations/"))
    assert "No contestation fits" in text_of(client.get("/contestations/?state=late"))


def test_extending_withdrawing_and_their_refusals(world: World, browse: Browse) -> None:
    contestation = contested(world)
    client = browse(world.officer)
    page = f"/contestations/{contestation.pk}/"
    now = timezone.now().strftime("%Y-%m-%dT%H:%M")
    minute_on = (timezone.now() + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")

    assert client.post(f"{page}extend/", {"reason": "", "notified_at": now}).status_code == 422
    done = client.post(f"{page}extend/", {"reason": "Complex.", "notified_at": minute_on})
    assert done["Location"] == page
    again = client.post(f"{page}extend/", {"reason": "Complex.", "notified_at": minute_on})
    assert again.status_code == 409
    assert client.get(f"{page}extend/")["Location"] == page
    assert client.post(f"{page}withdraw/")["Location"] == page
    assert client.post(f"{page}withdraw/").status_code == 409
    contestation.refresh_from_db()
    assert (contestation.state, contestation.extension_reason) == ("withdrawn", "Complex.")


def test_the_letter_is_made_read_and_sent(world: World, browse: Browse) -> None:
    contestation = contested(world)
    _, contestation = ruled(world, contestation, now=timezone.now())
    client = browse(world.officer)
    page = f"/contestations/{contestation.pk}/"
    assert "letter" in acts_of(client.get(page))

    refused = client.post(f"{page}letter/", {"salutation": "", "closing": "x"})
    assert refused.status_code == 422
    words = {"salutation": "Dear Ms Example,", "closing": "Yours", "contact": "Room 4"}
    assert client.post(f"{page}letter/", words)["Location"] == page
    shown = client.get(page)
    assert "Dear Ms Example," in text_of(shown)
    assert "We have looked at the decision again. It stands" in text_of(shown)
    assert Markup(text_of(shown)).forbidden == []
    minute_on = (timezone.now() + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    sent = client.post(f"{page}sent/", {"sent_at": minute_on, "channel": "post"})
    assert sent["Location"] == page
    assert acts_of(client.get(page)) == set()
    contestation.refresh_from_db()
    assert contestation.sent_by == world.officer


def test_an_auditor_sees_no_letter(world: World, browse: Browse) -> None:
    _, contestation = ruled(world, contested(world), now=timezone.now())
    make_letter(
        contestation_id=contestation.pk,
        words=Words(),
        person=world.officer,
        now=timezone.now(),
    )
    text = text_of(browse(make_person(roles=["auditor"])).get(f"/contestations/{contestation.pk}/"))
    assert "It stands" not in text
    assert STATEMENT not in text
