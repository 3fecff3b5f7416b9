"""What the pages tell of a quorum: who must rule, how far it is, what comes next."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reviews.models import VerdictKind
from reviews.services import claiming
from tests.factories import build_world, policy_text
from tests.reviews.pages.conftest import Browse
from tests.reviews.pages.test_verdict import UPHOLD, rule
from tests.reviews.quorums import TWO_OF_THREE, TWO_STAGES, WITH_VETO, quorum_policy


def read(answer: Any) -> str:
    """The words of a page, as they are read one after the other."""
    bare = re.sub(r"<[^>]*>", " ", answer.content.decode())
    return re.sub(r" ([:;,.])", r"\1", " ".join(unescape(bare).split()))


def test_the_case_page_tells_what_the_quorum_asks_and_how_many_ballots_are_in(
    db: None, browse: Browse
) -> None:
    now = timezone.now()
    world = build_world(reviewers=3, text=quorum_policy(TWO_OF_THREE))
    case = world.open_case(now=now)
    reader = browse(world.reviewers[2])
    before = read(reader.get(f"/cases/{case.pk}/"))
    assert "2 of 3 people must rule, no ballot yet" in before
    assert "Next: a ballot for “majority”." in before

    world.rule(case, VerdictKind.OVERRIDE, outcome="grant", now=now)

    after = read(reader.get(f"/cases/{case.pk}/"))
    assert "2 of 3 people must rule, 1 ballot in" in after
    row = read(reader.get("/queues/first-line/"))
    assert "2 of 3 people 1 ballot in" in row


def test_stages_are_told_with_their_roles_and_whose_turn_it_is(db: None, browse: Browse) -> None:
    now = timezone.now()
    world = build_world(text=quorum_policy(TWO_STAGES))
    case = world.open_case(now=now)
    world.rule(case, now=now)
    reader = browse(world.senior)

    page = read(reader.get(f"/cases/{case.pk}/"))
    row = read(reader.get("/queues/first-line/"))

    assert "2 people in 2 stages" in page
    assert "reading: 1 person, with the role Reviewer; 1 ballot in agreed" in page
    assert "release: 1 person, with the role Senior reviewer; 0 ballots in now" in page
    assert "Next: a ballot for “release”, from a person with the role Senior reviewer." in page
    assert "release: Senior reviewer" in row


def test_what_was_vetoed_is_not_offered_and_upholding_it_is_refused(
    db: None, browse: Browse
) -> None:
    now = timezone.now()
    world = build_world(text=quorum_policy(WITH_VETO))
    case = world.open_case(now=now)
    world.rule(case, VerdictKind.OVERRIDE, outcome="grant", now=now)
    claiming.claim_case(case_id=case.pk, reviewer=world.senior, now=now)
    settling = browse(world.senior)

    page = settling.get(f"/cases/{case.pk}/")
    refused = rule(settling, case, {**UPHOLD, "claim": "2"})

    offered = [choice.kind.value for choice in page.context["offer"].choices]
    assert offered == ["override", "abstain"]
    assert "Vetoed: the AI's outcome is barred" in read(page)
    assert "The next verdict settles the case, on another one." in read(page)
    assert refused.status_code == 409
    assert "A ballot vetoed the AI's outcome" in read(refused)


def test_the_page_tells_which_trigger_asked_for_what(db: None, browse: Browse) -> None:
    now = timezone.now()
    text = policy_text() + (
        "quorum_triggers:\n"
        "  - {id: a, title: Adverse outcomes, when: adverse, quorum: article_14_5}\n"
    )
    world = build_world(text=text)
    case = world.open_case(now=now)

    page = read(browse(world.reviewer).get(f"/cases/{case.pk}/"))

    assert (
        'Quorum trigger "Adverse outcomes" applies and asks for the quorum "article_14_5"' in page
    )


def test_an_abstention_is_told_as_one(db: None, browse: Browse) -> None:
    now = timezone.now()
    world = build_world(text=quorum_policy(WITH_VETO))
    case = world.open_case(now=now)
    world.rule(case, VerdictKind.OVERRIDE, outcome="grant", now=now)
    claiming.claim_case(case_id=case.pk, reviewer=world.senior, now=now)
    abstain = {"claim": "2", "kind": "abstain", "reason_code": "conflict-of-interest"}

    told = read(rule(browse(world.senior), case, abstain, follow=True))

    assert "Your abstention is recorded." in told


def test_a_queue_of_many_ballots_asks_no_more_queries(db: None, browse: Browse) -> None:
    now = timezone.now()
    world = build_world(reviewers=4, text=quorum_policy(TWO_STAGES))
    reader = browse(world.senior)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert reader.get("/queues/first-line/").status_code == 200
        return len(seen)

    for _ in range(2):
        world.rule(world.open_case(now=now), now=now)
    few = queries()
    for _ in range(6):
        world.rule(world.open_case(now=now), by=world.reviewers[1], now=now)

    assert queries() == few
