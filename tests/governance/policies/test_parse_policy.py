"""A policy's text becomes rules, or every fault in it comes back with its place."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from governance.policies import (
    DecisionSchema,
    Disposition,
    FactType,
    FailSafe,
    Ground,
    Mode,
    PolicyInvalid,
    ReviewerSees,
    VerdictWord,
    parse_policy,
)
from governance.policies.shape import SCHEMA_FILE
from governance.quorum import plain
from tests.governance.policies.builders import SCHEMA, as_text, document, policy, rule

FULL = """\
version: 1
title: Consumer loans
mode: hitl
effective:
  valid_from: 2026-01-01T00:00:00+01:00
  valid_until: 2027-01-01T00:00:00Z
art_22_2_ground: contract
art_22_2_reasoning: The loan cannot be granted in time otherwise.
rules:
  - id: sanctioned
    title: On a sanctions list
    when: '"sanctioned" in flags'
    then: block
    reason: The person is on a sanctions list.
    cites: [Regulation (EU) 269/2014]
  - id: large
    title: Large loans
    when: |
      amount > 25000 &&
        segment != "staff"
    then: review
    queue: senior
    verdicts: 2
    reason: Large loans need two people.
defaults: {queue: credit, due_within: P1DT4H30M, verdicts: 1, priority: 70}
audit_rate: 0.05
blind_first_share: 0.1
reviewer_sees: shown
fail_safe: hold
permit_ttl: PT90S
min_reason_chars: 20
reason_codes:
  - {code: income-unproven, label: Income not proven, for: [override, reverse]}
"""


NEW_YEAR, NEW_YEAR_IN_PARIS = "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00"


def code(name, *verdicts):
    return {"code": name, "label": "L", "for": list(verdicts)}


def problems_if_any(text):
    try:
        parse_policy(text, schema=SCHEMA)
    except PolicyInvalid as refused:
        return refused.problems
    return ()


def problems_of(text, schema=SCHEMA):
    with pytest.raises(PolicyInvalid) as refused:
        parse_policy(text, schema=schema)
    return refused.value.problems


def found(text, schema=SCHEMA):
    return [(p.pointer, p.code, *p.place) for p in problems_of(text, schema)]


def test_every_field_of_a_policy_is_read():
    rules = parse_policy(FULL, schema=SCHEMA)

    assert rules.sha256 == sha256(FULL.encode()).hexdigest()
    assert (rules.title, rules.mode) == ("Consumer loans", Mode.HITL)
    assert rules.valid_from == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert rules.valid_until == datetime(2027, 1, 1, tzinfo=UTC)
    assert rules.art_22_2_ground is Ground.CONTRACT
    assert rules.art_22_2_reasoning == "The loan cannot be granted in time otherwise."
    block, large = rules.rules
    assert (block.id, block.then, block.queue, block.quorum) == (
        "sanctioned", Disposition.BLOCK, None, None,
    )  # fmt: skip
    assert block.cites == ("Regulation (EU) 269/2014",)
    assert (large.then, large.queue, large.quorum) == (Disposition.REVIEW, "senior", plain(2))
    assert large.reason == "Large loans need two people."
    assert large.when.text == 'amount > 25000 &&\n  segment != "staff"\n'
    assert rules.defaults.due_within == timedelta(days=1, hours=4, minutes=30)
    assert (rules.defaults.queue, rules.defaults.quorum, rules.defaults.priority) == (
        "credit", plain(1), 70,
    )  # fmt: skip
    assert (rules.audit_rate, rules.blind_first_share) == (0.05, 0.1)
    assert (rules.reviewer_sees, rules.fail_safe) == (ReviewerSees.SHOWN, FailSafe.HOLD)
    assert rules.permit_ttl == timedelta(seconds=90)
    assert rules.min_reason_chars == 20
    (code,) = rules.reason_codes
    assert (code.code, code.label) == ("income-unproven", "Income not proven")
    assert code.verdicts == {VerdictWord.OVERRIDE, VerdictWord.REVERSE}


def test_json_is_read_as_well_as_yaml():
    data = document(rule("amount > 1.0", "review"))

    as_yaml = parse_policy(as_text(data), schema=SCHEMA)
    as_json = parse_policy(json.dumps(data, indent="\t"), schema=SCHEMA)

    assert as_yaml.rules == as_json.rules
    assert as_yaml.sha256 != as_json.sha256


@pytest.mark.parametrize(
    ("mode", "sees"), [("hitl", "shown"), ("hotl", "shown"), ("hic", "blind_first")]
)
def test_the_mode_says_what_the_reviewer_sees_where_the_policy_does_not(mode, sees):
    assert policy(mode=mode).reviewer_sees == sees


def test_a_policy_is_in_force_from_its_first_instant_to_before_its_last():
    rules = parse_policy(FULL, schema=SCHEMA)

    assert not rules.in_force(datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC))
    assert rules.in_force(datetime(2025, 12, 31, 23, tzinfo=UTC))
    assert rules.in_force(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert not rules.in_force(datetime(2027, 1, 1, tzinfo=UTC))
    assert policy().in_force(datetime(1990, 1, 1, tzinfo=UTC))


def test_all_problems_come_at_once_each_with_pointer_and_place():
    text = FULL.replace("audit_rate: 0.05", "audit_rate: 2")
    text = text.replace("then: block", "then: blok")
    text = text.replace("verdicts: 2", "verdict: 2")
    text = text.replace("PT90S", "90 seconds")
    text = text.replace('segment != "staff"', 'sgment != "staff"')
    text = text.replace("queue: credit", "queue: kredit")
    text = text.replace("title: Consumer loans\n", "")

    assert found(text) == [
        ("", "missing_field", 1, 1),
        ("/rules/0/then", "shape", 12, 11),
        ("/rules/1/when", "expression_unknown_name", 19, 9),
        ("/rules/1/verdict", "unknown_field", 22, 5),
        ("/defaults/queue", "unknown_queue", 24, 19),
        ("/audit_rate", "shape", 25, 13),
        ("/permit_ttl", "shape", 29, 13),
    ]


@pytest.mark.parametrize(
    ("change", "pointer", "said"),
    [
        ({"version": 2}, "/version", "2 is not 1"),
        ({"mode": "hit1"}, "/mode", 'did you mean "hitl"'),
        ({"fail_safe": "approve"}, "/fail_safe", "not one of refuse, hold"),
        ({"title": ""}, "/title", "this is empty"),
        ({"title": "a\nb"}, "/title", "not one line of text"),
        ({"titel": "T"}, "/titel", 'did you mean "title"'),
        ({"audit_rate": "much"}, "/audit_rate", "not a number"),
        ({"audit_rate": True}, "/audit_rate", "not a number"),
        ({"audit_rate": -0.1}, "/audit_rate", "less than 0"),
        ({"blind_first_share": 1.1}, "/blind_first_share", "more than 1"),
        ({"permit_ttl": "PT0S"}, "/permit_ttl", "longer than no time"),
        ({"permit_ttl": "PT"}, "/permit_ttl", "ISO 8601 duration"),
        ({"permit_ttl": "P"}, "/permit_ttl", "ISO 8601 duration"),
        ({"permit_ttl": "P1M"}, "/permit_ttl", "ISO 8601 duration"),
        ({"permit_ttl": "PT10M\n"}, "/permit_ttl", "ISO 8601 duration"),
        ({"art_22_2_ground": "consent"}, "/art_22_2_ground", "explicit_consent"),
        ({"art_22_2_ground": "law"}, "", '"art_22_2_reasoning" is missing'),
        ({"art_22_2_ground": "law", "art_22_2_reasoning": "  "}, "/art_22_2_reasoning", "text"),
        ({"effective": {"valid_from": "2026-01-01"}}, "/effective/valid_from", "with its offset"),
        ({"effective": {"valid_from": "2026-02-30T00:00:00Z"}}, "/effective/valid_from", "no such"),
        ({"effective": {"valid_from": NEW_YEAR, "valid_until": NEW_YEAR_IN_PARIS}},
         "/effective/valid_until", "not after valid_from"),
        ({"mode": "hotl", "reviewer_sees": "blind_first"}, "/reviewer_sees", "always shown"),
        ({"mode": "hic", "reviewer_sees": "shown"}, "/reviewer_sees", "blind first"),
        ({"mode": "hotl", "blind_first_share": 0.1}, "/blind_first_share", "no share"),
        ({"defaults": {"queue": "credit"}}, "/defaults", '"due_within" is missing'),
        ({"defaults": {"queue": "credit", "due_within": "PT0H"}}, "/defaults/due_within", "no ti"),
        ({"defaults": {"queue": "Credit", "due_within": "PT1H"}}, "/defaults/queue", "lower-case"),
        ({"rules": {}}, "/rules", "not a list"),
        ({"rules": [1]}, "/rules/0", "not a group of fields"),
        ({"reason_codes": [code("a", "approve")]}, "/reason_codes/0/for/0", "not one of"),
        ({"reason_codes": [code("a")]}, "/reason_codes/0/for", "empty"),
        ({"reason_codes": [code("a", "uphold"), code("a", "reverse")]},
         "/reason_codes/1/code", "twice"),
    ],
)  # fmt: skip
def test_a_faulty_field_is_named(change, pointer, said):
    problems = problems_of(as_text({**document(), **change}))

    assert pointer in [problem.pointer for problem in problems]
    assert any(said in p.message for p in problems if p.pointer == pointer), problems


@pytest.mark.parametrize(
    ("rules", "pointer", "code"),
    [
        ([rule("true", "review"), rule("is_new", "block")], "/rules/1", "unreachable"),
        ([rule("1 < 2 || is_new == is_new", "pass"), rule("is_new", "pass", id="b")], None, None),
        ([rule("size([1]) == 1", "pass"), rule("is_new", "block")], "/rules/1", "unreachable"),
        ([rule("false", "pass"), rule("is_new", "block")], None, None),
        ([rule("is_new", "pass"), rule("!is_new", "pass")], "/rules/1/id", "repeated"),
        ([rule("is_new", "pass", queue="credit")], "/rules/0/queue", "meaningless"),
        ([rule("is_new", "block", verdicts=2)], "/rules/0/verdicts", "meaningless"),
        ([rule("is_new", "review", queue="kredit")], "/rules/0/queue", "unknown_queue"),
        ([rule("is_new", "review", verdicts=6)], "/rules/0/verdicts", "shape"),
        ([rule("is_new", "review", verdicts=0)], "/rules/0/verdicts", "shape"),
        ([rule("is_new", "approve")], "/rules/0/then", "shape"),
        ([rule("outcome == 'aprove'", "pass")], "/rules/0/when", "expression_unknown_name"),
        ([rule("effect == 'legal'", "review")], None, None),
        ([rule("effect == 'severe'", "review")], "/rules/0/when", "expression_unknown_name"),
        ([rule("is_new &&", "review")], "/rules/0/when", "expression_syntax"),
        ([rule("amount", "review")], "/rules/0/when", "expression_type"),
        ([rule("is_new || " * 900 + "is_new", "review")], None, None),
        ([rule("is_new || " * 2000 + "is_new", "review")], "/rules/0/when", "expression_too_large"),
    ],
)  # fmt: skip
def test_a_faulty_rule_is_named(rules, pointer, code):
    text = as_text(document(*rules))
    if pointer is None:
        assert len(parse_policy(text, schema=SCHEMA).rules) == len(rules)
        return
    assert (pointer, code) in [(p.pointer, p.code) for p in problems_of(text)]


def test_every_fault_of_every_condition_is_reported():
    rules = [rule("amout > 1.0 && cont == 1", "review"), rule("is_new &&", "block")]

    assert [p.pointer for p in problems_of(as_text(document(*rules)))] == [
        "/rules/0/when", "/rules/0/when", "/rules/1/when",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("amout > 1.0", 1, 9),
        ("'amout > 1.0'", 1, 10),
        ('"is_new && amout > 1.0"', 1, 20),
        ("|\n    is_new &&\n      amout > 1.0", 3, 7),
        (">\n    is_new &&\n    amout > 1.0", 1, 9),
        ('"is_new \\u0026& amout > 1.0"', 1, 9),
    ],
)
def test_a_fault_in_a_condition_is_placed_in_the_document(written, line, column):
    head = as_text(document()).replace("rules: []\n", "")
    text = f"{head}rules:\n- when: {written}\n  id: a\n  title: A\n  then: review\n  reason: R.\n"

    (problem,) = problems_of(text)
    assert problem.place == (head.count("\n") + 1 + line, column)
    assert problem.shown is not None
    assert "^" in problem.shown


def test_a_fault_is_placed_in_the_condition_and_not_in_words_like_it_before():
    text = as_text(document()).replace(
        "rules: []", "rules: [{id: a, title: is_nw, when: is_nw, then: block, reason: R.}]"
    )

    assert found(text) == [("/rules/0/when", "expression_unknown_name", 4, 37)]


def test_facts_of_the_type_must_not_shadow_the_built_in_ones():
    schema = DecisionSchema(
        facts={"confidence": FactType.STRING, "in": FactType.INT, "a b": FactType.INT},
        outcomes=frozenset({"approve"}),
        adverse=frozenset({"deny"}),
    )
    problems = problems_of(as_text(document(rule("confidence < 0.5", "review"))), schema)

    assert [p.code for p in problems] == ["decision_schema"] * 4
    said = " ".join(p.message for p in problems)
    assert all(name in said for name in ('"confidence"', '"in"', '"a b"', '"deny"'))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("# nothing\n", "empty"),
        ("just words", "not a group of fields"),
        ("a: [", "did not find"),
        ("a: &x 1\nb: *x", "aliases"),
        ("a: &x [*x]", "aliases"),
        ("version: 1\nversion: 1", "a second time"),
        ("a: {b: 1, b: 1}", "a second time"),
        ("a: !!python/object/apply:os.system [x]", "tags"),
        ("a: !!str 1", "tags"),
        ("--- {}\n--- {}", "second document"),
        ("? [a]\n: 1", "plain text"),
        ("<<: {version: 1}", 'no field "<<"'),
        ("a: " + "9" * 5_000, "too long"),
        ("a: 1e999", "too large"),
        ("a: .inf", 'no field "a"'),
        ("a: \x00", "does not allow"),
        ("a: \ud800", "surrogate"),
        ("[" * 100_000, "nested more than 16"),
        ("{a: " * 10_000, "nested more than 16"),
        ("- " * 10_000, "nested more than 16"),
        ("x" * 300_000, "at most 262144"),
        ("\u00e9" * 140_000, "at most 262144"),
        ("\t- a", "cannot start any token"),
    ],
)
def test_hostile_text_is_refused_with_a_reason(text, said):
    assert said in " ".join(problem.message for problem in problems_of(text))


@pytest.mark.parametrize(
    "change",
    [
        {"rules": [1] * 400},
        {"rules": [rule(" || ".join(["unsaid"] * 900), "block", id=f"r{i}") for i in range(20)]},
        {f"field{i}": 1 for i in range(5_000)},
    ],
)
def test_a_text_full_of_faults_yields_a_bounded_number_of_problems(change):
    assert len(problems_of(json.dumps({**document(), **change}))) == 200


def test_no_is_a_word_and_not_false():
    assert parse_policy(as_text(document()).replace("Loans", "no"), schema=SCHEMA).title == "no"


def test_the_published_schema_is_a_sound_json_schema():
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))

    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(document(rule("is_new", "pass")))


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=200), st.text("-:[]{}&*!|>?'\"#%@,\n ab1", max_size=60)))
def test_any_text_at_all_is_read_or_refused(text):
    places = [problem.place for problem in problems_if_any(text)]

    assert all(line >= 1 and column >= 1 for line, column in places)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(field=st.sampled_from(sorted(document())), value=JSON)
def test_any_value_of_any_field_is_read_or_refused(field, value):
    problems = problems_if_any(json.dumps({**document(), field: value}))

    assert all(problem.message for problem in problems)


@settings(max_examples=500, deadline=None)
@given(text=st.text(max_size=60) | st.text("()[]!&|=<>+-*/%?:.,'\"\\ abn019in", max_size=60))
def test_any_condition_at_all_is_read_or_refused(text):
    problems = problems_if_any(json.dumps(document(rule(text, "review")), ensure_ascii=False))

    assert all(problem.message for problem in problems)
