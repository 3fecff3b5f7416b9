"""Any order of what people, programs and sweeps may do, on the real database: what must hold holds
after each step, and what is refused leaves its refusal and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from governance.errors import DomainError
from governance.ledger import record
from governance.models import (
    Absence,
    Actor,
    Conflict,
    DecisionRight,
    Delegation,
    LedgerEntry,
    Qualification,
    Refusal,
    ReviewerRole,
    RoleAssignment,
    User,
)
from governance.services import accounts
from governance.services.refusals import enter_refusal
from models_registry.models import Halt
from reviews.models import Case, Decision, Evaluation, Permit, Recusal, Verdict, VerdictKind
from reviews.selectors import matters
from reviews.services import claiming, closing, deciding, escalation, executing, halting, rights
from reviews.services.derivation import derive_again
from reviews.services.rights import rulable_by
from tests.factories import (
    CLEAR_CASES_PASS,
    NOON,
    SETUP,
    World,
    build_world,
    change,
    join,
    make_person,
    policy_text,
    qualify,
    ruling,
)
from tests.reviews.rights_invariants import every_fault
from tests.reviews.written import TRACES_OF_REFUSAL

SWEEP = Actor.system("sweep")
# The first rule that fits counts, so those come first that ask for more.
RULES = (
    "".join(
        f"""
  - id: people-{people}
    title: So many people
    when: years == {people}
    then: review
    verdicts: {people}
    reason: So many people look at it.
"""
        for people in (2, 3)
    )
    + CLEAR_CASES_PASS
)
SOME = range(12)  # whom or which: taken modulo how many there are
FLAG = (True, False)
MOSTLY = (True, True, True, False)
# Django's and allauth's own tables take no part.
_TABLES = sorted(
    {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ("governance", "models_registry", "reviews")
    }
    - TRACES_OF_REFUSAL
)
# Each write of a step has a transaction number of the step's own, so any new row shows.
_STATE = " UNION ALL ".join(
    f"SELECT '{table}', count(*), coalesce(max(xmin::text::bigint), 0) FROM {table}"
    for table in _TABLES
)


# Name of a move, how often it is made beside the others, and what each argument is drawn from.
MOVES: list[tuple[str, int, dict[str, Sequence[Any]]]] = []


def move(weight: int, **arguments: Sequence[Any]) -> Callable[[Any], Any]:
    """One of the moves, made so many times as often as one of weight 1. Were each a rule of its
    own, Hypothesis would switch many off for whole examples, and quorums would seldom be met."""

    def noted(method: Any) -> Any:
        MOVES.append((method.__name__, weight, arguments))
        return method

    return noted


def state() -> list[tuple[str, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        # PostgreSQL may look at several tables at once, and tells of them as they are done.
        return sorted(cursor.fetchall())


class Office(RuleBasedStateMachine):
    """Six people who could all rule, were it not for what stands in the way of two of them."""

    world: World
    people: list[User]
    seen: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        # The example is taken back as a whole, so that each begins in the same world.
        self.example = transaction.atomic()
        self.example.__enter__()
        self.now: datetime = NOON
        self.needed: dict[UUID, int] = {}

    def teardown(self) -> None:
        self.seen.update(LedgerEntry.objects.values_list("event", flat=True))
        self.seen.update(Refusal.objects.values_list("code", flat=True))
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    def step(self, who: User | None, act: Callable[[], Any]) -> Any:
        """Do one thing; refused, it leaves one refusal and changes nothing else. Then look."""
        self.now += timedelta(seconds=1)
        before, refusals = state(), Refusal.objects.count()
        done, is_refused = None, False
        try:
            with transaction.atomic():
                done = act()
        except DomainError as refusal:
            enter_refusal(refusal, actor=who or self.world.client, act="machine")
            self.check_refused(refusal, refusals)
            is_refused = True
        except ObjectDoesNotExist:
            is_refused = True
        if is_refused:
            assert state() == before, "a refused step changed rows"
        connection.check_constraints()
        faults = every_fault(self.needed, self.now)
        assert not faults, faults
        # What begins next begins after this, not at its very instant.
        self.now += timedelta(seconds=1)
        return done

    def check_refused(self, refusal: DomainError, before: int) -> None:
        """One refusal with one entry, where it is somebody's try at a right or a state."""
        is_entered = refusal.status in (403, 409) or refusal.condition is not None
        assert Refusal.objects.count() == before + is_entered
        if is_entered:
            newest = Refusal.objects.latest("id")
            assert LedgerEntry.objects.filter(subject_id=newest.pk).count() == 1
            assert newest.condition == refusal.condition

    # Whom, which.
    def person(self, number: int) -> User:
        return self.people[number % len(self.people)]

    def case(self, number: int, **wanted: Any) -> Case | None:
        """One of the cases that are as wanted; else any."""
        cases = list(Case.objects.filter(**wanted).order_by("id")) or list(
            Case.objects.order_by("id")
        )
        return cases[number % len(cases)] if cases else None

    def decision(self, number: int) -> Decision | None:
        decisions = list(Decision.objects.order_by("id"))
        return decisions[number % len(decisions)] if decisions else None

    def in_force(self, model: Any, number: int, **wanted: Any) -> Any:
        rows = list(model.objects.in_force(self.now).filter(**wanted).order_by("id"))
        return rows[number % len(rows)] if rows else None

    @rule(dice=st.randoms(use_true_random=True, note_method_calls=False))
    def go_on(self, dice: Random) -> None:
        [(name, _, drawn_from)] = dice.choices(MOVES, [weight for _, weight, _ in MOVES])
        arguments = {key: dice.choice(values) for key, values in drawn_from.items()}
        note(f"{name}({arguments})")
        getattr(self, name)(**arguments)

    # Programs.
    @initialize(people=st.integers(1, 3), adverse=st.booleans())
    def begin(self, people: int, adverse: bool) -> None:
        self.submit(people, adverse, False, 0, None)

    @move(
        3,
        people=(1, 2, 3),
        adverse=FLAG,
        clear=FLAG,
        subject=(1, 2),
        impact=[None, 50, 500],
    )
    def submit(
        self, people: int, adverse: bool, clear: bool, subject: int, impact: int | None
    ) -> None:
        if Decision.objects.count() >= 5:
            return
        decision = self.step(
            None,
            lambda: self.world.submit(
                now=self.now,
                outcome="refuse" if adverse else "grant",
                confidence=0.99 if clear else 0.5,
                facts={"income": 1200.5, "years": people},
                subject={"ref": f"customer-{subject}"},
                impact=None if impact is None else Decimal(impact),
            ),
        )
        self.needed[decision.pk] = people
        row = Evaluation.objects.select_related("policy_version", "decision__decision_type").get(
            decision=decision
        )
        again = derive_again(row)
        assert again is not None
        assert again.to_json() == row.result
        halted = Halt.objects.filter(lifted_at=None).exists()
        passes = clear and not adverse and people == 1
        expected = "block" if halted else "pass" if passes else "review"
        assert row.disposition == expected

    @move(1, which=SOME)
    def withdraw(self, which: int) -> None:
        decision = self.decision(which)
        assert decision is not None
        self.step(
            None,
            lambda: closing.withdraw_decision(
                decision_id=decision.pk, reason="Twice.", client=self.world.client, now=self.now
            ),
        )

    @move(4, which=SOME, how=["renew", "use", "execute", "execute", "other"])
    def carry_out(self, which: int, how: str) -> None:
        """Ask for the permit, use it, record the execution, or one of what it is not for."""
        client = self.world.client
        permits = list(Permit.objects.select_related("decision").order_by("id"))
        permits = [permit for permit in permits if not hasattr(permit, "use")] or permits
        if how == "renew" or not permits:
            decision = self.decision(which)
            assert decision is not None
            self.step(
                None,
                lambda: executing.renew_permit(
                    decision_id=decision.pk, client=client, now=self.now
                ),
            )
            return
        permit = permits[which % len(permits)]
        if how == "use":
            self.step(
                None,
                lambda: executing.consume_permit(token=permit.token, client=client, now=self.now),
            )
            return
        outcome = permit.outcome
        if how == "other":
            outcome = "grant" if outcome == "refuse" else "refuse"
        self.execute(permit, outcome)

    def execute(self, permit: Permit, outcome: str) -> None:
        self.step(
            None,
            lambda: executing.record_execution(
                decision_id=permit.decision_id,
                token=permit.token,
                act=executing.Act(outcome=outcome, reference="", executed_at=self.now),
                client=self.world.client,
                now=self.now,
            ),
        )

    @move(1, subject=(1, 2))
    def pass_and_carry_out(self, subject: int) -> None:
        """What goes its way without a person, so that audits find something to undo."""
        self.submit(1, False, True, subject, None)
        permit = Permit.objects.filter(use=None, void=None).order_by("id").last()
        if permit is not None:
            self.execute(permit, permit.outcome)

    @move(1, which=SOME)
    def undo(self, which: int) -> None:
        decision = self.decision(which)
        assert decision is not None
        other = "grant" if decision.outcome == "refuse" else "refuse"
        self.step(
            None,
            lambda: executing.confirm_undone(
                decision_id=decision.pk,
                act=executing.Act(outcome=other, reference="", executed_at=self.now),
                client=self.world.client,
                now=self.now,
            ),
        )

    # Reviewers.
    @move(5, who=SOME, which=SOME)
    def claim(self, who: int, which: int) -> None:
        person, case = self.person(who), self.case(which, state="open")
        if case is not None:
            self.step(
                person,
                lambda: claiming.claim_case(case_id=case.pk, reviewer=person, now=self.now),
            )

    @move(2, who=SOME, above=FLAG)
    def claim_next(self, who: int, above: bool) -> None:
        person = self.person(who)
        slug = "second-line" if above else "first-line"
        self.step(
            person,
            lambda: claiming.claim_next(queue_slug=slug, reviewer=person, now=self.now),
        )

    @move(2, who=SOME, which=SOME, honest=MOSTLY, how=["keep", "give", "up"])
    def keep_or_give_back(self, who: int, which: int, honest: bool, how: str) -> None:
        case = self.case(which, state="claimed")
        if case is None:
            return
        person = case.claimed_by if honest and case.claimed_by else self.person(who)
        verb = {
            "keep": claiming.extend_claim,
            "give": claiming.release_case,
            "up": escalation.hand_up,
        }[how]
        self.step(person, lambda: verb(case_id=case.pk, reviewer=person, now=self.now))

    @move(
        3,
        who=SOME,
        which=SOME,
        honest=MOSTLY,
        kind=["uphold", "override", "abstain", "reverse"],
    )
    def rule_on(self, who: int, which: int, honest: bool, kind: str) -> None:
        """By who holds the case, or by another who would like to."""
        case = self.case(which, state="claimed")
        if case is None:
            return
        person = case.claimed_by if honest and case.claimed_by else self.person(who)
        self.give_verdict(person, case, kind)

    def give_verdict(self, person: User, case: Case, kind: str) -> None:
        other = "grant" if case.decision.outcome == "refuse" else "refuse"
        self.step(
            person,
            lambda: deciding.record_verdict(
                case_id=case.pk,
                reviewer=person,
                claim=case.claim_number,
                ruling=ruling(VerdictKind(kind), other if kind in ("override", "reverse") else ""),
                now=self.now,
            ),
        )

    @move(9, who=SOME, which=SOME, kind=["uphold", "uphold", "override", "reverse"])
    def claim_and_rule(self, who: int, which: int, kind: str) -> None:
        """The usual way, so that quorums are met more than seldom."""
        case = self.case(which, state="open")
        if case is None:
            return
        if kind == "override" and case.decision.executions.exists():
            kind = "reverse"
        # Only to get on: whether they may is judged by the verbs, and looked at afterwards.
        able = [
            person
            for person in self.people
            if Case.objects.filter(rulable_by(person, self.now), pk=case.pk).exists()
        ]
        person = able[who % len(able)] if able else self.person(who)
        self.step(
            person, lambda: claiming.claim_case(case_id=case.pk, reviewer=person, now=self.now)
        )
        case.refresh_from_db()
        if case.claimed_by == person:
            self.give_verdict(person, case, kind)

    # Who may.
    @move(
        1,
        role=FLAG,
        kinds=(VerdictKind.values, ["uphold"], ["override", "abstain"], ["uphold", "override"]),
        impact=[None, 100],
        outcomes=[(), ("grant",)],
    )
    def grant_right(self, role: bool, kinds: Any, impact: int | None, outcomes: Any) -> None:
        slug = "senior-reviewer" if role else "reviewer"
        self.step(
            None,
            lambda: accounts.grant_right(
                role=ReviewerRole.objects.get(slug=slug),
                verdicts=sorted(kinds),
                max_impact=None if impact is None else Decimal(impact),
                outcomes=outcomes,
                actor=SETUP,
                now=self.now,
            ),
        )

    @move(2, which=SOME, model=[DecisionRight, Qualification, RoleAssignment])
    def end(self, which: int, model: Any) -> None:
        row = self.in_force(model, which)
        if row is not None:
            self.step(None, lambda: self.ended(row, "valid_until"))

    @move(1, who=SOME, senior=FLAG)
    def assign(self, who: int, senior: bool) -> None:
        role = ReviewerRole.objects.get(slug="senior-reviewer" if senior else "reviewer")
        self.step(
            None,
            lambda: accounts.assign_role(
                person=self.person(who), role=role, actor=SETUP, now=self.now
            ),
        )

    @move(1, who=SOME)
    def qualify(self, who: int) -> None:
        self.step(None, lambda: qualify(self.person(who), self.world.system, now=self.now))

    @move(2, giver=SOME, taker=SOME, on=FLAG, impact=[None, 100])
    def delegate(self, giver: int, taker: int, on: bool, impact: int | None) -> None:
        """`on`: what the giver was lent themselves, which their role does not let them lend on."""
        lender, borrower = self.person(giver), self.person(taker)
        if lender == borrower:
            return
        parent = self.in_force(Delegation, 0, delegate=lender) if on else None
        loan = Delegation(
            delegator=lender,
            delegate=borrower,
            parent=parent,
            max_impact=None if impact is None else Decimal(impact),
            reason="Holiday.",
            valid_from=self.now,
            valid_until=self.now + timedelta(days=1),
        )
        self.step(None, lambda: change(loan))

    @move(1, which=SOME)
    def revoke(self, which: int) -> None:
        loan = self.in_force(Delegation, which, revoked_at=None)
        if loan is not None:
            self.step(None, lambda: self.ended(loan, "revoked_at"))

    @move(1, who=SOME)
    def leave(self, who: int) -> None:
        row = Absence(person=self.person(who), valid_from=self.now)
        self.step(None, lambda: change(row))

    @move(2, which=SOME)
    def come_back(self, which: int) -> None:
        row = self.in_force(Absence, which, ended_at=None)
        if row is not None:
            self.step(None, lambda: self.ended(row, "ended_at"))

    @move(1, who=SOME, which=SOME, whole=(True, False, False, False))
    def declare_conflict(self, who: int, which: int, whole: bool) -> None:
        decision = self.decision(which)
        assert decision is not None
        row = Conflict(person=self.person(who), reason="Kin.", valid_from=self.now)
        if whole:
            row.organisation = decision.system.organisation
        else:
            row.subject = decision.subject
        self.step(None, lambda: change(row))

    @move(1, which=SOME)
    def end_conflict(self, which: int) -> None:
        row = self.in_force(Conflict, which)
        if row is not None:
            self.step(None, lambda: self.ended(row, "valid_until"))

    @move(1, who=SOME, which=SOME)
    def recuse(self, who: int, which: int) -> None:
        person, case = self.person(who), self.case(which, state="open")
        assert case is not None
        if Recusal.objects.filter(decision=case.decision, person=person).exists():
            return
        row = Recusal(
            decision=case.decision,
            case=case,
            person=person,
            reason=Recusal.Reason.INTEREST,
            recused_at=self.now,
        )

        def stand_aside() -> None:
            row.save(force_insert=True)
            record.append("test.recusal.declared", subject=row, actor=Actor.of(person), at=self.now)

        self.step(None, stand_aside)

    # Time, and the stop.
    @move(2, minutes=[1, 16, 16, 300])
    def let_time_pass(self, minutes: int) -> None:
        """And sweep: leases that ran out, cases that are late, up to the ladder's end."""
        self.now += timedelta(minutes=minutes)
        for key in list(Case.objects.with_lapsed_claim(self.now).values_list("pk", flat=True)):
            self.step(
                None,
                lambda key=key: claiming.release_lapsed_claim(
                    case_id=key, actor=SWEEP, now=self.now
                ),
            )
        for key in list(Case.objects.overdue(self.now).values_list("pk", flat=True)):
            self.step(
                None,
                lambda key=key: escalation.escalate_late_case(
                    case_id=key, actor=SWEEP, now=self.now
                ),
            )

    @move(1, who=SOME, scope=["all", "system", "type"])
    def halt(self, who: int, scope: str) -> None:
        if Halt.objects.filter(lifted_at=None).count() >= 1:
            return
        person = self.person(who)
        self.step(
            person,
            lambda: halting.place_halt(
                system=None if scope == "all" else self.world.system,
                decision_type=self.world.decision_type if scope == "type" else None,
                reason="Drift.",
                placed_by=person,
                actor=Actor.of(person),
                now=self.now,
            ),
        )

    @move(2, who=SOME)
    def lift(self, who: int) -> None:
        halt = Halt.objects.filter(lifted_at=None).first()
        if halt is not None:
            person = self.person(who)
            self.step(
                person,
                lambda: halting.lift_halt(
                    halt_id=halt.pk, reason="Mended.", lifted_by=person, now=self.now
                ),
            )

    def ended(self, row: Any, field: str) -> None:
        setattr(row, field, self.now)
        change(row, field)


@pytest.fixture
def office(db: None) -> type[Office]:
    """Three reviewers, a senior; and two with every right who stand too near: the owner of system
    and program, and the model's author."""
    world = build_world(reviewers=3, text=policy_text(rules=RULES, audit_rate=1))
    author = make_person(roles=["reviewer"])
    world.version.author = author
    change(world.version, "author")
    accounts.assign_role(
        person=world.owner,
        role=ReviewerRole.objects.get(slug="senior-reviewer"),
        actor=SETUP,
        now=NOON - timedelta(days=1),
    )
    for person in (world.owner, author):
        join(world.first_line, person)
        qualify(person, world.system)
    Office.world = world
    Office.seen = Counter()
    Office.people = [*world.reviewers, world.senior, world.owner, author]
    return Office


# What a run must have come to, or it would prove little; a long one to more.
REACHED = {
    "reviews.case.balloted",
    "reviews.case.decided",
    "reviews.permit.issued",
    "not_separate",
    "not_found",
    "not_your_claim",
}
REACHED_AT_LENGTH = REACHED | {
    "reviews.decision.executed",
    "reviews.case.claim_lapsed",
    "reviews.case.escalated",
    "reviews.case.expired",
    "reviews.permit.voided",
    "reviews.decision.withdrawn",
    "reviews.reversal.ordered",
    "models_registry.halt.lifted",
    "right_missing",
    "competence_missing",
}
NORMAL = settings(
    max_examples=14,
    stateful_step_count=32,
    deadline=None,
    database=None,
    derandomize=True,
    # Shrinking takes minutes here; the long run does it.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_what_must_hold_holds_after_every_step(office: type[Office]) -> None:
    """Some 20 s: each step is looked at from all sides on the real database."""
    run_state_machine_as_test(office, settings=NORMAL)
    assert REACHED - office.seen.keys() == set(), "the run shows nothing about these"


@pytest.mark.long
def test_what_must_hold_holds_however_long_it_goes_on(office: type[Office]) -> None:
    longer = settings(
        NORMAL, max_examples=150, stateful_step_count=60, derandomize=False, phases=list(Phase)
    )
    run_state_machine_as_test(office, settings=longer)
    assert REACHED_AT_LENGTH - office.seen.keys() == set(), "the run shows nothing about these"


def _blind_to_conflicts(patch: pytest.MonkeyPatch) -> None:
    """Recusals and standing conflicts are looked up, and make no difference."""
    near = matters._near

    def some(*given: Any) -> Any:
        told = near(*given)
        return [one for one in told if one[1] not in (matters.RECUSED, matters.IN_CONFLICT)]

    patch.setattr(matters, "_near", some)
    patch.setattr(rights, "_near", lambda person, now: Q(pk__in=[]))


def _one_is_enough(patch: pytest.MonkeyPatch) -> None:
    """The first ballot settles a case, however many it takes."""
    settle = deciding._settle

    def at_once(case: Case, verdict: Verdict, *given: Any) -> Any:
        if verdict.kind == VerdictKind.ABSTAIN:
            return settle(case, verdict, *given)
        claiming.drop_claim(case)
        return deciding._decide(case, verdict, [verdict.pk], *given)

    patch.setattr(deciding, "_settle", at_once)


def _in_the_holders_name(patch: pytest.MonkeyPatch) -> None:
    """The sweep gives a case back as if its holder had done so."""
    release = claiming.release_lapsed_claim

    def as_holder(*, case_id: UUID, actor: Actor, now: datetime) -> Any:
        holder = Case.objects.get(pk=case_id).claimed_by
        return release(case_id=case_id, actor=Actor.of(holder) if holder else actor, now=now)

    patch.setattr(claiming, "release_lapsed_claim", as_holder)


@pytest.mark.long
@pytest.mark.parametrize(
    ("broken", "found"),
    [
        (_blind_to_conflicts, "stepped aside|has a conflict"),
        (_one_is_enough, "stands on 1 of"),
        (_in_the_holders_name, "claim_lapsed is entered for person"),
    ],
)
def test_what_is_broken_is_found(
    office: type[Office], broken: Any, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    with pytest.raises(AssertionError, match=found):
        run_state_machine_as_test(office, settings=settings(NORMAL, max_examples=60))
