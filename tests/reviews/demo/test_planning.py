"""What simulated reviewers do: plausible, erring, and the same in every load."""

from collections import Counter
from typing import Any

import pytest

from reviews.demo.planning import LONGEST, SHORTEST, Act, Question, plan

MANY = 2000


def question(name, **changes):
    given: dict[str, Any] = {
        "proposed": "benign",
        "truth": "benign",
        "outcomes": ["benign", "malignant"],
        "carried_out": False,
        "blind": False,
        "can_go_up": True,
    }
    return Question(name=name, **(given | changes))


def acts(**changes):
    return Counter(plan(question(f"case {n}", **changes)).act for n in range(MANY))


def test_the_same_case_is_planned_the_same_each_time():
    assert plan(question("case 1")) == plan(question("case 1"))


def test_most_errors_of_the_model_are_caught_and_some_are_missed():
    counted = acts(truth="malignant")

    assert 0.6 < counted[Act.OVERRIDE] / MANY < 0.9
    assert counted[Act.UPHOLD] > 0


def test_right_outcomes_are_mostly_upheld_and_now_and_then_overruled_wrongly():
    counted = acts()

    assert counted[Act.UPHOLD] / MANY > 0.8
    assert 0 < counted[Act.OVERRIDE] / MANY < 0.1
    assert counted[Act.ABSTAIN] > 0 < counted[Act.HAND_UP]


def test_where_no_queue_stands_above_nothing_is_handed_up():
    assert Act.HAND_UP not in acts(can_go_up=False)


def test_what_was_carried_out_is_reversed_and_not_overridden():
    counted = acts(truth="malignant", carried_out=True)

    assert counted[Act.REVERSE] > 0
    assert Act.OVERRIDE not in counted


@pytest.mark.parametrize("blind", [True, False])
def test_a_judgement_is_given_where_the_case_asks_for_one(blind):
    for n in range(50):
        planned = plan(question(f"case {n}", blind=blind))
        assert (planned.judgement is not None) == blind


def test_a_correction_names_another_outcome_and_nothing_else_does():
    for n in range(MANY):
        planned = plan(question(f"case {n}", truth="malignant"))
        correction = planned.act in (Act.OVERRIDE, Act.REVERSE)
        assert planned.outcome == ("malignant" if correction else "")


def test_reading_takes_seconds_within_the_bounds():
    seconds = [plan(question(f"case {n}")).seconds for n in range(MANY)]

    assert min(seconds) >= SHORTEST
    assert max(seconds) <= LONGEST
    assert len(set(seconds)) > MANY / 2
