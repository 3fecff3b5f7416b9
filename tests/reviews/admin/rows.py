"""Rows of every administered model, made by the product's own verbs."""

from __future__ import annotations

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from governance.errors import NotPermitted
from governance.ledger import record
from governance.ledger.note import VerifierKey
from governance.ledger.verify import Fault, Wrong
from governance.models import (
    ActQuorum,
    CheckpointKey,
    LedgerAlarm,
    Log,
    ReportKind,
    ReportRun,
    ReviewerRole,
    Scope,
    User,
    VerificationRun,
)
from governance.motions import act_quorums
from governance.policies import Effect
from governance.quorum import plain
from governance.services import accounts, api_keys, motions, policies
from governance.services.ledger_alarms import clear_alarm, raise_alarm
from governance.services.policy_drafts import save_draft
from governance.services.refusals import enter_refusal
from governance.services.webhook_choices import Chosen
from governance.services.webhooks import create_endpoint
from models_registry.models import AISystem
from models_registry.services import decision_types, mandates, registering, versions
from models_registry.services.classifying import classify_system
from reviews.lab.thresholds import Costs
from reviews.models import (
    AuditRate,
    Case,
    Pause,
    Permit,
    Recusal,
    Reversal,
    ReversalAlarm,
    VerdictKind,
)
from reviews.selectors.known_outcomes import Asked
from reviews.services import (
    absences,
    claiming,
    closing,
    conflicts,
    delegating,
    escalation,
    executing,
    halting,
    pausing,
    recusing,
)
from reviews.services.shadowing import start_shadow
from reviews.services.simulating import Trial, request_simulation
from reviews.services.threshold_questions import ask_for_threshold
from tests.factories import (
    NOON,
    SETUP,
    World,
    change,
    join,
    make_calendar,
    make_person,
    make_queue,
    policy_text,
    qualify,
)
from tests.governance.ledger.sealed import checkpoint_at, cosigned_by, new_witness, open_log
from tests.models_registry.classification.answer_sets import PLAIN
from tests.reviews.ladders.made import make_ladder
from tests.reviews.monitors.made import in_alarm

TOMORROW = NOON + timedelta(days=1)


def add_one_of_each(world: World, number: int) -> None:
    """One more row of every model. `world`: its policy has an audit rate of 1."""
    _configured(world, number)
    _registered(world, number)
    _listening(world, number)
    _escalated_overridden_and_executed(world)
    _paused_and_resumed(world)
    _passed_executed_and_reversed(world)
    _withdrawn_with_its_truth(world)
    _reported_and_refused(world)
    _sealed_and_witnessed(number)
    _verified()
    _moved_and_voted_on(number)
    _away_in_conflict_and_lending(world)
    _tried_and_shadowed(world, number)
    _audited_and_unconfirmed(world, number)


def _tried_and_shadowed(world: World, number: int) -> None:
    """A draft that waits to be tried on the past, and one that runs beside the live version."""
    text = f"{policy_text(verdicts=2)}# draft {number}\n"
    request_simulation(
        trial=Trial(world.policy, text, NOON - timedelta(days=1), NOON),
        requested_by=world.officer, now=NOON,
    )  # fmt: skip
    start_shadow(policy=world.policy, text=text, until=TOMORROW, person=world.officer, now=NOON)
    ask_for_threshold(
        asked=Asked(world.decision_type, NOON - timedelta(days=1), NOON), costs=Costs(100, 10, 1),
        minutes=None, by=world.officer, now=NOON,
    )  # fmt: skip


def _moved_and_voted_on(number: int) -> None:
    """A motion that a second person has rejected, and a quorum that is not the delivered one."""
    first, second = (make_person(roles=["compliance-officer"]) for _ in range(2))
    change(ActQuorum(act=f"act-{number}", quorum=plain(2).to_json()))
    motion = motions.move(
        act=act_quorums.NAME, content=act_quorums.content_of("governance.subject.erase", plain(2)),
        reason="Two more.", mover=first, now=NOON + timedelta(days=8 * number),
    )  # fmt: skip
    motions.cast_ballot(
        motion_id=motion.pk, voter=second, choice="reject", reason="Not that.",
        digest=motion.digest, now=motion.moved_at,
    )  # fmt: skip


def _configured(world: World, number: int) -> None:
    person = make_person(roles=["reviewer"])
    join(make_queue(f"queue-{number}"), person)
    make_ladder(f"ladder-{number}")
    make_calendar(f"calendar-{number}")
    role = ReviewerRole(slug=f"role-{number}", name=f"Role {number}")
    change(role)
    accounts.grant_right(role=role, verdicts=["uphold"], actor=SETUP, now=NOON)
    qualify(person, world.system)
    client = api_keys.create_client(
        name=f"Client {number}", systems=[world.system.slug], owner=world.owner,
        actor=SETUP, now=NOON,
    )  # fmt: skip
    api_keys.issue_key(
        client=client, scopes=[Scope.PERMITS], expires_at=TOMORROW, actor=SETUP, now=NOON
    )


def _registered(world: World, number: int) -> None:
    owner = make_person()
    system = registering.register_system(
        slug=f"system-{number}", name=f"System {number}", intended_purpose="Tested.",
        organisation="Example", roles=[AISystem.Role.DEPLOYER], owner=owner, actor=SETUP, now=NOON,
    )  # fmt: skip
    classify_system(system=system, answers=PLAIN, author=owner, now=NOON)
    versions.add_version(
        system=system, version="1", artefact_sha256="b" * 64, declared_metrics={}, limits="",
        instructions_version="1", actor=SETUP, now=NOON,
    )  # fmt: skip
    policy = policies.create_policy(
        slug=f"policy-{number}", name=f"Policy {number}", owner=owner, actor=SETUP, now=NOON
    )
    policies.publish_version(
        policy=policy, text=policy_text(rules=" []"), schemas=[], publisher=owner, now=NOON
    )
    save_draft(policy=policy, text="title: Next", revision=0, author=owner, now=NOON)
    decision_type = decision_types.define_decision_type(
        system=system, slug=f"type-{number}", name=f"Type {number}", question="Should it?",
        outcomes=world.decision_type.outcomes, fact_schema={}, effect=Effect.NONE,
        reversible=True, policy=policy, actor=SETUP, now=NOON,
    )  # fmt: skip
    in_alarm(decision_type)
    mandates.issue_mandate(
        decision_type=decision_type, objective="Tested.", max_decisions=1, valid_until=TOMORROW,
        issued_by=owner, now=NOON,
    )  # fmt: skip
    halting.place_halt(
        system=system, decision_type=decision_type, reason="A drill.", is_drill=True,
        placed_by=owner, actor=SETUP, now=NOON,
    )  # fmt: skip


def _listening(world: World, number: int) -> None:
    chosen = Chosen(url=f"https://receiver.example/{number}", events=["decision.finalised"])
    create_endpoint(chosen=chosen, owner=world.client, actor=SETUP, now=NOON)


def _escalated_overridden_and_executed(world: World) -> None:
    case = world.open_case()
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    escalation.hand_up(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    world.rule(case, VerdictKind.OVERRIDE, by=world.senior, outcome="grant")
    _executed(world, case.decision_id)


def _paused_and_resumed(world: World) -> None:
    case = world.open_case()
    for _ in range(2):
        claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
        pausing.pause_case(
            case_id=case.pk, person=world.reviewer, reason=Pause.Reason.EXPERT, until=TOMORROW,
            note="I would like a loan.", now=NOON,
        )  # fmt: skip


def _passed_executed_and_reversed(world: World) -> None:
    decision = world.submit(outcome="grant", confidence=0.99)
    _executed(world, decision.pk)
    audit = Case.objects.get(decision=decision, kind=Case.Kind.AUDIT)
    world.rule(audit, VerdictKind.REVERSE, outcome="refuse")


def _executed(world: World, decision_id: object) -> None:
    permit = Permit.objects.get(decision=decision_id)
    executing.record_execution(
        decision_id=permit.decision_id, token=permit.token, client=world.client, now=NOON,
        act=executing.Act(outcome=permit.outcome, reference="loan", executed_at=NOON),
    )  # fmt: skip


def _withdrawn_with_its_truth(world: World) -> None:
    decision = world.submit()
    closing.withdraw_decision(
        decision_id=decision.pk, reason="Sent twice.", client=world.client, now=NOON
    )
    closing.record_truth(
        decision_id=decision.pk, outcome="grant", source="the file", observed_at=NOON,
        client=world.client, now=NOON,
    )  # fmt: skip


def _reported_and_refused(world: World) -> None:
    run = ReportRun(
        kind=ReportKind.HUMAN_OVERSIGHT, system=world.system.slug, period_start=NOON,
        period_end=TOMORROW, cut_off=TOMORROW, requested_by=world.officer, requested_at=NOON,
    )  # fmt: skip
    change(run)
    enter_refusal(NotPermitted("No."), actor=User.objects.get(pk=world.owner.pk), act="test")


def _sealed_and_witnessed(number: int) -> None:
    log = Log.objects.filter(origin=settings.COUNTERSIGN_LOG_ORIGIN).first() or open_log()
    vkey = VerifierKey(log.origin, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    key = CheckpointKey(log=log, verifier=str(vkey), introduced_at=NOON)
    record.keep(key, "governance.checkpointkey.introduced", actor=SETUP, at=NOON)
    checkpoint = checkpoint_at(log, number + 1)
    cosigned_by(checkpoint, *new_witness(f"witness-{number}.example"))
    raised = {"kind": LedgerAlarm.Kind.SILENT, "actor": SETUP, "now": NOON}
    raise_alarm(**raised, detail="The sealer has given no sign of life yet.")
    clear_alarm(**raised)


def _away_in_conflict_and_lending(world: World) -> None:
    lender, borrower = make_person(roles=["reviewer"]), make_person(roles=["reviewer"])
    delegating.delegate(
        delegator=lender, delegate=borrower, valid_until=TOMORROW, reason="Leave.", now=NOON
    )
    absences.record_absence(person=lender, by=lender, now=NOON)
    conflicts.record_conflict(
        person=lender, organisation=world.system.organisation, reason="Shares.",
        actor=SETUP, now=NOON,
    )  # fmt: skip
    case = world.open_case()
    for person in [*world.reviewers, *world.seniors]:
        recusing.recuse(case_id=case.pk, person=person, reason=Recusal.Reason.INVOLVED, now=NOON)


def _verified() -> None:
    run = VerificationRun(
        requested_at=NOON, finished_at=TOMORROW, state="done", size=7, fault_count=1,
        findings=[Fault(Wrong.CHANGED, "entry 1", "its bytes are others", 3).as_json()],
        erased=[{"entry": "2", "payload": "3", "at": "2026-11-23T12:00:00.000000Z"}],
    )  # fmt: skip
    change(run)


def _audited_and_unconfirmed(world: World, number: int) -> None:
    """A rate of one segment, and the alarm of the newest reversal."""
    rate = AuditRate(
        decision_type=world.decision_type,
        policy=world.policy,
        policy_version=world.policy_version,
        segment={"outcome": f"outcome {number}"},
        segment_key=f"{number:064d}",
        rate=0.1,
        reason=AuditRate.Reason.STARTED,
        audited=0,
        errors=0,
        upper_bound=1.0,
        counted_until=NOON,
        changed_at=NOON,
    )
    change(rate)
    reversal = Reversal.objects.filter(alarm=None).order_by("id").last()
    change(ReversalAlarm(reversal=reversal, raised_at=NOON, cleared_at=NOON))
