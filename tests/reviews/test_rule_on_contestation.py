"""The review of a contested decision: the statement first, another person, what stands or not."""

from datetime import timedelta
from decimal import Decimal

import pytest

from governance.errors import InputInvalid
from governance.models import DecisionRight, LedgerEntry
from reviews.errors import (
    AlreadyExecuted,
    NotContested,
    NotExecuted,
    NotSeparate,
    NotYourClaim,
    RightMissing,
    SettledSince,
    StatementRead,
    StatementUnread,
)
from reviews.models import (
    Case,
    Contestation,
    Decision,
    Permit,
    Reversal,
    StatementReading,
    Verdict,
    VerdictKind,
)
from reviews.selectors.standing import Standing, standing_of
from reviews.services.claiming import claim_case, claim_next
from reviews.services.closing import withdraw_decision
from reviews.services.contesting import read_statement
from reviews.services.deciding import record_verdict
from reviews.services.executing import Act, confirm_undone, renew_permit
from reviews.services.ruling import Ruling
from tests.factories import NOON, build_world, change, join, make_person, policy_text, qualify
from tests.governance.api.calling import Caller
from tests.reviews.contested import (
    LATER,
    STATEMENT,
    carry_out,
    contest,
    contested,
    passing_world,
    ruled,
    settled,
    taken_up,
)
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


def standing(decision, now=LATER):
    return standing_of(Decision.objects.get(pk=decision.pk), now)


# Who may


def test_the_same_reviewer_looks_at_their_own_ruling_again():
    world = build_world()
    contestation = contested(world)

    with refused(NotSeparate):
        claim_case(case_id=contestation.case_id, reviewer=world.reviewer, now=LATER)
    assert claim_next(queue_slug="first-line", reviewer=world.reviewer, now=LATER) is None


def test_the_same_reviewer_is_refused_at_the_verdict_too():
    world = build_world()
    decision = world.submit(outcome="grant", confidence=0.99)
    contestation = contest(world, decision)
    case = taken_up(world, contestation, by=world.reviewer)
    # Meanwhile they ruled on the same decision elsewhere.
    other = Case(
        decision=decision,
        kind=Case.Kind.AUDIT,
        queue=world.second_line,
        priority=1,
        opened_at=NOON,
        due_at=LATER,
    )
    change(other)
    join(world.second_line, world.reviewer)
    world.rule(other, by=world.reviewer, now=LATER)

    with refused(NotSeparate):
        world.rule(case, by=world.reviewer, now=LATER, claim=False)


def limit(world, slug, **fields):
    right = DecisionRight.objects.get(role__slug=slug)
    for name, value in fields.items():
        setattr(right, name, value)
    change(right, *fields)


@pytest.mark.parametrize(
    "lower",
    [{"max_impact": Decimal(500)}, {"verdicts": ["uphold", "override"]}, {"outcomes": ["refuse"]}],
)
def test_a_reviewer_of_lower_right_rules_on_a_contestation(lower):
    world = build_world()
    case = world.open_case(impact=Decimal(100))
    world.rule(case, by=world.senior)
    contestation = contest(world, case.decision)
    limit(world, "reviewer", **lower)

    with refused(RightMissing) as refusal:
        claim_case(case_id=contestation.case_id, reviewer=world.reviewer, now=LATER)
    assert refusal.value.detail == (
        "A contested ruling is looked at by a person of equal or higher right."
    )
    assert claim_next(queue_slug="first-line", reviewer=world.reviewer, now=LATER) is None
    # Somebody else of the first one's role may.
    second = make_person(roles=["senior-reviewer"])
    join(world.first_line, second)
    qualify(second, world.system)
    assert claim_next(queue_slug="first-line", reviewer=second, now=LATER) is not None


def test_a_right_that_was_lowered_after_the_claim_is_too_low_at_the_verdict():
    world = build_world()
    case = world.open_case(impact=Decimal(100))
    world.rule(case, by=world.senior)
    contestation = contest(world, case.decision)
    taken_up(world, contestation, by=world.reviewer)
    limit(world, "reviewer", max_impact=Decimal(500))

    with refused(RightMissing):
        world.rule(contestation.case, by=world.reviewer, now=LATER, claim=False)


def test_an_equal_right_is_enough():
    world = build_world()
    contestation = contested(world)

    claimed = claim_next(queue_slug="first-line", reviewer=world.reviewers[1], now=LATER)

    assert claimed is not None
    assert claimed.pk == contestation.case_id


# The statement first


def test_reading_the_statement_is_kept():
    world = build_world()
    contestation = contested(world)
    claim_case(case_id=contestation.case_id, reviewer=world.senior, now=LATER)
    written = Written()

    reading = read_statement(case_id=contestation.case_id, reviewer=world.senior, now=LATER)

    assert (reading.person, reading.read_at) == (world.senior, LATER)
    assert written.entries() == [("reviews.statement.read", person(world.senior))]


def test_a_verdict_without_having_read_it_is_refused():
    world = build_world()
    contestation = contested(world)
    claim_case(case_id=contestation.case_id, reviewer=world.senior, now=LATER)

    with refused(StatementUnread):
        world.rule(contestation.case, by=world.senior, now=LATER, claim=False)


def test_what_another_has_read_does_not_count():
    world = build_world()
    contestation = contested(world)
    case = taken_up(world, contestation, by=world.reviewers[1])
    world.rule(case, VerdictKind.ABSTAIN, by=world.reviewers[1], now=LATER, claim=False)
    claim_case(case_id=case.pk, reviewer=world.senior, now=LATER)

    with refused(StatementUnread):
        world.rule(case, by=world.senior, now=LATER, claim=False)


def test_it_is_confirmed_by_whoever_holds_the_case_and_once():
    world = build_world()
    contestation = contested(world)
    with refused(NotYourClaim):
        read_statement(case_id=contestation.case_id, reviewer=world.senior, now=LATER)
    taken_up(world, contestation)
    with refused(StatementRead):
        read_statement(case_id=contestation.case_id, reviewer=world.senior, now=LATER)


def test_another_case_has_no_statement():
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    with refused(NotContested):
        read_statement(case_id=case.pk, reviewer=world.reviewer, now=NOON)


# What the verdict does


def test_upholding_leaves_the_decision_and_its_permit_as_they_are():
    world = build_world()
    decision = settled(world)
    contestation = contest(world, decision, now=NOON)
    permit = Permit.objects.get()
    taken_up(world, contestation, now=NOON)
    written = Written()

    verdict = world.rule(contestation.case, by=world.senior, claim=False)

    assert (verdict.kind, verdict.outcome) == ("uphold", "refuse")
    contestation.refresh_from_db()
    assert (contestation.state, contestation.result, contestation.closed_at) == (
        "decided",
        "upheld",
        NOON,
    )
    assert Permit.objects.outstanding(NOON).get() == permit
    assert written.entries() == [
        ("reviews.verdict.given", person(world.senior)),
        ("reviews.case.decided", person(world.senior)),
        ("reviews.contestation.decided", person(world.senior)),
    ]
    assert written.messages() == [("contestation.decided", None)]
    assert standing(decision, NOON).standing is Standing.PERMITTED


def test_after_an_override_it_is_the_peoples_outcome_that_is_upheld():
    world = build_world()
    decision = settled(world, VerdictKind.OVERRIDE, "grant")

    verdict, contestation = ruled(world, contest(world, decision))

    assert (verdict.kind, verdict.outcome) == ("uphold", "grant")
    assert (contestation.result, contestation.case.final_outcome) == ("upheld", "grant")
    renewed = renew_permit(decision_id=decision.pk, client=world.client, now=LATER)
    assert (renewed.outcome, renewed.verdict_ids) == ("grant", [verdict.pk])


def test_after_an_override_the_ais_outcome_is_a_correction_like_any_other():
    world = build_world()
    decision = settled(world, VerdictKind.OVERRIDE, "grant")
    contestation = contest(world, decision)

    verdict, contestation = ruled(world, contestation, VerdictKind.OVERRIDE, "refuse")

    assert (verdict.outcome, contestation.result) == ("refuse", "changed")
    assert Permit.objects.outstanding(LATER).get().outcome == "refuse"


def test_upholding_needs_the_right_to_the_outcome_that_stands():
    world = build_world()
    decision = settled(world, VerdictKind.OVERRIDE, "grant")
    contestation = contest(world, decision)
    for slug in ("reviewer", "senior-reviewer"):
        limit(world, slug, outcomes=["refuse"])
    case = taken_up(world, contestation)

    with refused(RightMissing):
        world.rule(case, by=world.senior, now=LATER, claim=False)
    world.rule(
        case, VerdictKind.OVERRIDE, outcome="refuse", by=world.senior, now=LATER, claim=False
    )


def test_overriding_voids_the_old_permit_and_gives_one_for_the_other_outcome():
    world = build_world()
    decision = settled(world)
    contestation = contest(world, decision, now=NOON)
    old = Permit.objects.get()

    verdict, contestation = ruled(world, contestation, VerdictKind.OVERRIDE, "grant", now=NOON)

    new = Permit.objects.outstanding(NOON).get()
    assert (new.outcome, new.verdict_ids) == ("grant", [verdict.pk])
    assert old.void.reason == "overruled"
    assert contestation.result == "changed"
    found = standing(decision, NOON)
    assert (found.standing, found.outcome) == (Standing.PERMITTED, "grant")


def test_reversing_orders_the_undoing_until_the_caller_confirms_it():
    world = build_world()
    decision = settled(world)
    carry_out(world, decision)

    verdict, contestation = ruled(world, contest(world, decision), VerdictKind.REVERSE, "grant")

    assert (verdict.kind, contestation.result) == ("reverse", "changed")
    assert Reversal.objects.get().outcome == "grant"
    assert Contestation.objects.awaiting_undoing().get() == contestation
    week = LATER + timedelta(days=7)
    assert not Contestation.objects.undoing_overdue(week - timedelta(seconds=1)).exists()
    assert Contestation.objects.undoing_overdue(week).exists()
    confirm_undone(
        decision_id=decision.pk, act=Act("grant", "undo-1", LATER), client=world.client, now=LATER
    )
    assert not Contestation.objects.awaiting_undoing().exists()
    assert standing(decision).standing is Standing.REVERSED


def test_what_nobody_had_ruled_on_in_time_gets_its_first_ruling():
    world = build_world()
    case = world.open_case()
    case.state, case.closed_at = Case.State.EXPIRED, NOON
    change(case)
    assert standing(case.decision).standing is Standing.HELD

    verdict, contestation = ruled(world, contest(world, case.decision))

    assert (verdict.outcome, contestation.result) == ("refuse", "upheld")
    assert Permit.objects.outstanding(LATER).get().verdict_ids == [verdict.pk]


def test_the_quorum_closes_it_and_one_ballot_does_not():
    world = build_world(text=policy_text(verdicts=2), reviewers=4)
    case = world.open_case()
    for reviewer in world.reviewers[:2]:
        world.rule(case, by=reviewer)
    contestation = contest(world, case.decision)

    _, after_one = ruled(world, contestation, by=world.reviewers[2])
    assert (after_one.state, after_one.result) == ("open", "")
    _, after_two = ruled(world, contestation, by=world.reviewers[3])
    assert (after_two.state, after_two.result) == ("decided", "upheld")


def test_a_withdrawn_decision_takes_its_contestation_with_it():
    world = build_world()
    decision = settled(world)
    contestation = contest(world, decision)
    written = Written()

    withdraw_decision(decision_id=decision.pk, reason="Twice.", client=world.client, now=LATER)

    contestation.refresh_from_db()
    assert (contestation.state, contestation.case.state) == ("withdrawn", "withdrawn")
    assert "reviews.contestation.withdrawn" in written.events()


def same_outcome(world):
    return settled(world, VerdictKind.OVERRIDE, "grant"), VerdictKind.OVERRIDE, "grant"


def too_late(world):
    decision = settled(world)
    carry_out(world, decision)
    return decision, VerdictKind.OVERRIDE, "grant"


def too_early(world):
    return settled(world), VerdictKind.REVERSE, "grant"


@pytest.mark.parametrize(
    ("make", "refusal"),
    [(same_outcome, InputInvalid), (too_late, AlreadyExecuted), (too_early, NotExecuted)],
)
def test_a_verdict_that_does_not_fit_is_refused(make, refusal):
    world = build_world()
    decision, kind, outcome = make(world)
    case = taken_up(world, contest(world, decision))

    with refused(refusal):
        world.rule(case, kind, outcome=outcome, by=world.senior, now=LATER, claim=False)


def test_the_person_is_told_why_also_when_the_decision_stands():
    world = build_world()
    case = taken_up(world, contested(world))
    case.refresh_from_db()
    answer = Caller(person=world.senior).post(
        f"cases/{case.pk}/verdict",
        {"claim": case.claim_number, "kind": "uphold", "reason_code": "agrees"},
        now=LATER,
    )

    assert (answer.status, answer.pointers) == (422, ["/reason_text"])


def test_an_audit_does_not_change_back_what_a_contestation_settled():
    world = passing_world()
    decision = world.submit()
    audit = Case(
        decision=decision,
        kind=Case.Kind.AUDIT,
        queue=world.first_line,
        priority=1,
        opened_at=NOON,
        due_at=LATER + timedelta(days=1),
    )
    change(audit)
    ruled(world, contest(world, decision), VerdictKind.OVERRIDE, "grant")
    claim_case(case_id=audit.pk, reviewer=world.reviewer, now=LATER)

    with refused(SettledSince):
        world.rule(audit, now=LATER, claim=False)
    assert standing(decision).outcome == "grant"


def test_a_later_contestation_contests_what_the_first_one_settled():
    world = build_world(reviewers=3)
    decision = settled(world)
    ruled(world, contest(world, decision), VerdictKind.OVERRIDE, "grant")

    verdict, second = ruled(world, contest(world, decision), by=world.reviewers[2])

    assert (verdict.outcome, second.result) == ("grant", "upheld")


# Through the API


def test_the_api_shows_the_statement_first_then_what_is_contested():
    world = build_world()
    contestation = contested(world, VerdictKind.OVERRIDE, "grant")
    case = f"cases/{contestation.case_id}"
    senior = Caller(person=world.senior)

    unread = senior.get(case, now=LATER).body
    assert (unread["must_read_statement"], unread["outcome"], unread["facts"]) == (True, None, {})
    assert senior.get(f"{case}/statement", now=LATER).code == "not_your_claim"
    claimed = senior.post(f"{case}/claim", now=LATER, Idempotency_Key="a").body
    assert (claimed["outcome"], claimed["confidence"], claimed["facts"]) == (None, None, {})
    told = senior.get(f"{case}/statement", now=LATER)
    assert told.headers["Cache-Control"] == "no-store"
    assert (told.body["statement"], told.body["is_read"]) == (STATEMENT, False)
    assert (told.body["contested_outcome"], told.body["rulings"]) == (None, [])

    assert senior.post(f"{case}/statement-read", now=LATER).status == 201

    told = senior.get(f"{case}/statement", now=LATER).body
    assert told["contested_outcome"] == "grant"
    [ruling] = told["rulings"]
    assert (ruling["kind"], ruling["outcome"]) == ("override", "grant")
    assert ruling["reason_text"] == "The letter says otherwise."
    assert senior.get(case, now=LATER).body["outcome"] == "refuse"


def test_the_list_of_cases_hides_the_contested_decisions_other_cases_too():
    world = build_world()
    contestation = contested(world)

    rows = Caller(person=world.senior).get("cases", now=LATER).body["results"]

    assert {row["outcome"] for row in rows} == {None}
    assert {row["decision"] for row in rows} == {str(contestation.decision_id)}
    # Whoever ruled on it knows it already.
    own = Caller(person=world.reviewer).get("cases", now=LATER).body["results"]
    assert {row["outcome"] for row in own} == {"refuse"}


def test_the_statement_is_in_no_entry_history_or_stored_answer():
    world = build_world()
    contestation = contested(world)
    senior = Caller(person=world.senior)
    for act in ("claim", "statement-read"):
        senior.post(f"cases/{contestation.case_id}/{act}", now=LATER, Idempotency_Key=act)

    everything = str(list(LedgerEntry.objects.values_list("leaf", flat=True)))
    assert STATEMENT not in everything
    assert StatementReading.objects.count() == 1


ROLES = {"senior": 201, "reviewer": 409, "officer": 403, "owner": 403}


@pytest.mark.parametrize(("who", "status"), ROLES.items())
def test_who_confirms_having_read_it(who, status):
    world = build_world()
    contestation = contested(world)
    claim_case(case_id=contestation.case_id, reviewer=world.senior, now=LATER)

    answer = Caller(person=getattr(world, who)).post(
        f"cases/{contestation.case_id}/statement-read", now=LATER
    )

    assert answer.status == status
    assert StatementReading.objects.count() == (1 if status == 201 else 0)


def test_a_short_explanation_is_refused_by_the_policys_own_measure():
    world = build_world()
    case = taken_up(world, contested(world))
    case.refresh_from_db()
    with refused(InputInvalid):
        record_verdict(
            case_id=case.pk,
            reviewer=world.senior,
            claim=case.claim_number,
            ruling=Ruling(VerdictKind.UPHOLD, "", "agrees", "No."),
            now=LATER,
        )
    assert not Verdict.objects.filter(case=case).exists()
