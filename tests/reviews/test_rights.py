"""Who may rule: the check with reasons and the filter of lists are the same rule, written twice."""

from contextlib import contextmanager
from decimal import Decimal
from itertools import product

import pytest

from governance.ledger import record
from governance.models import DecisionRight, Qualification, ReviewerRole
from governance.services import accounts
from reviews.errors import CompetenceMissing, NotSeparate, RightMissing
from reviews.models import Case, Verdict, VerdictKind
from reviews.services.rights import entitlement, rulable_by
from tests.factories import LONG_AGO, NOON, SETUP, build_world, change, join, make_person

pytestmark = pytest.mark.django_db

# What a right covers, and whether that takes in the cases of impact 100 and of unknown impact.
RIGHTS = {
    "none": (None, False, False),
    "everything": ({}, True, True),
    "this system": ({"system": "lending"}, True, True),
    "another system": ({"system": "hiring"}, False, False),
    "this type": ({"decision_type": "lending-approval"}, True, True),
    "another type": ({"decision_type": "hiring-approval"}, False, False),
    "up to 100": ({"max_impact": Decimal(100)}, True, False),
    "below 100": ({"max_impact": Decimal("99.9999")}, False, False),
    "run out": ({"valid_until": NOON}, False, False),
}
PROOFS = {
    "none": (None, False),
    "this system": ({"system": "lending"}, True),
    "this version": ({"system": "lending", "model_version": "1.0.0"}, True),
    "another version": ({"system": "lending", "model_version": "2.0.0"}, False),
    "another system": ({"system": "hiring"}, False),
    "run out": ({"system": "lending", "valid_until": NOON}, False),
}
NEARNESS = ["far", "owner", "author", "client", "ruled"]


def make_candidate(right, proof, queue):
    """A person whose one role has one right, with one proof of competence."""
    person = make_person()
    join(queue, person)
    role = ReviewerRole(slug=f"role-{person.username}", name="Role", permissions=[])
    change(role)
    accounts.assign_role(person=person, role=role, actor=SETUP, now=LONG_AGO)
    if right is not None:
        accounts.grant_right(role=role, verdicts=["uphold"], **right, actor=SETUP, now=LONG_AGO)
    if proof is not None:
        accounts.record_qualification(
            **{"valid_until": None} | proof,
            person=person,
            kind=Qualification.Kind.TRAINING,
            proof="record 1",
            actor=SETUP,
            now=LONG_AGO,
        )
    return person


@contextmanager
def standing(world, person, case, near):
    """`person` stands near to the decision of `case` in one way, and afterwards no more."""
    row, field = {
        "owner": (world.system, "owner"),
        "author": (world.version, "author"),
        "client": (world.client, "owner"),
    }.get(near, (None, ""))
    if row is None:
        yield
        return
    before = getattr(row, field)
    setattr(row, field, person)
    change(row, field)
    yield
    setattr(row, field, before)
    change(row, field)


def may_rule(case, person, **how):
    fresh = Case.objects.get(pk=case.pk)
    try:
        entitlement(case=fresh, person=person, now=NOON, **how)
    except (RightMissing, CompetenceMissing, NotSeparate):
        return False
    return True


@pytest.mark.parametrize("near", NEARNESS)
def test_check_and_filter_say_the_same_of_everybody(near):
    world = build_world()
    known, unknown = world.open_case(impact=Decimal(100)), world.open_case()
    for (right, known_fits, unknown_fits), (proof, competent) in product(
        RIGHTS.values(), PROOFS.values()
    ):
        person = make_candidate(right, proof, world.first_line)
        if near == "ruled":
            rule_once(world, known, person)
        with standing(world, person, known, near):
            found = set(Case.objects.filter(rulable_by(person, NOON)))
            said = {case for case in (known, unknown) if may_rule(case, person)}
        fits = {case for case, fit in ((known, known_fits), (unknown, unknown_fits)) if fit}
        expected = fits if competent and near in {"far", "ruled"} else set()
        if near == "ruled":
            expected = expected - {known}
        assert found == said == expected, (near, right, proof)


def rule_once(world, case, person):
    """A verdict of `person`, whose rights have changed since."""
    verdict = Verdict.objects.create(
        case=case,
        ruled_by=person,
        kind=VerdictKind.ABSTAIN,
        reason_code="conflict-of-interest",
        claimed_at=NOON,
        ruled_at=NOON,
        right=DecisionRight.objects.get(role__slug="reviewer"),
        qualification=Qualification.objects.filter(person=world.reviewer).get(),
    )
    record.append("test.verdict.given", subject=verdict, actor=SETUP, at=NOON)


@pytest.mark.parametrize("kind", VerdictKind)
def test_upholding_needs_the_right_to_the_ais_own_outcome(kind):
    world = build_world()
    case = world.open_case()
    right = DecisionRight.objects.get(role__slug="reviewer")
    right.outcomes = ["grant"]
    change(right, "outcomes")
    outcome = "grant" if kind in (VerdictKind.OVERRIDE, VerdictKind.REVERSE) else ""

    allowed = may_rule(case, world.reviewer, kind=kind, outcome=outcome)

    assert allowed is (kind is not VerdictKind.UPHOLD)


def test_a_role_held_no_more_gives_no_right():
    world = build_world()
    case = world.open_case()
    assignment = world.reviewer.role_assignments.get()

    accounts.end_role(assignment=assignment, actor=SETUP, now=NOON)

    assert not may_rule(case, world.reviewer)
    assert not Case.objects.filter(rulable_by(world.reviewer, NOON)).exists()


@pytest.mark.parametrize("near", ["owner", "author", "client"])
def test_what_one_stood_for_is_not_got_rid_of_by_handing_it_to_another(near):
    world = build_world()
    case = world.open_case()
    with standing(world, world.reviewer, case, near):
        pass

    assert not may_rule(case, world.reviewer)
    assert not Case.objects.filter(rulable_by(world.reviewer, NOON)).exists()
    assert may_rule(case, world.reviewers[1])
