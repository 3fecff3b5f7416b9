"""A small bank, made with the real verbs: twelve decisions whose figures can be counted by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import yaml
from django.db.transaction import atomic

from governance.ledger import record
from governance.models import Actor, ApiClient, Policy, Qualification, ReviewerRole, User
from governance.policies.vocabulary import Effect
from governance.reports.period import Period
from governance.services.accounts import (
    assign_role,
    create_account,
    grant_right,
    record_qualification,
)
from governance.services.api_keys import create_client
from governance.services.policies import create_policy, publish_version
from models_registry.models import AISystem, DecisionType, ModelVersion
from models_registry.services.classifying import classify_system
from models_registry.services.decision_types import define_decision_type
from models_registry.services.registering import change_status, register_system
from models_registry.services.versions import add_version, change_version_status
from reviews.models import Case, Decision, Queue, QueueMembership, Verdict, VerdictKind
from reviews.services.claiming import claim_case
from reviews.services.closing import record_truth
from reviews.services.deciding import record_verdict
from reviews.services.escalation import escalate_late_case
from reviews.services.executing import Act, record_execution
from reviews.services.halting import lift_halt, place_halt
from reviews.services.intake import submit_decision
from reviews.services.ruling import Ruling
from reviews.services.submission import Submission
from tests.models_registry.classification.answer_sets import PLAIN, PROFILING

# Everything is set up in October and happens in the first week of November.
SET_UP = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
WEEK_START = datetime(2026, 11, 1, tzinfo=UTC)
WEEK_END = datetime(2026, 11, 8, tzinfo=UTC)
CUT_OFF = datetime(2026, 11, 10, 6, 0, tzinfo=UTC)

# A deployer that scores the creditworthiness of persons: high-risk, and profiling.
CREDIT_SCORING = {**PLAIN, "Q5.5": ["b"], **PROFILING}

SETTER = Actor.system("test")
PASSWORD = "correct horse battery staple"
POLICY = {
    "version": 1,
    "title": "Loans",
    "mode": "hitl",
    "rules": [
        {
            "id": "clear",
            "title": "Clear approvals pass",
            "when": 'outcome == "approve" && confidence >= 0.9',
            "then": "pass",
            "reason": "Clear approvals may pass.",
        },
        {
            "id": "large",
            "title": "Large loans take two",
            "when": "impact > 100000.0",
            "then": "review",
            "verdicts": 2,
            "reason": "Large loans take two people.",
        },
    ],
    "defaults": {"queue": "credit", "due_within": "PT4H"},
    "audit_rate": 1,
    "fail_safe": "refuse",
    "permit_ttl": "PT10M",
    "reason_codes": [
        {"code": "agrees", "label": "I agree", "for": ["uphold"]},
        {"code": "income-misread", "label": "Income misread", "for": ["override", "reverse"]},
    ],
}


@dataclass
class World:
    """The parties. `reviewers`: two; `officer`: sees and issues every report; `owner`: owns."""

    owner: User
    officer: User
    reviewers: list[User]
    system: AISystem
    version: ModelVersion
    type: DecisionType
    policy: Policy
    queue: Queue
    client: ApiClient

    @property
    def period(self) -> Period:
        return Period(self.system.pk, self.system.slug, WEEK_START, WEEK_END, CUT_OFF)

    def submit(self, name, outcome, confidence, *, at=MONDAY, impact=None) -> Decision:
        submission = Submission(
            decision_type=self.type.slug,
            model_version=self.version.version,
            external_id=name,
            occurred_at=at,
            outcome=outcome,
            confidence=float(confidence),
            impact=None if impact is None else Decimal(impact),
            facts={"income": 30000.0},
            subject_ref=f"person-{name}",
            alternatives=[],
            input={},
            explanation={},
            sources=[],
        )
        taken = submit_decision(
            submission=submission, client=self.client, request_id="test", now=at
        )
        return taken.decision

    def rule(self, decision, kind, outcome="", *, at, after, by=0) -> Verdict:
        """Claim at `at` and rule `after` seconds later."""
        case = Case.objects.get(decision=decision, state=Case.State.OPEN)
        reviewer = self.reviewers[by]
        claimed = claim_case(case_id=case.pk, reviewer=reviewer, now=at)
        code = "agrees" if kind is VerdictKind.UPHOLD else "income-misread"
        return record_verdict(
            case_id=case.pk,
            reviewer=reviewer,
            claim=claimed.claim_number,
            ruling=Ruling(kind, outcome, code, "The statement shows another income."),
            now=at + timedelta(seconds=after),
        )

    def execute(self, decision, *, at):
        permit = decision.permits.get(void=None, use=None)
        return record_execution(
            decision_id=decision.pk,
            token=permit.token,
            act=Act(outcome=permit.outcome, reference="core", executed_at=at),
            client=self.client,
            now=at,
        )

    def truth(self, decision, outcome, *, at):
        return record_truth(
            decision_id=decision.pk,
            outcome=outcome,
            source="repayment",
            observed_at=at,
            client=self.client,
            now=at,
        )


def person(username: str, role: str, **more) -> User:
    user = create_account(
        username=username,
        display_name=username.title(),
        password=PASSWORD,
        actor=SETTER,
        now=SET_UP,
        **more,
    )
    assign_role(person=user, role=ReviewerRole.objects.get(slug=role), actor=SETTER, now=SET_UP)
    return user


def build_world(*, policy=POLICY, simulated=False) -> World:
    """The parties and rules, without a decision."""
    owner, officer = person("olivia", "system-owner"), person("oscar", "compliance-officer")
    reviewers = [
        person(name, "senior-reviewer", is_simulated=simulated) for name in ("rita", "ron")
    ]
    role = ReviewerRole.objects.get(slug="senior-reviewer")
    queues = _queues(reviewers)
    system = register_system(
        slug="loans",
        name="Loan scoring",
        intended_purpose="Scoring of consumer loans",
        organisation="Sample Bank (invented)",
        roles=[AISystem.Role.DEPLOYER],
        owner=owner,
        actor=SETTER,
        now=SET_UP,
    )
    classify_system(system=system, answers=CREDIT_SCORING, author=officer, now=SET_UP)
    for status in (AISystem.Status.REGISTERED, AISystem.Status.IN_SERVICE):
        system = change_status(system=system, status=status, actor=SETTER, now=SET_UP)
    version = add_version(
        system=system,
        version="2.4.1",
        artefact_sha256="a1" * 32,
        declared_metrics={"auc": "0.81"},
        limits="Not for the self-employed.",
        instructions_version="7",
        actor=SETTER,
        now=SET_UP,
    )
    for status in (ModelVersion.Status.APPROVED, ModelVersion.Status.IN_SERVICE):
        version = change_version_status(version=version, status=status, actor=SETTER, now=SET_UP)
    rules = create_policy(slug="loans", name="Loans", owner=owner, actor=SETTER, now=SET_UP)
    kind = define_decision_type(
        system=system,
        slug="loan",
        name="Loan",
        question="Should the loan be granted?",
        outcomes=[
            {"key": "approve", "label": "Approve", "adverse": False},
            {"key": "deny", "label": "Deny", "adverse": True},
        ],
        fact_schema={
            "income": {"type": "double", "label": "Income", "unit": "EUR"},
            "birthplace": {"type": "string", "label": "Place of birth", "personal": True},
        },
        effect=Effect.LEGAL,
        reversible=True,
        policy=rules,
        impact_unit="EUR",
        actor=SETTER,
        now=SET_UP,
    )
    publish_version(
        policy=rules,
        text=yaml.safe_dump(policy, sort_keys=False),
        schemas=[kind.policy_schema(frozenset({"credit", "senior"}))],
        publisher=officer,
        now=SET_UP,
    )
    grant_right(
        role=role,
        verdicts=["uphold", "override", "reverse", "abstain"],
        system="loans",
        actor=SETTER,
        now=SET_UP,
    )
    for reviewer in reviewers:
        record_qualification(
            person=reviewer,
            kind=Qualification.Kind.TRAINING,
            system="loans",
            proof="course 12",
            valid_until=SET_UP + timedelta(days=365),
            actor=SETTER,
            now=SET_UP,
        )
    client = create_client(name="core", systems=["loans"], owner=owner, actor=SETTER, now=SET_UP)
    return World(owner, officer, reviewers, system, version, kind, rules, queues, client)


def _queues(reviewers: list[User]) -> Queue:
    senior = Queue(slug="senior", name="Senior")
    credit = Queue(slug="credit", name="Credit", escalates_to=senior)
    members = [
        QueueMembership(queue=queue, person=reviewer)
        for queue in (senior, credit)
        for reviewer in reviewers
    ]
    with atomic():
        for row in (senior, credit, *members):
            record.keep(row, "test.row.made", actor=SETTER, at=SET_UP)
    return credit


def at(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def twelve_decisions(world: World) -> dict[str, Decision]:
    """Four pass (two of them audited, one of these reversed), eight go to people.

    Decided: 7 cases by 8 verdicts; 3 differ from the AI's outcome. Known truths: 3 wrong outputs,
    2 of them caught; 2 right ones, 1 of them overridden.
    """
    made = {
        "p1": world.submit("p1", "approve", "0.97"),
        "p2": world.submit("p2", "approve", "0.96"),
        "p3": world.submit("p3", "approve", "0.99"),
        "p4": world.submit("p4", "approve", "0.95"),
        "r1": world.submit("r1", "deny", "0.80", impact=200000),
        "r2": world.submit("r2", "deny", "0.60", impact=5000),
        "r3": world.submit("r3", "deny", "0.40", impact=5000),
        "r4": world.submit("r4", "approve", "0.65", impact=5000),
        "r5": world.submit("r5", "approve", "0.55", impact=5000),
        "r6": world.submit("r6", "deny", "0.75", impact=5000, at=at(60 * 24 * 4)),
        "r7": world.submit("r7", "deny", "0.70", impact=5000),
    }
    for name in ("p1", "p2", "p3"):
        world.execute(made[name], at=at(1))
    world.rule(made["p1"], VerdictKind.UPHOLD, at=at(2), after=20)
    world.rule(made["p2"], VerdictKind.REVERSE, "deny", at=at(3), after=90)
    world.rule(made["r1"], VerdictKind.UPHOLD, at=at(5), after=60)
    world.rule(made["r1"], VerdictKind.UPHOLD, at=at(8), after=60, by=1)
    world.execute(made["r1"], at=at(10))
    world.rule(made["r2"], VerdictKind.OVERRIDE, "approve", at=at(12), after=120)
    world.execute(made["r2"], at=at(15))
    world.rule(made["r3"], VerdictKind.OVERRIDE, "approve", at=at(16), after=8, by=1)
    world.rule(made["r4"], VerdictKind.UPHOLD, at=at(18), after=30)
    world.rule(made["r5"], VerdictKind.UPHOLD, at=at(20), after=45)
    late = Case.objects.get(decision=made["r7"])
    for hours in (5, 10):
        escalate_late_case(case_id=late.pk, actor=SETTER, now=at(60 * hours))
    halt = place_halt(
        system=world.system,
        decision_type=None,
        reason="Scores look wrong",
        placed_by=world.reviewers[0],
        actor=Actor.of(world.reviewers[0]),
        now=at(60 * 20),
    )
    made["b1"] = world.submit("b1", "deny", "0.85", at=at(60 * 20 + 1))
    lift_halt(halt_id=halt.pk, reason="Mended", lifted_by=world.reviewers[1], now=at(60 * 21))
    for name, outcome in (
        ("p2", "deny"),
        ("r2", "approve"),
        ("r3", "deny"),
        ("r4", "deny"),
        ("r5", "approve"),
    ):
        world.truth(made[name], outcome, at=at(60 * 24))
    return made
