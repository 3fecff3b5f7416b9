"""Inputs and explanations, whatever JSON an AI system sends."""

from __future__ import annotations

import math
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from reviews.pages.inputs import Ink, blocks_of
from reviews.selectors.explanation import explained

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def kinds(content: dict[str, Any]) -> list[str]:
    return [block.kind for block in blocks_of(content)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({}, []),
        ({"a": 1, "b": None, "c": True}, ["facts"]),
        ({"letter": "x" * 200}, ["text"]),
        ({"letter": "two\nlines"}, ["text"]),
        ({"rows": [{"a": 1}, {"b": 2}]}, ["table"]),
        ({"rows": [{"a": [1]}]}, ["tree"]),
        ({"person": {"age": 3}}, ["facts"]),
        ({"nested": {"a": {"b": 1}}}, ["tree"]),
        ({"list": [1, 2]}, ["tree"]),
        ({"image": {"pixels": [[0, 16], [4, 4]]}}, ["image"]),
        ({"image": {"pixels": [[0, 17]]}}, ["tree"]),
        ({"image": {"pixels": [[0, 1], [2]]}}, ["tree"]),
        ({"image": {"pixels": [[True]]}}, ["tree"]),
        ({"image": {"pixels": [[0] * 5000]}}, ["tree"]),
        ({"image": {"pixels": []}}, ["tree"]),
    ],
)
def test_each_part_is_shown_in_its_own_shape(content: dict[str, Any], expected: list[str]) -> None:
    assert kinds(content) == expected


def test_equal_neighbours_are_one_stroke_of_ink_and_paper_is_none() -> None:
    [block] = blocks_of({"image": {"pixels": [[0, 8, 8, 16], [0, 0, 0, 0]]}})
    assert block.inks == (Ink(1, 0, 2, "0.500"), Ink(3, 0, 1, "1.000"))
    assert (block.width, block.height) == (4, 2)


@given(st.dictionaries(st.text(), JSON))
def test_any_json_can_be_shown(content: dict[str, Any]) -> None:
    for block in blocks_of(content):
        render_to_string("reviews/parts/input_block.html", {"block": block})


@given(st.dictionaries(st.sampled_from(["factors", "counterfactuals", "other"]), JSON))
def test_any_explanation_is_read_and_nothing_of_it_is_lost(content: dict[str, Any]) -> None:
    told = explained(content)
    assert all(math.isfinite(factor["weight"]) for factor in told.factors)
    for key, part in (("factors", told.factors), ("counterfactuals", told.counterfactuals)):
        if key in content:
            assert key in told.rest or len(part) == len(content[key])


def test_counterfactuals_are_sentences() -> None:
    told = explained(
        {"counterfactuals": ["As text.", {"text": "By key."}, {"income": 1900, "outcome": "grant"}]}
    )
    assert told.counterfactuals == ("As text.", "By key.", "income: 1900; outcome: grant")
