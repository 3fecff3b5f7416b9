"""Where a vote stands: every small rule against a plainer reading, and what always holds."""

from itertools import product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.quorum import (
    PRESETS,
    Ballot,
    BallotTwice,
    QuorumInvalid,
    QuorumRule,
    Stage,
    VoteState,
    plain,
    strictest,
    tally,
)

SMALL = [(1, 1), (2, 2), (2, 3), (3, 3)]
STAGES = [
    Stage("s", required, panel, veto=veto) for required, panel in SMALL for veto in (False, True)
]
AI = "a"


def cast(choices):
    return [Ballot(UUID(int=n), choice, choice != AI) for n, choice in enumerate(choices)]


def naive(stages, choices):
    """One ballot at a time, as a chair with a list would do it: the state, and what is settled."""
    settled, index, counted = "", 0, []
    for choice in choices:
        stage = stages[index]
        counted.append(choice)
        if stage.veto and choice != AI:
            return VoteState.VETOED, ""
        if counted.count(choice) == stage.required:
            if settled not in ("", choice):
                return VoteState.DISAGREED, ""
            settled, index, counted = choice, index + 1, []
            if index == len(stages):
                return VoteState.MET, settled
            continue
        left = stage.panel - len(counted)
        if all(counted.count(one) + left < stage.required for one in counted):
            return VoteState.DISAGREED, ""
    return VoteState.OPEN, settled


def assert_as_read(stages, choices):
    found = tally(QuorumRule(tuple(stages)), cast(choices))
    assert (found.state, found.choice) == naive(stages, choices), (stages, choices)
    assert (found.stage is None) is (found.state is not VoteState.OPEN)
    assert (found.missing > 0) is (found.state is VoteState.OPEN)


@pytest.mark.parametrize("stage", STAGES, ids=str)
def test_every_vote_of_one_stage_is_read_as_a_chair_would(stage):
    for length in range(5):
        for choices in product("abc", repeat=length):
            assert_as_read([stage], choices)


@pytest.mark.parametrize("first", STAGES, ids=str)
def test_every_vote_of_two_stages_is_read_as_a_chair_would(first):
    for second in STAGES:
        for length in range(first.panel + second.panel + 1):
            for choices in product("ab", repeat=length):
                assert_as_read([first, second], choices)


@st.composite
def stages(draw, veto=None):
    required = draw(st.integers(1, 5))
    panel = draw(st.integers(required, min(9, 2 * required - 1)))
    return Stage("s", required, panel, veto=draw(st.booleans()) if veto is None else veto)


RULES = st.lists(stages(), min_size=1, max_size=5).map(lambda found: QuorumRule(tuple(found)))
many = settings(max_examples=300, deadline=None)


@many
@given(stage=stages(veto=False), data=st.data())
def test_within_a_stage_without_a_veto_the_order_is_of_no_account(stage, data):
    choices = data.draw(st.lists(st.sampled_from("abc"), max_size=stage.panel))
    other = data.draw(st.permutations(cast(choices)))

    assert tally(QuorumRule((stage,)), cast(choices)) == tally(QuorumRule((stage,)), other)


@many
@given(rule=RULES, choices=st.lists(st.sampled_from("ab"), max_size=20))
def test_it_is_never_met_by_fewer_people_than_it_takes(rule, choices):
    found = tally(rule, cast(choices))

    if found.state is VoteState.MET:
        assert len(choices) >= rule.people
        assert choices.count(found.choice) >= rule.people
        assert not any(stage.veto for stage in rule.stages) or found.choice == AI


@many
@given(rule=RULES, choices=st.lists(st.sampled_from("ab"), max_size=20), data=st.data())
def test_after_the_end_no_ballot_changes_anything(rule, choices, data):
    found = tally(rule, cast(choices))

    if found.state is not VoteState.OPEN:
        late = data.draw(st.lists(st.sampled_from("ab"), max_size=3))
        assert tally(rule, cast([*choices, *late])) == found


@many
@given(rule=RULES, choices=st.lists(st.sampled_from("ab"), min_size=1, max_size=8))
def test_nobody_is_counted_twice(rule, choices):
    ballots = cast(choices)

    with pytest.raises(BallotTwice):
        tally(rule, [*ballots, ballots[0]])


@many
@given(rule=RULES)
def test_a_rule_survives_json(rule):
    assert QuorumRule.from_json(rule.to_json()) == rule


@pytest.mark.parametrize(
    ("required", "panel"), [(0, 1), (2, 1), (1, 2), (2, 4), (10, 10), (5, 10), (-1, -1)]
)
def test_a_stage_that_could_not_settle_anything_is_refused(required, panel):
    with pytest.raises(QuorumInvalid):
        Stage("s", required, panel)


@pytest.mark.parametrize("count", [0, 6])
def test_a_quorum_has_one_to_five_stages(count):
    with pytest.raises(QuorumInvalid):
        QuorumRule((Stage("s", 1, 1),) * count)


def test_the_strictest_takes_most_people_then_most_stages_and_the_first_of_equals():
    two_stages = QuorumRule((Stage("a", 1, 1), Stage("b", 1, 1)))
    bound = QuorumRule((Stage("a", 2, 2, roles=("r",)),))
    vetoed = QuorumRule((Stage("a", 2, 2, veto=True),))

    assert strictest([plain(3), two_stages, plain(2)]) == plain(3)
    assert strictest([plain(2), two_stages, vetoed]) is two_stages
    assert strictest([plain(2), bound, vetoed]) is vetoed
    assert strictest([PRESETS["two_of_three"], PRESETS["article_14_5"]]).preset == "article_14_5"
    assert strictest([PRESETS["article_14_5"], plain(2)]).preset == "article_14_5"
    with pytest.raises(ValueError, match="empty"):
        strictest([])


def test_article_14_5_takes_two_people_who_say_the_same():
    rule = PRESETS["article_14_5"]

    assert tally(rule, cast("a")).state is VoteState.OPEN
    assert tally(rule, cast("aa")).state is VoteState.MET
    assert tally(rule, cast("ab")).state is VoteState.DISAGREED
