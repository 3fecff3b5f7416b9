"""Ballots stay sealed until the quorum is met: every door is searched for what one of them says."""

import base64
import json
from dataclasses import replace

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from governance.ledger.tile_paths import WIDTH
from governance.models import LedgerEntry, ReviewerRole
from governance.selectors.published import published_size
from governance.services.accounts import assign_role
from governance.services.sealing import seal_once
from reviews.models import VerdictKind
from reviews.selectors.ballots import are_open_to, sealed_from
from reviews.services.claiming import claim_case, release_case
from reviews.services.deciding import commit_judgement, record_verdict
from tests.factories import SETUP, build_world, make_person, policy_text, ruling
from tests.governance.api.calling import Caller
from tests.reviews.quorums import TWO_OF_THREE, quorum_policy

pytestmark = pytest.mark.django_db
REASON = "telltale words of a reason"
SAID = (REASON, "telltale-code", "override: Grant", '"kind":"override"', "override</")


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()


@pytest.fixture
def now():
    return timezone.now()


def world_with(text):
    """Reasons of one's own wording are taken where the policy offers none."""
    return build_world(reviewers=4, text=text.split("reason_codes:")[0] + _after_reasons(text))


def _after_reasons(text):
    return "quorums:" + text.split("quorums:")[1] if "quorums:" in text else ""


def as_well(person, role):
    """`person` holds another role too: no right to look makes a reviewer less of one."""
    held = ReviewerRole.objects.get(slug=role)
    assign_role(person=person, role=held, actor=SETUP, now=timezone.now())
    return person


def vote(world, case, person, kind=VerdictKind.UPHOLD, outcome="", **said):
    now = timezone.now()
    claim_case(case_id=case.pk, reviewer=person, now=now)
    case.refresh_from_db()
    return record_verdict(
        case_id=case.pk,
        reviewer=person,
        claim=case.claim_number,
        ruling=replace(ruling(kind, outcome), **said),
        now=now,
    )


def dissent(world, case, person):
    return vote(
        world,
        case,
        person,
        VerdictKind.OVERRIDE,
        "grant",
        reason_text=REASON,
        reason_code="telltale-code",
    )


def everything_read(person, case, verdict):
    """What every door that shows a case, its decision or its record answers `person`."""
    browser = Client()
    browser.force_login(person)
    pages = [
        "/",
        f"/cases/{case.pk}/",
        f"/decisions/{case.decision_id}/",
        f"/queues/{case.queue.slug}/?state=all",
        "/decisions/",
        "/admin/reviews/verdict/",
        f"/admin/reviews/verdict/{verdict.pk}/change/",
        f"/admin/reviews/verdict/{verdict.pk}/history/",
        f"/admin/reviews/case/{case.pk}/change/",
        f"/admin/reviews/case/{case.pk}/history/",
        f"/admin/reviews/decision/{case.decision_id}/change/",
        "/admin/reviews/escalation/",
        "/admin/governance/ledgerentry/",
        "/admin/governance/payload/",
        "/admin/governance/outboxmessage/",
    ]
    about = LedgerEntry.objects.filter(subject_id__in=[verdict.pk, case.pk])
    pages += [f"/admin/governance/ledgerentry/{entry.pk}/change/" for entry in about]
    answers = {page: browser.get(page).content.decode() for page in pages}
    caller, now = Caller(person=person), timezone.now()
    for path in (
        "cases",
        f"cases/{case.pk}",
        f"cases/{case.pk}/ballots",
        "decisions",
        f"decisions/{case.decision_id}",
        "ledger/entries",
        f"ledger/entries?subject={verdict.pk}",
        "events",
    ):
        answer = caller.get(path, now=now)
        assert answer.status in (200, 403), path
        answers[path] = answer.response.content.decode() + _leaves(answer.body)
    return answers


def _leaves(body):
    """The leaves of ledger entries in the clear."""
    rows = body.get("results", []) if isinstance(body, dict) else []
    return "".join(base64.b64decode(row["leaf"]).decode() for row in rows if row.get("leaf"))


def tellers(answers):
    """The doors that give a ballot away."""
    return sorted(door for door, text in answers.items() if any(said in text for said in SAID[:4]))


@pytest.fixture
def world():
    return world_with(quorum_policy(TWO_OF_THREE))


@pytest.fixture
def case(world, now):
    return world.open_case(now=now)


@pytest.mark.parametrize("also", [None, "auditor", "compliance-officer"])
def test_who_could_still_rule_finds_a_ballot_through_no_door(world, case, also):
    verdict = dissent(world, case, world.reviewer)
    reader = world.reviewers[1]
    if also:
        as_well(reader, also)

    assert tellers(everything_read(reader, case, verdict)) == []
    claim_case(case_id=case.pk, reviewer=reader, now=timezone.now())
    assert tellers(everything_read(reader, case, verdict)) == []


@pytest.mark.parametrize("role", ["auditor", "compliance-officer", "system-owner", "administrator"])
def test_who_oversees_finds_none_either_before_the_case_is_settled(world, case, role):
    verdict = dissent(world, case, world.reviewer)

    assert tellers(everything_read(make_person(roles=[role]), case, verdict)) == []


def test_everybody_reads_their_own_ballot(world, case):
    verdict = dissent(world, case, world.reviewer)

    told = everything_read(world.reviewer, case, verdict)

    assert tellers(told) == [f"/decisions/{case.decision_id}/", f"cases/{case.pk}/ballots"]


def test_an_entry_of_a_sealed_ballot_is_there_without_its_leaf(world, case):
    verdict = dissent(world, case, world.reviewer)
    auditor = Caller(person=make_person(roles=["auditor"]))

    def entry():
        return auditor.get(f"ledger/entries?subject={verdict.pk}", now=timezone.now()).body[
            "results"
        ][0]

    before = entry()
    assert (before["event"], before["leaf"]) == ("reviews.verdict.given", None)
    dissent(world, case, world.reviewers[1])

    after = entry()
    assert after["leaf_hash"] == before["leaf_hash"]
    assert json.loads(base64.b64decode(after["leaf"]))["body"]["kind"] == "override"


def test_once_the_quorum_is_met_all_is_told(world, case):
    verdict = dissent(world, case, world.reviewer)
    dissent(world, case, world.reviewers[1])

    assert f"/decisions/{case.decision_id}/" in tellers(
        everything_read(world.reviewers[2], case, verdict)
    )
    told = tellers(everything_read(make_person(roles=["auditor"]), case, verdict))
    assert {f"cases/{case.pk}/ballots", f"/admin/reviews/verdict/{verdict.pk}/change/"} <= {*told}


@pytest.fixture
def split(now):
    """A case whose two ballots disagree, and the dissenting one."""
    text = policy_text(verdicts=2)
    world = world_with(text)
    case = world.open_case(now=now)
    verdict = dissent(world, case, world.reviewer)
    vote(world, case, world.reviewers[1])
    case.refresh_from_db()
    return world, case, verdict


def test_who_settles_a_disagreement_reads_all_ballots_with_reasons_while_they_hold_it(split):
    world, case, verdict = split
    as_well(world.senior, "auditor")
    assert tellers(everything_read(world.senior, case, verdict)) == []

    claim_case(case_id=case.pk, reviewer=world.senior, now=timezone.now())
    told = everything_read(world.senior, case, verdict)

    assert REASON in told[f"/cases/{case.pk}/"]
    ballots = json.loads(told[f"cases/{case.pk}/ballots"])
    assert [(one["kind"], one["outcome"]) for one in ballots] == [
        ("override", "grant"),
        ("uphold", "refuse"),
    ]
    assert ballots[0]["reason_text"] == REASON
    release_case(case_id=case.pk, reviewer=world.senior, now=timezone.now())
    assert tellers(everything_read(world.senior, case, verdict)) == []


def test_who_oversees_without_ruling_reads_a_disagreement(split):
    _, case, verdict = split

    told = everything_read(make_person(roles=["auditor"]), case, verdict)

    assert REASON in told[f"/cases/{case.pk}/"]
    assert REASON in told[f"/decisions/{case.decision_id}/"]


def test_a_judgement_before_seeing_is_sealed_like_the_ballot_it_tells_of(now):
    world = world_with(policy_text(verdicts=2, reviewer_sees="blind_first"))
    case = world.open_case(now=now)
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=now)
    judged = commit_judgement(case_id=case.pk, reviewer=world.reviewer, outcome="grant", now=now)
    reader = as_well(world.reviewers[1], "auditor")

    answer = Caller(person=reader).get(f"ledger/entries?subject={judged.pk}", now=timezone.now())

    assert [entry["leaf"] for entry in answer.body["results"]] == [None]


def test_the_bundle_of_entries_waits_until_no_ballot_in_it_is_sealed(world, case):
    dissent(world, case, world.reviewer)
    seal_once(now=timezone.now())
    browser = Client()
    browser.force_login(make_person(roles=["auditor"]))
    count = published_size(settings.COUNTERSIGN_LOG_ORIGIN)
    width = f".p/{count}" if count < WIDTH else ""
    path = f"/ledger/tile/entries/000{width}"

    refused = browser.get(path)

    assert (refused.status_code, refused["Cache-Control"]) == (403, "no-store")
    assert "still sealed" in refused.content.decode()
    dissent(world, case, world.reviewers[1])
    assert browser.get(path).status_code == 200


def test_the_rule_for_one_case_and_the_rule_for_lists_agree(split):
    world, adjudicated, _ = split
    now = timezone.now()
    fresh, closed = world.open_case(now=now), world.open_case(now=now)
    for person in world.reviewers[:2]:
        vote(world, closed, person)
    claim_case(case_id=adjudicated.pk, reviewer=world.senior, now=now)
    for case in (adjudicated, closed):
        case.refresh_from_db()

    for person in (world.reviewers[2], world.senior, make_person(roles=["auditor"])):
        listed = set(sealed_from(person, now))
        assert fresh in listed
        assert closed not in listed
        for one in (fresh, closed, adjudicated):
            assert (one in listed) is not are_open_to(one, person, now)


def test_a_blind_judge_is_not_told_how_many_must_rule(now):
    """A trigger may ask for more people where the outcome is adverse."""
    text = policy_text(reviewer_sees="blind_first") + (
        "quorum_triggers:\n  - {id: a, title: Adverse, when: adverse, quorum: article_14_5}\n"
    )
    world = build_world(text=text)
    case = world.open_case(now=now)
    assert case.verdicts_required == 2
    browser = Client()
    browser.force_login(world.reviewer)

    seen = Caller(person=world.reviewer).get(f"cases/{case.pk}", now=now).body

    assert (seen["verdicts_required"], seen["quorum"]) == (None, None)
    for page in (f"/cases/{case.pk}/", "/queues/first-line/"):
        told = browser.get(page).content.decode()
        assert "2 people" not in told
        assert "2 verdicts" not in told
        assert "article" not in told
