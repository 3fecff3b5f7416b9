"""What stands in the world beside the work: contestations, what is lent, who is away, motions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from governance.models import Absence, Conflict, Delegation, Motion, ReportRun, User
from governance.motions import act_quorums, erasure, report_approvals
from governance.policies import Level
from governance.quorum import PRESETS
from governance.services.motions import move
from models_registry.models import DecisionType, Halt
from models_registry.motions import decision_rights, levels, mandates, policies
from reviews import motions as lifting
from reviews.models import AuditRate, Case, Contestation, VerdictKind
from reviews.services.absences import record_absence
from reviews.services.claiming import claim_case
from reviews.services.conflicts import record_conflict
from reviews.services.letters import Words, make_letter
from tests.factories import NOON, SETUP, World, change, make_person, policy_text
from tests.reviews.around import lend
from tests.reviews.contested import contest, taken_up

ANOTHER_SUBJECT = "customer-2"
_TOMORROW = NOON + timedelta(days=1)
_WEEK = NOON + timedelta(days=7)


@dataclass(frozen=True)
class Contested:
    """`open`, `foreign`: of the lending and of the other system, waiting for a reviewer;
    `answered`: ruled on, its letter made and not sent. `held`: reviewer's role to the case of a
    contestation that they hold and whose statement they have not read."""

    open: Contestation
    foreign: Contestation
    answered: Contestation
    held: Mapping[str, Case]


def build_contested(lending: World, hiring: World, people: Mapping[str, User]) -> Contested:
    held = {role: _contested(lending).case for role in ("reviewer", "senior-reviewer")}
    for role, case in held.items():
        claim_case(case_id=case.pk, reviewer=people[role], now=NOON)
    return Contested(
        open=_contested(lending), foreign=_contested(hiring), answered=_answered(lending), held=held
    )


def _contested(world: World) -> Contestation:
    """The contestation of a decision that passed, about a person with nothing else on record."""
    subject = {"ref": ANOTHER_SUBJECT}
    decision = world.submit(outcome="grant", confidence=0.99, subject=subject)
    return contest(world, decision, now=NOON)


def _answered(world: World) -> Contestation:
    contestation = _contested(world)
    case = taken_up(world, contestation, now=NOON)
    world.rule(case, VerdictKind.UPHOLD, by=world.senior, claim=False)
    return make_letter(
        contestation_id=contestation.pk, words=Words(), person=world.officer, now=NOON
    )


@dataclass(frozen=True)
class Around:
    """By role: what they lend, what they hold of a colleague's, when they are away. `others`: of
    two people who are none of the callers. All of it begins later, so that nothing rests now."""

    lent: Mapping[str, Delegation]
    borrowed: Mapping[str, Delegation]
    others_loan: Delegation
    absences: Mapping[str, Absence]
    others_absence: Absence
    conflict: Conflict


def build_around(world: World, hiring: World, people: Mapping[str, User]) -> Around:
    colleague, another = world.reviewers[1], make_person(roles=["reviewer"])
    reviewers = {role: people[role] for role in ("reviewer", "senior-reviewer")}
    return Around(
        lent={role: _lent(person, colleague) for role, person in reviewers.items()},
        borrowed={role: _lent(colleague, person) for role, person in reviewers.items()},
        others_loan=_lent(colleague, another),
        absences={role: _away(person) for role, person in people.items()},
        others_absence=_away(colleague),
        conflict=record_conflict(
            person=another,
            organisation=hiring.system.organisation,
            reason="Shares.",
            actor=SETUP,
            now=NOON,
        ),
    )


def _lent(lender: User, borrower: User) -> Delegation:
    return lend(lender, borrower, valid_from=_TOMORROW, valid_until=_WEEK)


def _away(person: User) -> Absence:
    return record_absence(person=person, valid_from=_TOMORROW, by=person, now=NOON)


def audit_rate_of(world: World) -> AuditRate:
    """The rate of all passes of a world's decision type."""
    rate = AuditRate(
        decision_type=world.decision_type,
        policy=world.policy,
        policy_version=world.policy_version,
        segment={},
        segment_key="0" * 64,
        rate=0.1,
        reason=AuditRate.Reason.STARTED,
        audited=0,
        errors=0,
        upper_bound=1.0,
        counted_until=NOON,
        changed_at=NOON,
    )
    change(rate)
    return rate


@dataclass(frozen=True)
class Moved:
    """Motions that wait. `own`: by the role of who moved it; `lifting`, `erasure`: moved by a
    second officer; `report`: theirs, of the other system's report, which the officer asked for."""

    own: Mapping[str, Motion]
    lifting: Motion
    erasure: Motion
    report: Motion
    second_officer: User


def build_moved(
    lending: World, people: Mapping[str, User], halts: tuple[Halt, Halt], report: ReportRun
) -> Moved:
    """`halts`: one that a second officer wants lifted, and one that the senior reviewer does."""
    officer = make_person(roles=["compliance-officer"])
    subject = Case.objects.filter(decision__system=lending.system).first().decision.subject_id
    return Moved(
        own={
            "senior-reviewer": _moved(
                people["senior-reviewer"], lifting.NAME, lifting.content_of(halts[1])
            ),
            **{
                role: _moved(people[role], mandates.NAME, mandate_of(lending, role))
                for role in ("compliance-officer", "system-owner")
            },
        },
        lifting=_moved(officer, lifting.NAME, lifting.content_of(halts[0])),
        erasure=_moved(officer, erasure.NAME, erasure.content_of(subject, "Asked for.")),
        report=_moved(officer, report_approvals.NAME, report_approvals.content_of(report)),
        second_officer=officer,
    )


def _moved(mover: User, act: str, content: Mapping[str, object]) -> Motion:
    return move(act=act, content=content, reason="It is time.", mover=mover, now=NOON)


def mandate_of(world: World, objective: str) -> Mapping[str, object]:
    return mandates.content_of(
        decision_type=world.decision_type, objective=objective, max_decisions=1, valid_until=_WEEK
    )


def act_to_move(world: World, halt: Halt, report: ReportRun, act: str) -> Mapping[str, object]:
    """The content of each act, to be put forward by whoever may."""
    grant = {"role": "reviewer", "system": "lending", "verdicts": ["uphold"]}
    subject = Case.objects.filter(decision__system=world.system).first().decision.subject_id
    contents = {
        policies.NAME: lambda: policies.content_of(world.policy, policy_text(verdicts=2)),
        mandates.NAME: lambda: mandate_of(world, "Tested."),
        lifting.NAME: lambda: lifting.content_of(halt),
        levels.NAME: lambda: levels.content_of(
            DecisionType.objects.get(slug="hiring-approval"), Level.NORMAL
        ),
        erasure.NAME: lambda: erasure.content_of(subject, "Asked for once more."),
        report_approvals.NAME: lambda: report_approvals.content_of(report),
        decision_rights.NAME: lambda: decision_rights.content_of([{"grant": grant}]),
        act_quorums.NAME: lambda: act_quorums.content_of(lifting.NAME, PRESETS["four_eyes"]),
    }
    return contents[act]()
