"""Whatever is lent, and however it is narrowed: it never grows on the way."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from governance.policies import VerdictWord
from governance.rights import Candidate, Condition, HeldRight, Loan, Matter, Proof, judge

OWNER, BORROWER, QUEUE, KEY = (UUID(int=number) for number in range(1, 5))
SYSTEMS, TYPES = ("", "a", "b"), ("", "x", "y")
WORDS = [word.value for word in VerdictWord]
OUTCOMES = ["grant", "refuse", "wait"]

amounts = st.sampled_from([None, Decimal(0), Decimal(10), Decimal("10.5"), Decimal(1000)])
roles = st.sampled_from(["reviewer", "chief"])
rights = st.builds(
    HeldRight,
    right=st.just(KEY),
    role=roles,
    system=st.sampled_from(SYSTEMS),
    decision_type=st.sampled_from(TYPES),
    max_impact=amounts,
    verdicts=st.frozensets(st.sampled_from(WORDS), min_size=1),
    outcomes=st.frozensets(st.sampled_from(OUTCOMES)),
    depth=st.integers(0, 3),
)
loans = st.builds(
    Loan,
    delegation=st.just(KEY),
    lender=st.just(OWNER),
    system=st.sampled_from(SYSTEMS),
    decision_type=st.sampled_from(TYPES),
    max_impact=amounts,
)
matters = st.builds(
    Matter,
    system=st.sampled_from(SYSTEMS[1:]),
    decision_type=st.sampled_from(TYPES[1:]),
    model_version=st.just("1"),
    impact=amounts,
    outcome=st.sampled_from(OUTCOMES),
    queue=st.just(QUEUE),
    roles=st.lists(roles, max_size=1).map(tuple),
    at_least=st.lists(rights, max_size=1).map(tuple),
)
rulings = st.tuples(st.sampled_from([None, *VerdictWord]), st.sampled_from(["", *OUTCOMES]))


def handed_on(right, chain):
    """The right after each loan of the chain; None once nothing is left of it."""
    for loan in chain:
        right = None if right is None else right.lent(loan)
    return right


def may_by_right(right, matter, ruling):
    held = () if right is None else (right,)
    candidate = Candidate(person=BORROWER, rights=held, proofs=(Proof(KEY, matter.system),))
    return judge(candidate, matter, *ruling).finding(Condition.RIGHT).met


@given(rights, st.lists(loans, min_size=1, max_size=4), matters, rulings)
def test_a_lent_right_never_allows_what_the_lenders_own_does_not(right, chain, matter, ruling):
    for length in range(1, len(chain) + 1):
        lent = handed_on(right, chain[:length])
        lender = handed_on(right, chain[: length - 1])
        if may_by_right(lent, matter, ruling):
            assert may_by_right(lender, matter, ruling)
            assert may_by_right(right, matter, ruling)


@given(rights, st.lists(loans, min_size=1, max_size=4))
def test_a_right_is_handed_on_no_further_than_its_role_allows(right, chain):
    lent = handed_on(right, chain)
    assert (lent is None) or len(lent.loans) == len(chain) <= right.depth
    if lent is not None:
        assert right.is_at_least(lent)
        assert (lent.right, lent.role, lent.verdicts, lent.outcomes) == (
            right.right, right.role, right.verdicts, right.outcomes,
        )  # fmt: skip


narrowings = st.fixed_dictionaries(
    {},
    optional={
        "system": st.sampled_from(SYSTEMS[1:]),
        "decision_type": st.sampled_from(TYPES[1:]),
        "max_impact": amounts.filter(lambda amount: amount is not None),
    },
)


@given(rights, loans, narrowings, matters, rulings)
def test_narrowing_a_loan_never_widens_it(right, loan, narrower, matter, ruling):
    """Naming what was open, or a lower ceiling than the one there is."""
    changes = {}
    for field, value in narrower.items():
        before = getattr(loan, field)
        if field == "max_impact":
            changes[field] = value if before is None else min(value, before)
        else:
            changes[field] = before or value
    if may_by_right(right.lent(replace(loan, **changes)), matter, ruling):
        assert may_by_right(right.lent(loan), matter, ruling)


@given(
    rights, matters, rulings, st.sampled_from(["fewer verdicts", "outcomes", "ceiling", "place"])
)
def test_narrowing_a_right_never_widens_it(right, matter, ruling, how):
    narrower = {
        "fewer verdicts": replace(right, verdicts=frozenset(sorted(right.verdicts)[:1])),
        "outcomes": replace(
            right,
            outcomes=frozenset(sorted(right.outcomes)[:1]) or frozenset({"grant"}),
        ),
        "ceiling": replace(
            right, max_impact=Decimal(5) if right.max_impact is None else right.max_impact / 2
        ),
        "place": replace(
            right, system=right.system or "a", decision_type=right.decision_type or "x"
        ),
    }[how]
    assert right.is_at_least(narrower)
    if may_by_right(narrower, matter, ruling):
        assert may_by_right(right, matter, ruling)


@given(rights, loans, matters, rulings)
def test_nothing_goes_through_the_hands_of_one_who_stands_too_near(right, loan, matter, ruling):
    near = replace(matter, near={OWNER: "Has ruled on it."})
    assert not may_by_right(right.lent(loan), near, ruling)
