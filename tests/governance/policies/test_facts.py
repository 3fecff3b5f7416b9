"""Facts and contexts keep out what no policy could judge soundly."""

import pytest

from governance.policies import Mode
from tests.governance.policies.builders import context, facts


@pytest.mark.parametrize("confidence", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_confidence_out_of_range_is_no_fact(confidence):
    with pytest.raises(ValueError, match="between 0 and 1"):
        facts(confidence=confidence)


@pytest.mark.parametrize("impact", [-1.0, float("nan"), float("inf")])
def test_an_impact_out_of_range_is_no_fact(impact):
    with pytest.raises(ValueError, match="0 or more"):
        facts(impact=impact)


@pytest.mark.parametrize("change", [{"mode": "hands_off"}, {"level": "sunny"}])
def test_an_unheard_of_word_is_not_taken_for_the_mildest_one(change):
    with pytest.raises(ValueError, match="is not a valid"):
        context(**change)


def test_a_word_given_as_text_is_the_word():
    assert context(mode="hic").mode is Mode.HIC
    with pytest.raises(ValueError, match="is not a valid"):
        facts(effect="grave")


def test_facts_do_not_change_with_what_they_were_made_of():
    flags, values = ["a"], {"segment": "retail"}
    made = facts(values={**values, "flags": flags})
    flags.append("b")

    assert made.given["flags"] == ("a",)
    with pytest.raises(TypeError):
        made.values["segment"] = "staff"


def test_a_value_under_a_built_in_name_is_never_read():
    assert facts(confidence=0.2, values={"confidence": 0.99}).given["confidence"] == 0.2
