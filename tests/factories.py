"""A small world to test in, built by the same verbs that the product uses.

world = build_world()            # a system in service, HITL, one queue, one reviewer
world.submit(confidence=0.4)     # a decision, taken in
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from governance.ledger import record
from governance.models import (
    Actor,
    ApiClient,
    Policy,
    PolicyVersion,
    Qualification,
    Recorded,
    ReviewerRole,
    Scope,
    User,
)
from governance.policies import Effect
from governance.services import accounts, api_keys, policies
from models_registry.models import AISystem, DecisionType, ModelVersion
from models_registry.services import decision_types, registering, versions
from reviews.models import Calendar, Case, Decision, Queue, Verdict, VerdictKind
from reviews.services import calendars, claiming, deciding, intake, queues
from reviews.services.ruling import Ruling
from reviews.services.submission import Submission
from tests.copied_world import built_or_copied

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=30)
PASSWORD = "correct horse battery staple"
SETUP = Actor.system("setup")

POLICY = """
version: 1
title: Test policy
mode: {mode}
rules:
{rules}
defaults: {{queue: first-line, due_within: PT4H, verdicts: {verdicts}}}
audit_rate: {audit_rate}
reviewer_sees: {reviewer_sees}
fail_safe: {fail_safe}
permit_ttl: PT15M
min_reason_chars: 10
reason_codes:
  - {{code: agrees, label: Agrees with the evidence, for: [uphold]}}
  - {{code: contradicts-evidence, label: Contradicts the evidence, for: [override, reverse]}}
  - {{code: conflict-of-interest, label: Conflict of interest, for: [abstain]}}
"""

CLEAR_CASES_PASS = """
  - id: clear
    title: Clear cases pass
    when: confidence >= 0.95 && outcome == "grant"
    then: pass
    reason: A grant of high confidence.
"""

HELD_WHEN_UNSURE = """
  - id: unsure
    title: Unsure ones are held
    when: confidence < 0.6
    then: review
    reason: The model is unsure.
"""

_numbers = itertools.count(1)


def change(row: Recorded, *fields: str) -> None:
    """Keep a change, of all or of the named fields, as a verb does: with history and entry."""
    event = f"test.{row._meta.model_name}.changed"
    record.keep(row, event, actor=SETUP, at=LONG_AGO, fields=fields)


def remove(row: Recorded) -> None:
    """Delete a row as a verb does: with history and entry."""
    key = row.pk
    with transaction.atomic():
        row.delete_by(SETUP)
        row.pk = key
        record.append(f"test.{row._meta.model_name}.removed", subject=row, actor=SETUP, at=LONG_AGO)


def make_person(name: str = "", *, roles: Sequence[str] = (), now: datetime = LONG_AGO) -> User:
    """An account that holds the named roles."""
    number = next(_numbers)
    person = accounts.create_account(
        username=name or f"person{number}",
        display_name=(name or f"person {number}").replace("-", " ").title(),
        password=PASSWORD,
        actor=SETUP,
        now=now,
    )
    for slug in roles:
        role = ReviewerRole.objects.get(slug=slug)
        accounts.assign_role(person=person, role=role, actor=SETUP, now=now)
    return person


def make_queue(slug: str, *, escalates_to: Queue | None = None) -> Queue:
    return queues.create_queue(
        slug=slug,
        name=slug.replace("-", " ").title(),
        escalates_to=escalates_to,
        actor=SETUP,
        now=LONG_AGO,
    )


def make_calendar(slug: str, **given: Any) -> Calendar:
    """Office hours in Berlin, with Bavaria's holidays."""
    office = [["09:00", "12:30"], ["13:00", "17:00"]]
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    values = {
        "name": f"Office {slug}",
        "time_zone": "Europe/Berlin",
        "hours": dict.fromkeys(days, office),
        "country": "DE",
        "subdivision": "BY",
        "closed_days": [{"day": "2026-12-24", "reason": "Christmas Eve"}],
        "working_days": [
            {"day": "2026-12-05", "reason": "Stocktaking", "hours": [["08:00", "10:00"]]}
        ],
        **given,
    }
    return calendars.create_calendar(slug=slug, **values, actor=SETUP, now=LONG_AGO)


def join(queue: Queue, *people: User) -> None:
    for person in people:
        queues.add_member(queue=queue, person=person, actor=SETUP, now=LONG_AGO)


def qualify(person: User, system: AISystem, *, now: datetime = LONG_AGO) -> Qualification:
    return accounts.record_qualification(
        person=person,
        kind=Qualification.Kind.TRAINING,
        system=system.slug,
        proof="training record 1",
        valid_until=None,
        actor=SETUP,
        now=now,
    )


@dataclass
class World:
    """One AI system with everything that its decisions need."""

    owner: User
    officer: User
    system: AISystem
    version: ModelVersion
    policy: Policy
    policy_version: PolicyVersion
    decision_type: DecisionType
    first_line: Queue
    second_line: Queue
    client: ApiClient
    key: str
    reviewers: list[User] = field(default_factory=list)
    seniors: list[User] = field(default_factory=list)

    @property
    def reviewer(self) -> User:
        return self.reviewers[0]

    @property
    def senior(self) -> User:
        return self.seniors[0]

    def body(self, **changes: Any) -> dict[str, Any]:
        """The JSON of a decision as an integrator sends it."""
        return {
            "decision_type": self.decision_type.slug,
            "model_version": self.version.version,
            "external_id": f"ext-{next(_numbers)}",
            "occurred_at": "2026-11-23T11:59:00Z",
            "outcome": "refuse",
            "confidence": 0.8,
            "facts": {"income": 1200.5, "years": 3},
            "subject": {"ref": "customer-1"},
            "input": {"letter": "I would like a loan."},
            "explanation": {
                "factors": [{"name": "income", "label": "Income", "value": 1200.5, "weight": -0.7}]
            },
        } | changes

    def submit(self, *, now: datetime = NOON, **changes: Any) -> Decision:
        """Take a decision in through the verb."""
        body = self.body(**changes)
        submission = Submission(
            decision_type=body["decision_type"],
            model_version=body["model_version"],
            external_id=body["external_id"],
            occurred_at=min(now, NOON),
            outcome=body["outcome"],
            confidence=body["confidence"],
            impact=body.get("impact"),
            facts=body["facts"],
            subject_ref=body["subject"]["ref"],
            alternatives=[],
            input=body["input"],
            explanation=body["explanation"],
            sources=[],
        )
        taken = intake.submit_decision(
            submission=submission, client=self.client, request_id="test", now=now
        )
        return taken.decision

    def open_case(self, *, now: datetime = NOON, **changes: Any) -> Case:
        """A case that waits for a verdict."""
        return Case.objects.get(decision=self.submit(now=now, **changes))

    def rule(
        self,
        case: Case,
        kind: VerdictKind = VerdictKind.UPHOLD,
        *,
        by: User | None = None,
        outcome: str = "",
        now: datetime = NOON,
        claim: bool = True,
    ) -> Verdict:
        """Claim a case and give a verdict on it."""
        person = by or self.reviewer
        if claim:
            claiming.claim_case(case_id=case.pk, reviewer=person, now=now)
        case.refresh_from_db()
        return deciding.record_verdict(
            case_id=case.pk,
            reviewer=person,
            claim=case.claim_number,
            ruling=ruling(kind, outcome),
            now=now,
        )


def ruling(kind: VerdictKind, outcome: str = "") -> Ruling:
    codes: Mapping[VerdictKind, str] = {
        VerdictKind.UPHOLD: "agrees",
        VerdictKind.OVERRIDE: "contradicts-evidence",
        VerdictKind.REVERSE: "contradicts-evidence",
        VerdictKind.ABSTAIN: "conflict-of-interest",
    }
    return Ruling(kind, outcome, codes[kind], "The letter says otherwise.")


def policy_text(
    *,
    mode: str = "hitl",
    rules: str = CLEAR_CASES_PASS,
    verdicts: int = 1,
    audit_rate: float = 0,
    reviewer_sees: str = "shown",
    fail_safe: str = "hold",
) -> str:
    return POLICY.format(
        mode=mode,
        rules=rules,
        verdicts=verdicts,
        audit_rate=audit_rate,
        reviewer_sees=reviewer_sees,
        fail_safe=fail_safe,
    )


def build_world(
    *,
    slug: str = "lending",
    effect: Effect = Effect.LEGAL,
    reviewers: int = 2,
    text: str | None = None,
    max_claims: int | None = None,
) -> World:
    """A system in service with a published policy, two queues, reviewers and an API key."""
    return built_or_copied(
        (slug, effect, reviewers, text, max_claims),
        lambda: _built_world(slug, effect, reviewers, text, max_claims),
    )


def _built_world(
    slug: str, effect: Effect, reviewers: int, text: str | None, max_claims: int | None
) -> World:
    owner = make_person(roles=["system-owner"])
    officer = make_person(roles=["compliance-officer"])
    system = _system_in_service(slug, owner)
    policy = policies.create_policy(
        slug=f"{slug}-policy", name="Policy", owner=officer, actor=SETUP, now=LONG_AGO
    )
    decision_type = _decision_type(system, policy, effect)
    second_line = make_queue("second-line")
    first_line = make_queue("first-line", escalates_to=second_line)
    policy_version = policies.publish_version(
        policy=policy,
        text=text or policy_text(),
        schemas=[decision_type.policy_schema()],
        publisher=officer,
        now=LONG_AGO,
    )
    client = api_keys.create_client(
        name="Lending engine", systems=[slug], owner=owner, actor=SETUP, now=LONG_AGO
    )
    issued = api_keys.issue_key(
        client=client,
        scopes=list(Scope),
        expires_at=NOON + timedelta(days=36_500),
        actor=SETUP,
        now=LONG_AGO,
    )
    world = World(
        owner=owner,
        officer=officer,
        system=system,
        version=_version_in_service(system),
        policy=policy,
        policy_version=policy_version,
        decision_type=decision_type,
        first_line=first_line,
        second_line=second_line,
        client=client,
        key=issued.text,
    )
    _staff(world, reviewers, max_claims)
    return world


def _system_in_service(slug: str, owner: User) -> AISystem:
    system = registering.register_system(
        slug=slug,
        name=slug.title(),
        intended_purpose="Proposes whether a loan is granted.",
        organisation="Example Bank",
        roles=[AISystem.Role.DEPLOYER],
        owner=owner,
        actor=SETUP,
        now=LONG_AGO,
    )
    # As classifying does it; the questionnaire has tests of its own.
    system.risk_class = "H3"
    record.keep(system, "test.aisystem.classified", actor=SETUP, at=LONG_AGO)
    for status in (AISystem.Status.REGISTERED, AISystem.Status.IN_SERVICE):
        system = registering.change_status(system=system, status=status, actor=SETUP, now=LONG_AGO)
    return system


def _version_in_service(system: AISystem) -> ModelVersion:
    version = versions.add_version(
        system=system,
        version="1.0.0",
        artefact_sha256="a" * 64,
        declared_metrics={"accuracy": "0.91"},
        limits="Not for applicants without income.",
        instructions_version="2026-01",
        actor=SETUP,
        now=LONG_AGO,
    )
    for step in (ModelVersion.Status.APPROVED, ModelVersion.Status.IN_SERVICE):
        version = versions.change_version_status(
            version=version, status=step, actor=SETUP, now=LONG_AGO
        )
    return version


def _decision_type(system: AISystem, policy: Policy, effect: Effect) -> DecisionType:
    return decision_types.define_decision_type(
        system=system,
        slug=f"{system.slug}-approval",
        name="Loan approval",
        question="Should the loan be granted?",
        outcomes=[
            {"key": "grant", "label": "Grant", "adverse": False},
            {"key": "refuse", "label": "Refuse", "adverse": True},
        ],
        fact_schema={
            "income": {"type": "double", "label": "Monthly income", "unit": "EUR"},
            "years": {"type": "int", "label": "Years of employment"},
            "postcode": {"type": "string", "label": "Postcode", "personal": True},
            "distance": {"type": "double", "label": "Distance from the line", "derived": True},
        },
        effect=effect,
        reversible=True,
        impact_unit="EUR",
        policy=policy,
        actor=SETUP,
        now=LONG_AGO,
    )


def _staff(world: World, reviewers: int, max_claims: int | None) -> None:
    for slug in ("reviewer", "senior-reviewer"):
        role = ReviewerRole.objects.get(slug=slug)
        if max_claims is not None:
            role.max_claims = max_claims
            record.keep(role, "test.reviewerrole.changed", actor=SETUP, at=LONG_AGO)
        accounts.grant_right(
            role=role,
            system=world.system.slug,
            verdicts=VerdictKind.values,
            actor=SETUP,
            now=LONG_AGO,
        )
    for _ in range(reviewers):
        person = make_person(roles=["reviewer"])
        join(world.first_line, person)
        qualify(person, world.system)
        world.reviewers.append(person)
    senior = make_person(roles=["senior-reviewer"])
    join(world.first_line, senior)
    join(world.second_line, senior)
    qualify(senior, world.system)
    world.seniors.append(senior)
