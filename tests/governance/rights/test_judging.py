"""The judgement of who may rule, against a reading that knows only labels: every combination."""

from decimal import Decimal
from itertools import product
from uuid import UUID

from governance.policies import VerdictWord
from governance.rights import Candidate, Condition, HeldRight, Loan, Matter, Proof, judge

PERSON, LENDER, NEAR_LENDER, QUEUE, RIGHT = (UUID(int=number) for number in range(1, 6))
UPHOLD, OVERRIDE = VerdictWord.UPHOLD, VerdictWord.OVERRIDE

# Each label with what it stands for, and whether it lets the person rule: written down, not
# computed. The AI says "refuse"; the decision is one of lending-approval by lending 1.0.0.
SYSTEMS = {"every": ("", True), "this": ("lending", True), "another": ("hiring", False)}
TYPES = {"every": ("", True), "this": ("lending-approval", True), "other": ("triage", False)}
# (ceiling, impact) -> whether the impact is within.
CEILINGS = {
    (None, None): True,
    (None, "100"): True,
    ("100", "100"): True,
    ("100", "99.9999"): True,
    ("100", "100.0001"): False,
    ("0", "100"): False,
    ("100", None): False,
}
# (what is asked, outcomes of the right, its verdicts) -> whether such a ruling is allowed.
ASKED = {"at all": (None, ""), "uphold": (UPHOLD, ""), "to grant": (OVERRIDE, "grant")}
ALL, UPHOLDS = frozenset(word.value for word in VerdictWord), frozenset({"uphold"})
ANY, REFUSE, GRANT = frozenset(), frozenset({"refuse"}), frozenset({"grant"})
RULINGS = {
    ("at all", ANY, ALL): True,
    ("at all", ANY, UPHOLDS): True,
    ("at all", REFUSE, ALL): True,
    ("at all", REFUSE, UPHOLDS): True,
    ("at all", GRANT, ALL): True,
    ("at all", GRANT, UPHOLDS): True,
    ("uphold", ANY, ALL): True,
    ("uphold", ANY, UPHOLDS): True,
    ("uphold", REFUSE, ALL): True,
    ("uphold", REFUSE, UPHOLDS): True,
    ("uphold", GRANT, ALL): False,
    ("uphold", GRANT, UPHOLDS): False,
    ("to grant", ANY, ALL): True,
    ("to grant", ANY, UPHOLDS): False,
    ("to grant", REFUSE, ALL): False,
    ("to grant", REFUSE, UPHOLDS): False,
    ("to grant", GRANT, ALL): True,
    ("to grant", GRANT, UPHOLDS): False,
}
HOLDINGS = {
    "own": ((), True),
    "lent": ((LENDER,), True),
    "lent by one near": ((NEAR_LENDER,), False),
}
STATES = {
    "there": ({}, True),
    "absent": ({"is_absent": True}, False),
    "closed": ({"is_active": False}, False),
}
PROOFS = {
    "none": ((), False),
    "every version": ((Proof(RIGHT, "lending"),), True),
    "this version": ((Proof(RIGHT, "lending", "1.0.0"),), True),
    "another version": ((Proof(RIGHT, "lending", "2.0.0"),), False),
}
NEARNESS = {"far": ({}, True), "near": ({PERSON: "Owns it."}, False)}
ROLES = {"any": ((), True), "theirs": (("x", "reviewer"), True), "others": (("chief",), False)}
SIGHT = {"member": (frozenset({QUEUE}), True), "stranger": (frozenset(), False)}


def held(system, decision_type, ceiling, verdicts, outcomes, lenders=(), role="reviewer"):
    return HeldRight(
        right=RIGHT,
        role=role,
        system=system,
        decision_type=decision_type,
        max_impact=None if ceiling is None else Decimal(ceiling),
        verdicts=verdicts,
        outcomes=outcomes,
        depth=3,
        loans=tuple(Loan(RIGHT, lender) for lender in lenders),
    )


def matter(impact="100", *, near=None, **more):
    return Matter(
        system="lending",
        decision_type="lending-approval",
        model_version="1.0.0",
        impact=None if impact is None else Decimal(impact),
        outcome="refuse",
        queue=QUEUE,
        near={NEAR_LENDER: "Has ruled."} | (near or {}),
        **more,
    )


def met(judgement):
    return {one.condition for one in judgement.findings if one.met}


def test_every_combination_of_what_a_right_says_is_judged_as_its_parts_say():
    """The parts that a right consists of, and what is asked of it: 9,072 in all."""
    count = 0
    for system, kind, (limits, within), (ruling, allowed), holding, roles in product(
        SYSTEMS.values(), TYPES.values(), CEILINGS.items(), RULINGS.items(), HOLDINGS.values(),
        ROLES.values(),
    ):  # fmt: skip
        (ceiling, impact), (asked, outcomes, verdicts) = limits, ruling
        right = held(system[0], kind[0], ceiling, verdicts, outcomes, holding[0])
        candidate = Candidate(
            person=PERSON,
            rights=(right,),
            proofs=PROOFS["every version"][0],
            queues=SIGHT["member"][0],
        )
        case = matter(impact, roles=roles[0])
        found = judge(candidate, case, *ASKED[asked])
        expected = system[1] and kind[1] and within and allowed and holding[1] and roles[1]
        assert found.may is expected, (system, kind, limits, ruling, holding, roles)
        assert (found.right == right) is expected
        assert met(found) >= set(Condition) - {Condition.RIGHT}
        count += 1
    assert count == 3 * 3 * 7 * 18 * 3 * 3


def test_every_combination_of_the_four_conditions_is_judged_one_by_one():
    """A right that covers or not, and the three other conditions: each is found for itself."""
    rights = {
        "covers": (held("", "", None, ALL, ANY), True),
        "does not": (held("hiring", "", None, ALL, ANY), False),
    }
    for right, state, proof, near, sight, asked in product(
        rights.values(), STATES.values(), PROOFS.values(), NEARNESS.values(), SIGHT.values(),
        ASKED.values(),
    ):  # fmt: skip
        candidate = Candidate(
            person=PERSON, rights=(right[0],), proofs=proof[0], queues=sight[0], **state[0]
        )
        found = judge(candidate, matter(near=near[0]), *asked)
        expected = {
            Condition.RIGHT: right[1] and state[1],
            Condition.COMPETENCE: proof[1],
            Condition.SEPARATION: near[1],
            Condition.SIGHT: sight[1],
        }
        assert {one.condition: one.met for one in found.findings} == expected
        assert found.may is all(expected.values())
        assert (found.proof is None) is (not proof[1])
        assert all(one.sentence.endswith(".") for one in found.findings)


HEIGHTS = {
    # Rights by how far they reach, and which of them an earlier one is matched by.
    "everything": held("", "", None, ALL, ANY),
    "up to 100": held("", "", "100", ALL, ANY),
    "upholds": held("", "", None, UPHOLDS, ANY),
    "refuses": held("", "", None, ALL, REFUSE),
}
MATCHED_BY = {
    "everything": {"everything"},
    "up to 100": {"everything", "up to 100"},
    "upholds": {"everything", "upholds"},
    "refuses": {"everything", "refuses"},
}


def test_a_contested_ruling_is_looked_at_under_an_equal_or_higher_right():
    for (earlier, before), (mine, right) in product(HEIGHTS.items(), HEIGHTS.items()):
        candidate = Candidate(
            person=PERSON,
            rights=(right,),
            proofs=PROOFS["this version"][0],
            queues=frozenset({QUEUE}),
        )
        found = judge(candidate, matter(at_least=(before,)))
        assert found.may is (mine in MATCHED_BY[earlier]), (earlier, mine)


def test_one_right_must_do_it_all():
    """Two halves make no whole: one right reaches the impact, the other the outcome."""
    high = held("", "", None, ALL, GRANT)
    low = held("", "", "10", ALL, REFUSE)
    candidate = Candidate(
        person=PERSON,
        rights=(high, low),
        proofs=PROOFS["this version"][0],
        queues=frozenset({QUEUE}),
    )
    assert judge(candidate, matter()).may
    assert not judge(candidate, matter(), UPHOLD).may
    assert judge(candidate, matter("10"), UPHOLD).right == low
