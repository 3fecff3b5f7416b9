"""The judgement with reasons and the filter of lists are one rule written twice: in random worlds
of roles, rights, loans, absences, conflicts, recusals, stages and contested rulings they agree."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from governance.models import (
    Absence,
    Conflict,
    DecisionRight,
    Delegation,
    Qualification,
    ReviewerRole,
    RoleAssignment,
)
from governance.rights import Condition, judge
from governance.selectors.candidates import candidates
from reviews.models import Case, Decision, Recusal, Verdict, VerdictKind
from reviews.selectors.matters import NEEDED, matters_of
from reviews.selectors.staffing import unstaffed
from reviews.selectors.surely_staffed import surely_staffed
from reviews.services.rights import judgement, rulable_by
from tests.factories import LONG_AGO, NOON, SETUP, build_world, join, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PEOPLE, CASES = 5, 4
# Instants about NOON: in force, just ended, just beginning, long gone.
SPANS = [
    (LONG_AGO, None),
    (LONG_AGO, NOON + DAY),
    (LONG_AGO, NOON),
    (NOON, NOON + DAY),
    (NOON + DAY, None),
]
CEILINGS = [None, Decimal(50), Decimal(100)]
ALL = VerdictKind.values


class Made:
    """Rows of one random world, saved with their history as the verbs do. They are rolled back,
    so that no entry is needed: the database asks for one when a transaction commits."""

    def __init__(self, world, people, draw):
        self.world, self.people, self.draw = world, people, draw

    def one(self, values):
        return self.draw(st.sampled_from(list(values)))

    def some(self, values, most=2):
        return self.draw(st.lists(st.sampled_from(list(values)), max_size=most))

    def keep(self, row):
        row.save_by(SETUP)
        return row

    def span(self):
        """Mostly in force."""
        valid_from, valid_until = self.one([*SPANS[:2] * 3, *SPANS])
        return {"valid_from": valid_from, "valid_until": valid_until}

    def roles_and_rights(self):
        for number in range(2):
            role = ReviewerRole(
                slug=f"role-{number}",
                name=f"Role {number}",
                permissions=[],
                delegation_depth=self.one([None, 1, 2, 2]),
            )
            self.keep(role)
            for _ in range(self.one([1, 1, 2])):
                self.keep(
                    DecisionRight(
                        role=role,
                        system=self.one(["", "lending", "lending", "hiring"]),
                        decision_type=self.one(["", "lending-approval", "triage"]),
                        max_impact=self.one(CEILINGS),
                        verdicts=self.one([ALL, ALL, ["uphold"], ["uphold", "override"]]),
                        outcomes=self.one([[], [], ["grant"], ["refuse"]]),
                        **self.span(),
                    )
                )
            for person in self.some(self.people, 3):
                self.keep(RoleAssignment(person=person, role=role, **self.span()))

    def proofs(self):
        for person in self.people:
            for _ in range(self.one([1, 1, 1, 0])):
                self.keep(
                    Qualification(
                        person=person,
                        kind="training",
                        system=self.one(["lending"] * 4 + ["hiring"]),
                        model_version=self.one(["", "1.0.0", "2.0.0"]),
                        proof="record 1",
                        **self.span(),
                    )
                )

    def lend(self, delegator, delegate, parent=None):
        return self.keep(
            Delegation(
                delegator=delegator,
                delegate=delegate,
                parent=parent,
                system=self.one(["", "", "lending", "hiring"]),
                decision_type=self.one(["", "", "lending-approval"]),
                max_impact=self.one(CEILINGS),
                reason="holiday",
                valid_from=LONG_AGO,
                valid_until=self.one([NOON + DAY, NOON + DAY, NOON]),
                revoked_at=self.one([None, None, None, LONG_AGO]),
            )
        )

    def loans(self):
        """Up to two deep: a second one rests on the first."""
        found = []
        for _ in range(self.one([0, 1, 2])):
            first, second, third = self.draw(st.permutations(self.people))[:3]
            loan = self.lend(first, second)
            found.append(loan)
            if self.one([True, False]):
                found.append(self.lend(second, third, loan))
        return found

    def what_stands_in_the_way(self, cases):
        for person in self.some(self.people, 1):
            self.keep(Absence(person=person, ended_at=self.one([None, LONG_AGO]), **self.span()))
        for person in self.some(self.people):
            subject = self.one(cases).decision.subject_id
            about = self.one(
                [
                    {"subject_id": subject},
                    {"organisation": "Example Bank"},
                    {"organisation": "Other Bank"},
                ]
            )
            self.keep(Conflict(person=person, reason="kin", **about, **self.span()))
        for case in self.some(cases, 1):
            Recusal.objects.create(
                decision=case.decision,
                case=case,
                person=self.one(self.people),
                reason="interest",
                recused_at=NOON,
            )
        row, field = self.one(
            [(self.world.system, "owner"), (self.world.version, "author"),
             (self.world.client, "owner"), (None, "")]
        )  # fmt: skip
        if row is not None:
            row = type(row).objects.get(pk=row.pk)
            setattr(row, field, self.one(self.people))
            self.keep(row)
        for person in self.some(self.people, 1):
            person = type(person).objects.get(pk=person.pk)
            person.is_active = False
            self.keep(person)

    def rulings(self, case, loans):
        """Earlier ones on the case's decision, under higher and lower rights, own and lent."""
        rights = list(DecisionRight.objects.order_by("id"))
        proof = Qualification.objects.first()
        for person in self.draw(st.permutations(self.people))[: self.one([0, 1, 1, 2])]:
            Verdict.objects.create(
                case=case,
                ruled_by=person,
                kind=VerdictKind.UPHOLD,
                outcome="refuse",
                reason_code="agrees",
                claimed_at=LONG_AGO,
                ruled_at=LONG_AGO,
                right=self.one(rights),
                qualification=proof,
                delegation=self.one([None, *loans]),
            )

    def all(self):
        cases = list(Case.objects.order_by("id"))
        self.roles_and_rights()
        self.proofs()
        loans = self.loans()
        for case in cases:
            case.stage_roles = self.one([None, None, [], ["role-0"], ["role-1", "role-0"]])
            self.keep(case)
        for case in self.some(cases, 2):
            self.rulings(case, loans)
        for decision in {case.decision_id: case for case in self.some(cases, 2)}.values():
            self.keep(contested(decision))
        self.what_stands_in_the_way(cases)


def contested(case):
    """A further case of the same decision, for a contestation."""
    return Case(
        decision=case.decision,
        kind=Case.Kind.CONTESTATION,
        queue=case.queue,
        priority=50,
        opened_at=NOON,
        due_at=NOON + DAY,
    )


@pytest.fixture
def world():
    world = build_world()
    people = [make_person() for _ in range(PEOPLE)]
    for number, impact in enumerate([None, Decimal(50), Decimal(100), Decimal("100.0001")]):
        world.open_case(impact=impact, subject={"ref": f"customer-{number % 2}"})
    assert Decision.objects.count() == CASES
    # One of them reviews another queue alone.
    join(world.first_line, *people[1:])
    join(world.second_line, people[0])
    return world, people


# Longer than most: each example is a world of its own. What it finds is how often a rule that
# stands in two places is changed in one.
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # smaller worlds would take minutes to look for
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_in_random_worlds_check_and_filter_say_the_same_of_everybody(world, data):
    base, people = world
    with transaction.atomic():
        Made(base, people, data.draw).all()
        agree(people, data.draw)
        transaction.set_rollback(True)


def agree(people, draw):
    cases = list(Case.objects.select_related("queue", *NEEDED).order_by("id"))
    matters = matters_of(cases, NOON)
    queues = {
        person.pk: person.queue_memberships.values_list("queue_id", flat=True) for person in people
    }
    found = candidates([person.pk for person in people], NOON, queues)
    for person in people:
        fresh = type(person).objects.get(pk=person.pk)
        judged = {case.pk: judge(found[person.pk], matters[case.pk]) for case in cases}
        said = {key for key, one in judged.items() if one.may}
        listed = set(Case.objects.filter(rulable_by(fresh, NOON)).values_list("pk", flat=True))
        assert listed == said, {
            str(key): [(one.condition, one.sentence) for one in judged[key].findings]
            for key in listed ^ said
        }
    nobody = unstaffed(cases, NOON)
    assert not [case.pk for case in cases if surely_staffed(case, NOON) and case.pk in nobody]
    # The one gate gathers the same facts, one case and one person at a time.
    person, case = draw(st.sampled_from(people)), draw(st.sampled_from(cases))
    fresh = type(person).objects.get(pk=person.pk)
    alone = judgement(case=case, person=fresh, now=NOON)
    batch = judge(found[person.pk], matters[case.pk])
    assert [(one.condition, one.met) for one in alone.findings] == [
        (one.condition, one.met) for one in batch.findings
    ]
    assert alone.may is all(alone.finding(one).met for one in Condition)
