"""Giving a verdict alone: uphold, override, reverse, abstain."""

from datetime import timedelta

import pytest

from governance.errors import InputInvalid
from governance.ledger.payloads import read_payload
from governance.models import DecisionRight, Qualification
from governance.policies import Effect
from governance.services import accounts
from reviews.errors import (
    AlreadyExecuted,
    CaseNotVisible,
    ClaimLapsed,
    CompetenceMissing,
    NotExecuted,
    NotSeparate,
    NotYourClaim,
    RightMissing,
)
from reviews.models import Permit, PermitVoid, Reversal, Verdict, VerdictKind
from reviews.services import permits
from reviews.services.claiming import claim_case, release_case
from reviews.services.deciding import record_verdict
from reviews.services.executing import Act, consume_permit, record_execution
from reviews.services.halting import lift_halt, place_halt
from reviews.services.ruling import Ruling
from tests.factories import (
    LONG_AGO,
    NOON,
    SETUP,
    build_world,
    change,
    make_person,
    policy_text,
    remove,
    ruling,
)
from tests.governance.api.calling import Caller
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db

ON_THE_LOOP = policy_text(mode="hotl", rules=" []", audit_rate=1)


def audited():
    """A world in which every decision passes and is audited, and one such case."""
    world = build_world(effect=Effect.NONE, text=ON_THE_LOOP)
    case = world.open_case()
    return world, case, Permit.objects.get()


def carry_out(world, permit):
    return record_execution(
        decision_id=permit.decision_id,
        token=permit.token,
        act=Act(permit.outcome, "letter-1", NOON),
        client=world.client,
        now=NOON,
    )


def test_upholding_permits_what_the_ai_proposed():
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON - timedelta(minutes=3))
    written = Written()

    verdict = world.rule(case, claim=False)

    case.refresh_from_db()
    permit = Permit.objects.get()
    assert (case.state, case.final_outcome, case.closed_at) == ("decided", "refuse", NOON)
    assert (case.claimed_by, case.lease_expires_at) == (None, None)
    assert (permit.outcome, permit.verdict_ids) == ("refuse", [verdict.pk])
    assert permit.expires_at == NOON + timedelta(minutes=15)
    assert permit.digest == permits.digest(case.decision, "refuse")
    assert (verdict.kind, verdict.outcome, verdict.ruled_by) == (
        "uphold",
        "refuse",
        world.reviewer,
    )
    assert verdict.claimed_at == NOON - timedelta(minutes=3)
    assert written.entries() == [
        ("reviews.verdict.given", person(world.reviewer)),
        ("reviews.case.decided", person(world.reviewer)),
        ("reviews.permit.issued", person(world.reviewer)),
    ]
    assert written.messages() == [("decision.finalised", "permitted")]
    assert case.history.latest().actor == person(world.reviewer)


def test_an_override_permits_the_correction_and_never_the_ais_outcome():
    world = build_world()
    case = world.open_case()

    verdict = world.rule(case, VerdictKind.OVERRIDE, outcome="grant")

    case.refresh_from_db()
    assert (case.final_outcome, verdict.outcome) == ("grant", "grant")
    assert [permit.outcome for permit in Permit.objects.all()] == ["grant"]


def test_the_text_of_a_verdict_is_sealed_and_on_no_other_row():
    world = build_world()
    case = world.open_case()

    verdict = world.rule(case, VerdictKind.OVERRIDE, outcome="grant")

    said = "The letter says otherwise."
    assert read_payload(verdict.reason_payload_id) == {"reason_text": said}
    assert said.encode() not in bytes(verdict.reason_payload.sealed)


def test_the_verdict_names_the_right_and_the_proof_that_it_rests_on():
    world = build_world()

    verdict = world.rule(world.open_case())

    assert verdict.right.role.slug == "reviewer"
    assert verdict.qualification.person == world.reviewer


def test_abstaining_hands_the_case_on_without_a_permit():
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    written = Written()

    verdict = world.rule(case, VerdictKind.ABSTAIN, claim=False)

    case.refresh_from_db()
    assert (case.state, case.claimed_by, verdict.outcome) == ("open", None, "")
    assert not Permit.objects.exists()
    assert written.entries() == [
        ("reviews.verdict.given", person(world.reviewer)),
        ("reviews.case.handed_on", person(world.reviewer)),
    ]
    assert written.messages() == []


def test_an_audit_that_agrees_leaves_the_permit_of_the_pass_as_it_is():
    world, case, permit = audited()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    written = Written()

    world.rule(case, claim=False)

    assert list(Permit.objects.outstanding(NOON)) == [permit]
    assert written.events() == ["reviews.verdict.given", "reviews.case.decided"]
    assert written.messages() == []


def test_an_audit_that_overrides_in_time_voids_the_pass():
    world, case, passed = audited()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    written = Written()

    world.rule(case, VerdictKind.OVERRIDE, outcome="grant", claim=False)

    assert passed.void.reason == PermitVoid.Reason.OVERRULED
    assert [permit.outcome for permit in Permit.objects.outstanding(NOON)] == ["grant"]
    assert written.events() == [
        "reviews.verdict.given",
        "reviews.case.decided",
        "reviews.permit.voided",
        "reviews.permit.issued",
    ]
    assert written.messages() == [("decision.finalised", "permitted")]


def test_an_audit_reverses_what_was_carried_out():
    world, case, permit = audited()
    carry_out(world, permit)
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    written = Written()

    verdict = world.rule(case, VerdictKind.REVERSE, outcome="grant", claim=False)

    order = Reversal.objects.get()
    assert (order.verdict, order.decision, order.outcome) == (verdict, case.decision, "grant")
    assert Permit.objects.count() == 1
    assert written.events() == [
        "reviews.verdict.given",
        "reviews.case.decided",
        "reviews.reversal.ordered",
    ]
    assert written.messages() == [("decision.reversed", "reversal_ordered")]


def test_what_was_used_can_only_be_reversed_and_what_was_not_only_overridden():
    world, case, permit = audited()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    with refused(NotExecuted):
        world.rule(case, VerdictKind.REVERSE, outcome="grant", claim=False)
    consume_permit(token=permit.token, client=world.client, now=NOON)
    with refused(AlreadyExecuted):
        world.rule(case, VerdictKind.OVERRIDE, outcome="grant", claim=False)


def test_during_a_halt_a_verdict_stands_and_gives_no_permit():
    world = build_world()
    case = world.open_case()
    halt = place_halt(
        system=world.system,
        decision_type=None,
        reason="Implausible outputs.",
        placed_by=world.senior,
        actor=SETUP,
        now=NOON,
    )
    written = Written()

    world.rule(case)

    case.refresh_from_db()
    assert case.state == "decided"
    assert not Permit.objects.exists()
    assert written.messages() == [("decision.finalised", "halted")]
    lift_halt(halt_id=halt.pk, reason="Mended.", lifted_by=world.senior, now=NOON)
    assert not Permit.objects.exists()


TEXT = "The letter says otherwise."
FAULTS = [
    (VerdictKind.OVERRIDE, "", "contradicts-evidence", TEXT, ["/outcome"]),
    (VerdictKind.OVERRIDE, "refuse", "contradicts-evidence", TEXT, ["/outcome"]),
    (VerdictKind.OVERRIDE, "unheard-of", "contradicts-evidence", TEXT, ["/outcome"]),
    (VerdictKind.UPHOLD, "grant", "agrees", TEXT, ["/outcome"]),
    (VerdictKind.ABSTAIN, "grant", "conflict-of-interest", TEXT, ["/outcome"]),
    (VerdictKind.UPHOLD, "", "", TEXT, ["/reason_code"]),
    (VerdictKind.UPHOLD, "", "contradicts-evidence", TEXT, ["/reason_code"]),
    (VerdictKind.OVERRIDE, "grant", "agrees", TEXT, ["/reason_code"]),
    (VerdictKind.OVERRIDE, "grant", "contradicts-evidence", "  too few ", ["/reason_text"]),
    (VerdictKind.OVERRIDE, "", "", "", ["/outcome", "/reason_code", "/reason_text"]),
]


@pytest.mark.parametrize(("kind", "outcome", "code", "text", "pointers"), FAULTS)
def test_an_incomplete_verdict_names_each_fault_and_changes_nothing(
    kind, outcome, code, text, pointers
):
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    with refused(InputInvalid) as refusal:
        record_verdict(
            case_id=case.pk,
            reviewer=world.reviewer,
            claim=1,
            ruling=Ruling(kind, outcome, code, text),
            now=NOON,
        )

    assert [error.pointer for error in refusal.value.errors] == pointers


def never_claimed(world, case):
    release_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def held_by_another(world, case):
    release_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=NOON)


def held_under_a_newer_claim(world, case):
    release_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def right_taken_meanwhile(world, case):
    right = DecisionRight.objects.get(role__slug="reviewer")
    right.valid_until = NOON
    change(right, "valid_until")


def kind_not_among_the_rights(world, case):
    right = DecisionRight.objects.get(role__slug="reviewer")
    right.verdicts = ["override"]
    change(right, "verdicts")


def outcome_not_among_the_rights(world, case):
    right = DecisionRight.objects.get(role__slug="reviewer")
    right.outcomes = ["grant"]
    change(right, "outcomes")


def qualification_ended_meanwhile(world, case):
    proof = world.reviewer.qualifications.get()
    proof.valid_until = NOON
    change(proof, "valid_until")


def read_the_instructions(world, version):
    accounts.record_qualification(
        person=world.reviewer,
        kind=Qualification.Kind.INSTRUCTIONS_READ,
        system=world.system.slug,
        model_version=version,
        proof="instructions for use 3",
        valid_until=None,
        actor=SETUP,
        now=LONG_AGO,
    )


def only_another_versions_instructions_left(world, case):
    qualification_ended_meanwhile(world, case)
    read_the_instructions(world, "2.0.0")


def became_the_owner(world, case):
    world.system.owner = world.reviewer
    change(world.system, "owner")


def left_the_queue(world, case):
    remove(world.reviewer.queue_memberships.get())


@pytest.mark.parametrize(
    ("happens", "error"),
    [
        (never_claimed, NotYourClaim),
        (held_by_another, NotYourClaim),
        (held_under_a_newer_claim, ClaimLapsed),
        (right_taken_meanwhile, RightMissing),
        (kind_not_among_the_rights, RightMissing),
        (outcome_not_among_the_rights, RightMissing),
        (qualification_ended_meanwhile, CompetenceMissing),
        (only_another_versions_instructions_left, CompetenceMissing),
        (became_the_owner, NotSeparate),
        (left_the_queue, CaseNotVisible),
    ],
)
def test_what_held_at_the_claim_is_asked_again_at_the_verdict(happens, error):
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    happens(world, case)

    with refused(error):
        record_verdict(
            case_id=case.pk,
            reviewer=world.reviewer,
            claim=1,
            ruling=ruling(VerdictKind.UPHOLD),
            now=NOON,
        )


def test_instructions_read_for_the_very_version_stand_in_for_a_lapsed_training():
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    only_another_versions_instructions_left(world, case)
    read_the_instructions(world, world.version.version)

    verdict = world.rule(case, claim=False)

    proof = verdict.qualification
    assert (proof.kind, proof.model_version) == ("instructions_read", "1.0.0")


@pytest.mark.parametrize(("microseconds", "is_too_late"), [(499_999, False), (500_000, True)])
def test_a_proof_lapses_within_the_second_and_its_end_is_too_late(microseconds, is_too_late):
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    proof = world.reviewer.qualifications.get()
    proof.valid_until = NOON + timedelta(seconds=0.5)
    change(proof, "valid_until")
    ruled_at = NOON + timedelta(microseconds=microseconds)

    if is_too_late:
        with refused(CompetenceMissing):
            world.rule(case, claim=False, now=ruled_at)
    else:
        assert world.rule(case, claim=False, now=ruled_at).qualification == proof


def test_after_the_lease_it_is_too_late():
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    with refused(ClaimLapsed):
        world.rule(case, claim=False, now=NOON + timedelta(minutes=15))


ROLES = {
    "reviewer": 201,
    "senior-reviewer": 409,
    "compliance-officer": 403,
    "system-owner": 403,
    "auditor": 403,
    "administrator": 403,
}


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_only_whoever_holds_the_case_rules_on_it(role, status):
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    holders = {"reviewer": world.reviewer, "senior-reviewer": world.senior}
    someone = holders.get(role) or make_person(roles=[role])
    body = {"claim": 1, "kind": "uphold", "reason_code": "agrees"}

    answer = Caller(person=someone).post(f"cases/{case.pk}/verdict", body)

    assert answer.status == status
    assert Verdict.objects.count() == (1 if status == 201 else 0)
