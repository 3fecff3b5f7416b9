"""Pausing and resuming on the case's page, and the sign in the queue."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from reviews.models import Case, Pause
from reviews.services.claiming import claim_case
from tests.factories import World, build_world, make_person, policy_text
from tests.governance.pages.reading import text_of
from tests.reviews.pages.conftest import Browse


@pytest.fixture
def case(world: World) -> Case:
    now = timezone.now()
    return claim_case(case_id=world.open_case(now=now).pk, reviewer=world.reviewer, now=now)


def form(days: float = 2, **changes: str) -> dict[str, str]:
    until = f"{timezone.now() + timedelta(days=days):%Y-%m-%dT%H:%M}"
    given = {"reason": "person", "until": until, "note": "Asked for the payslip."} | changes
    return {f"pause-{name}": value for name, value in given.items()}


def test_a_reviewer_pauses_and_a_colleague_resumes(
    world: World, case: Case, browse: Browse
) -> None:
    mine, theirs = browse(world.reviewer), browse(world.reviewers[1])
    page = f"/cases/{case.pk}/"
    assert "Pause: it waits for information" in text_of(mine.get(page))

    answer = mine.post(f"{page}pause/", form())

    assert answer["Location"] == "/queues/first-line/"
    queue = text_of(theirs.get("/queues/first-line/"))
    assert "Paused</span>" in queue
    assert "<strong>1</strong> of them paused" in queue
    shown = text_of(theirs.get(page))
    assert "Paused: it waits for information from the person concerned" in shown
    assert "It waits for information from the person concerned, until" in shown
    # What was said beside the reason is for who takes the case up.
    assert "payslip" not in shown
    assert theirs.post(f"{page}resume/")["Location"] == page
    assert "Its clock runs on" in text_of(theirs.get(page))
    theirs.post(f"{page}claim/")
    assert "payslip" in text_of(theirs.get(page))


def test_claim_next_goes_on_to_the_next(world: World, case: Case, browse: Browse) -> None:
    mine = browse(world.reviewer)
    mine.post(f"/cases/{case.pk}/pause/", form())
    only = mine.get("/queues/first-line/")
    assert re.search(r'data-key="c"[^>]* disabled>', only.content.decode())

    other = world.open_case(now=timezone.now())

    claimed = mine.post("/queues/first-line/claim-next/")
    assert claimed["Location"] == f"/cases/{other.pk}/"
    shown = mine.get("/queues/first-line/?state=paused")
    assert [row["case"].pk for row in shown.context["rows"]] == [case.pk]


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"reason": ""}, 422, "Choose one."),
        ({"until": "soon"}, 422, "Enter a valid date/time."),
        ({"until": "2020-01-01T00:00"}, 422, "must lie ahead"),
        ({"reason": "other", "note": ""}, 422, "Explain another reason"),
    ],
)
def test_a_faulty_form_comes_again_with_its_faults(
    world: World, case: Case, browse: Browse, changes: Any, status: int, said: str
) -> None:
    answer = browse(world.reviewer).post(f"/cases/{case.pk}/pause/", form(**changes))
    assert answer.status_code == status
    assert said in text_of(answer)
    assert not Pause.objects.exists()


def test_who_oversees_pauses_what_nobody_holds(world: World, browse: Browse) -> None:
    case = world.open_case(now=timezone.now())
    page = f"/cases/{case.pk}/"
    officer, auditor = browse(world.officer), browse(make_person(roles=["auditor"]))
    assert officer.post(f"{page}pause/", form()).status_code == 302
    assert "Resume: let its clock run" not in text_of(auditor.get(page))
    assert "Resume: let its clock run" in text_of(officer.get(page))
    assert auditor.post(f"{page}resume/").status_code == 403
    assert officer.post(f"{page}resume/").status_code == 302
    refused = officer.post(f"{page}resume/")
    assert refused.status_code == 409
    assert "runs already" in text_of(refused)


def test_a_note_is_not_shown_before_a_blind_judgement(db: None, browse: Browse) -> None:
    world = build_world(text=policy_text(reviewer_sees="blind_first"))
    now = timezone.now()
    case = claim_case(case_id=world.open_case(now=now).pk, reviewer=world.reviewer, now=now)
    assert case.blind_first
    page = f"/cases/{case.pk}/"
    browse(world.reviewer).post(f"{page}pause/", form(note="The AI refuses him."))
    theirs = browse(world.reviewers[1])
    theirs.post(f"{page}claim/")
    assert "refuses him" not in text_of(theirs.get(page))
