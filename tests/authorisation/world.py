"""One world with something behind every address: two systems, a caller of each kind, and objects
that are a caller's own, another's, of another system, or not there at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from governance.ids import uuid7
from governance.models import (
    ChatAddress,
    EvidenceBundle,
    Notice,
    ReportKind,
    ReportRun,
    Scope,
    User,
    WebhookEndpoint,
)
from governance.policies import Effect
from governance.services import api_keys, policies
from governance.services.bundles import Wanted, request_bundle
from governance.services.chat_addresses import set_own_chat, set_place_chat
from governance.services.report_making import MadeReport
from governance.services.reports import REPORTS, finish_report, request_report
from governance.services.webhook_choices import Chosen
from governance.services.webhooks import create_endpoint
from models_registry.models import AISystem, Halt, Mandate, ModelVersion
from models_registry.services import decision_types, mandates, registering, versions
from reviews.lab.thresholds import Costs
from reviews.models import (
    AuditRate,
    Case,
    Decision,
    MonitorAlarm,
    MonitorState,
    Permit,
    Shadow,
    Simulation,
    ThresholdQuestion,
)
from reviews.selectors.known_outcomes import Asked
from reviews.services import claiming, halting
from reviews.services.shadowing import start_shadow
from reviews.services.simulating import Trial, request_simulation
from reviews.services.threshold_questions import ask_for_threshold
from tests.authorisation.furnishing import (
    Around,
    Contested,
    Moved,
    audit_rate_of,
    build_around,
    build_contested,
    build_moved,
)
from tests.factories import (
    LONG_AGO,
    NOON,
    SETUP,
    World,
    build_world,
    change,
    make_calendar,
    make_person,
    make_queue,
    policy_text,
)
from tests.governance.api.calling import at
from tests.reviews.ladders.made import make_ladder
from tests.reviews.monitors.made import in_alarm

NOBODY = UUID("01939c6e-5c2f-7a10-8000-5a0b1c2d3e4f")
ROLES = (
    "reviewer",
    "senior-reviewer",
    "compliance-officer",
    "system-owner",
    "auditor",
    "administrator",
)
# Programs: of the system, of another system, and of the system without the scope that is asked.
CLIENT, CLIENT_OF_ANOTHER, CLIENT_WITHOUT_SCOPE = "client", "client of another", "client without"
CLIENTS = (CLIENT, CLIENT_OF_ANOTHER, CLIENT_WITHOUT_SCOPE)
ANONYMOUS = "anonymous"
CALLERS = (ANONYMOUS, *ROLES, *CLIENTS)
_YEARS = timedelta(days=36_500)


@dataclass
class Grounds:
    """`people`: role to the person who holds that role alone. `lending`: the system whose queue
    the reviewers are in, and whose client calls; `hiring`: another's, with a queue of its own."""

    lending: World
    hiring: World
    people: Mapping[str, User]
    keys: Mapping[str, str]
    held: Mapping[str, Case]
    blind: Mapping[str, Case]
    open_case: Case
    taken: Case
    foreign_case: Case
    passed: Decision
    foreign_passed: Decision
    reports: Mapping[str, ReportRun]
    rates: Mapping[str, AuditRate]
    bundles: Mapping[str, EvidenceBundle]
    halt: Halt
    mandate: Mandate
    alarm: MonitorAlarm
    contested: Contested
    around: Around
    moved: Moved
    shadow: Shadow
    simulation: Simulation
    notices: Mapping[str, Notice]
    others_notice: Notice
    chats: Mapping[str, ChatAddress]
    webhooks: Mapping[str, WebhookEndpoint]
    question: ThresholdQuestion
    browsers: dict[str, Client] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self) -> Grounds:
        """A browser for each caller. An exception becomes the 500 that they would see."""
        for caller in CALLERS:
            self.browsers[caller] = Client(raise_request_exception=False)
            if caller in self.people:
                with at(NOON):
                    self.browsers[caller].force_login(self.people[caller])
                self.cookies[caller] = self.browsers[caller].cookies.output(header="")
        return self

    def call(
        self, caller: str, method: str, path: str, body: Any = None, *, without: str = ""
    ) -> HttpResponse:
        """Send one request at NOON: JSON to the API, a form elsewhere. `without`: the scope that
        the key of a client without it lacks."""
        key = self.keys.get(f"{caller} {without}".strip()) or self.keys.get(caller, "")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        client = self.browsers[caller]
        # Each call with the cookies of the sign-in: what is taken back in the database after a
        # sign-out would else still be gone from the browser.
        client.cookies = SimpleCookie(self.cookies.get(caller, ""))
        with at(NOON):
            if path.startswith("/api/v1/"):
                return client.generic(  # type: ignore[no-any-return]
                    method,
                    path,
                    b"" if body is None else json.dumps(body).encode(),
                    "application/json",
                    headers=headers,
                )
            if method == "POST":
                return client.post(path, body or {}, headers=headers)  # type: ignore[return-value]
            return client.generic(method, path, headers=headers)  # type: ignore[no-any-return]


def build_grounds() -> Grounds:
    lending = build_world()
    make_ladder("lending-ladder")
    hiring = _another_system(lending.officer)
    people = {
        "reviewer": lending.reviewer,
        "senior-reviewer": lending.senior,
        "compliance-officer": lending.officer,
        "system-owner": lending.owner,
        "auditor": make_person(roles=["auditor"]),
        "administrator": make_person(roles=["administrator"]),
    }
    passed = lending.submit(outcome="grant", confidence=0.99)
    foreign_passed = hiring.submit(outcome="grant", confidence=0.99)
    foreign_case = hiring.open_case()
    reports = {world.system.slug: _report(world) for world in (lending, hiring)}
    contested = build_contested(lending, hiring, people)
    # Last: from now on the other system's decisions are blocked.
    halts = [_halt(hiring, lending.officer) for _ in range(3)]
    make_calendar("office")
    return Grounds(
        lending=lending,
        hiring=hiring,
        people=people,
        keys=_keys(lending, hiring),
        held={role: _held(lending, people[role]) for role in ROLES[:2]},
        blind={role: _held(lending, people[role], blind=True) for role in ROLES[:2]},
        open_case=lending.open_case(),
        taken=_held(lending, lending.reviewers[1]),
        foreign_case=foreign_case,
        passed=passed,
        foreign_passed=foreign_passed,
        reports=reports,
        rates={world.system.slug: audit_rate_of(world) for world in (lending, hiring)},
        bundles={role: _bundle(passed, people[role]) for role in ("auditor", "compliance-officer")},
        mandate=mandates.issue_mandate(
            decision_type=hiring.decision_type,
            objective="Tested.",
            max_decisions=1,
            valid_until=NOON + _YEARS,
            issued_by=lending.officer,
            now=NOON,
        ),
        halt=halts[0],
        alarm=_monitored(hiring),
        contested=contested,
        around=build_around(lending, hiring, people),
        moved=build_moved(lending, people, (halts[1], halts[2]), reports["hiring"]),
        shadow=_shadow(lending),
        simulation=_simulation(lending),
        notices={role: _notice(person) for role, person in people.items()},
        others_notice=_notice(lending.reviewers[1]),
        chats=_chats(lending),
        webhooks={world.system.slug: _webhook(world) for world in (lending, hiring)},
        question=_question(lending),
    )


def _chats(world: World) -> Mapping[str, ChatAddress]:
    """By queue; under no queue that of a person, whom no caller is."""
    address = {"style": "slack", "url": "https://hooks.example/a", "now": NOON}
    of_queue = set_place_chat(queue="second-line", language="en", by=world.officer, **address)
    return {"second-line": of_queue, "": set_own_chat(person=world.reviewers[1], **address)}


def _notice(person: User) -> Notice:
    values = {"alarm": "silent"}
    return Notice.objects.create(
        person=person, cause=uuid7(), kind="ledger_alarm", values=values, path="/", at=NOON
    )


def _another_system(officer: User) -> World:
    """A system that none of the callers has to do with, and a queue that none of them reviews."""
    owner = make_person(roles=["system-owner"])
    system = registering.register_system(
        slug="hiring",
        name="Hiring",
        intended_purpose="Proposes who is invited.",
        organisation="Another Firm",
        roles=[AISystem.Role.DEPLOYER],
        owner=owner,
        actor=SETUP,
        now=LONG_AGO,
    )
    system.risk_class = "H3"
    change(system)
    for status in (AISystem.Status.REGISTERED, AISystem.Status.IN_SERVICE):
        system = registering.change_status(system=system, status=status, actor=SETUP, now=LONG_AGO)
    version = versions.add_version(
        system=system,
        version="1.0.0",
        artefact_sha256="c" * 64,
        declared_metrics={},
        limits="",
        instructions_version="1",
        actor=SETUP,
        now=LONG_AGO,
    )
    for step in (ModelVersion.Status.APPROVED, ModelVersion.Status.IN_SERVICE):
        version = versions.change_version_status(
            version=version, status=step, actor=SETUP, now=LONG_AGO
        )
    policy = policies.create_policy(
        slug="hiring-policy", name="Policy", owner=officer, actor=SETUP, now=LONG_AGO
    )
    decision_type = decision_types.define_decision_type(
        system=system,
        slug="hiring-approval",
        name="Invitation",
        question="Should they be invited?",
        outcomes=[
            {"key": "grant", "label": "Invite", "adverse": False},
            {"key": "refuse", "label": "Refuse", "adverse": True},
        ],
        fact_schema={
            "income": {"type": "double", "label": "Income"},
            "years": {"type": "int", "label": "Years"},
        },
        effect=Effect.LEGAL,
        reversible=True,
        policy=policy,
        actor=SETUP,
        now=LONG_AGO,
    )
    queue = make_queue("elsewhere")
    policy_version = policies.publish_version(
        policy=policy,
        text=policy_text().replace("queue: first-line", "queue: elsewhere"),
        schemas=[decision_type.policy_schema()],
        publisher=officer,
        now=LONG_AGO,
    )
    client = api_keys.create_client(
        name="Hiring engine", systems=["hiring"], owner=owner, actor=SETUP, now=LONG_AGO
    )
    return World(
        owner=owner,
        officer=officer,
        system=system,
        version=version,
        policy=policy,
        policy_version=policy_version,
        decision_type=decision_type,
        first_line=queue,
        second_line=queue,
        client=client,
        key=_key(client, list(Scope)),
    )


def _key(client: Any, scopes: list[Scope]) -> str:
    issued = api_keys.issue_key(
        client=client, scopes=scopes, expires_at=NOON + _YEARS, actor=SETUP, now=LONG_AGO
    )
    return str(issued.text)


def _keys(lending: World, hiring: World) -> dict[str, str]:
    lacking = {
        f"{CLIENT_WITHOUT_SCOPE} {scope.value}": _key(
            lending.client, [other for other in Scope if other is not scope]
        )
        for scope in Scope
    }
    # Where no scope opens a door, a key with every scope is the most that can be tried.
    return lacking | {
        CLIENT: lending.key,
        CLIENT_OF_ANOTHER: hiring.key,
        CLIENT_WITHOUT_SCOPE: lending.key,
    }


def _held(world: World, person: User, *, blind: bool = False) -> Case:
    case = world.open_case()
    if blind:
        case.blind_first = True
        change(case, "blind_first")
    return claiming.claim_case(case_id=case.pk, reviewer=person, now=NOON)


def _halt(world: World, officer: User) -> Halt:
    return halting.place_halt(
        system=world.system,
        decision_type=None,
        reason="Drift.",
        placed_by=officer,
        actor=SETUP,
        now=NOON + timedelta(seconds=1),
    )


def _shadow(world: World) -> Shadow:
    return start_shadow(
        policy=world.policy,
        text=world.policy_version.text,
        until=NOON + timedelta(days=7),
        person=world.officer,
        now=NOON,
    )


def _monitored(world: World) -> MonitorAlarm:
    """An alarm of a monitor that is to look again."""
    alarm = in_alarm(world.decision_type)
    MonitorState.objects.create(
        decision_type=world.decision_type,
        monitor=alarm.monitor,
        watches=alarm.watches,
        spec=alarm.run.spec,
        next_at=NOON + timedelta(hours=1),
    )
    return alarm


def _simulation(world: World) -> Simulation:
    trial = Trial(world.policy, world.policy_version.text, LONG_AGO, NOON)
    return request_simulation(trial=trial, requested_by=world.officer, now=NOON)


def _webhook(world: World) -> WebhookEndpoint:
    chosen = Chosen(url="https://receiver.example/hooks", events=["decision.finalised"])
    return create_endpoint(chosen=chosen, owner=world.client, actor=SETUP, now=NOON).endpoint


def _question(world: World) -> ThresholdQuestion:
    return ask_for_threshold(
        asked=Asked(world.decision_type, LONG_AGO, NOON),
        costs=Costs(100, 10, 1),
        minutes=None,
        by=world.officer,
        now=NOON,
    )


def _report(world: World) -> ReportRun:
    run = request_report(
        kind=ReportKind.HUMAN_OVERSIGHT,
        system_slug=world.system.slug,
        period_start=LONG_AGO,
        period_end=NOON,
        requested_by=world.officer,
        actor=SETUP,
        now=NOON,
    )
    REPORTS.take_up(run_id=run.pk, actor=SETUP, now=NOON)
    made = MadeReport(json=b"{}", html=b"<main></main>", pdf=b"%PDF")
    finish_report(run_id=run.pk, made=made, actor=SETUP, now=NOON)
    run.refresh_from_db()
    return run


def _bundle(decision: Decision, person: User) -> EvidenceBundle:
    return request_bundle(
        wanted=Wanted(about=EvidenceBundle.About.DECISION, about_id=decision.pk),
        requested_by=person,
        actor=SETUP,
        now=NOON,
    )


def token_of(decision: Decision) -> str:
    return str(Permit.objects.get(decision=decision).token)
