"""What a condition says of given facts, and what it noted on the way."""

import pytest

from governance.policies.expression import Expression, read_expression
from governance.policies.expression.sentences import sentence
from governance.policies.expression.values import FactType, Unknown

FACTS = {
    "x": FactType.DOUBLE,
    "n": FactType.INT,
    "s": FactType.STRING,
    "b": FactType.BOOL,
    "tags": FactType.STRING_LIST,
    "at": FactType.TIMESTAMP,
}
NEW_YEAR = "timestamp('2026-01-01T00:00:00Z')"
INT_MIN = -(2**63)


def condition(text):
    read = read_expression(text, FACTS)
    assert isinstance(read, Expression), read
    return read


def result_of(text, **given):
    result, _ = condition(text).evaluate(given)
    return None if isinstance(result, Unknown) else result


def why(text, **given):
    result, _ = condition(text).evaluate(given)
    assert isinstance(result, Unknown)
    return result.reason


@pytest.mark.parametrize(
    ("text", "given", "result"),
    [
        ("x < 0.7", {"x": 0.5}, True),
        ("x < 0.7", {"x": 0.7}, False),
        ("x <= 0.7", {"x": 0.7}, True),
        ("0.7 > x", {"x": 0.5}, True),
        ("n == 3.0", {"n": 3}, True),
        ("n < 2.5", {"n": 2}, True),
        ("n == 9007199254740992.0", {"n": 9007199254740993}, False),
        ("n in [1.0, 2.0]", {"n": 2}, True),
        ("x == 3.0", {"x": 3}, True),
        ("s == 'a' && b", {"s": "a", "b": True}, True),
        ("'a' in tags", {"tags": ["b", "a"]}, True),
        ("tags == ['a', 'b']", {"tags": ("a", "b")}, True),
        ("tags == []", {"tags": []}, True),
        ("s in []", {"s": "a"}, False),
        ("size(tags) > 1", {"tags": ["a"]}, False),
        ("s.size() == 2", {"s": "\N{GRINNING FACE}a"}, True),
        ("s.startsWith('a') && s.endsWith('c') && s.contains('b')", {"s": "abc"}, True),
        ("s == \"\\x41\\u00e9\\U0001F600\\101\\n\"", {"s": "A\u00e9\U0001f600A\n"}, True),
        ("n + 2 * 3 - 1 == 6", {"n": 1}, True),
        ("-7 / 2 == -3 && -7 % 2 == -1 && 7 % -2 == 1", {}, True),
        ("n == -9223372036854775808", {"n": INT_MIN}, True),
        ("n == 0x1F", {"n": 31}, True),
        ("x < 1e-3", {"x": 0.0001}, True),
        ("b ? n > 1 : n > 2", {"b": False, "n": 2}, False),
        ("(b ? 1 : 2) == n", {"b": False, "n": 2}, True),
        ("b || n > 0 && x > 0.0", {"b": True}, True),
        ("!b == false", {"b": True}, True),
        ("null == null", {}, True),
        ("has(x)", {}, False),
        ("has(x)", {"x": None}, False),
        ("has(x)", {"x": 0.0}, True),
        ("at < timestamp('2026-01-01T00:00:00Z')", {"at": "2026-01-01T00:30:00+01:00"}, True),
        ("at == timestamp('2026-01-01T00:00:00.5Z')", {"at": "2026-01-01T00:00:00.500Z"}, True),
        ("b // the end", {"b": True}, True),
    ],
)  # fmt: skip
def test_a_condition_is_true_or_false_where_all_is_known(text, given, result):
    assert result_of(text, **given) is result


@pytest.mark.parametrize(
    ("text", "given", "reason"),
    [
        ("x < 0.7", {}, "x is missing"),
        ("x < 0.7", {"x": None}, "x is missing"),
        ("x < 0.7", {"x": float("nan")}, "x is not a finite number"),
        ("x < 0.7", {"x": float("inf")}, "x is not a finite number"),
        ("x < 0.7", {"x": "0.5"}, "x is not a double"),
        ("x < 0.7", {"x": True}, "x is not a double"),
        ("x > 0.7", {"x": 2**53 + 1}, "x is no exact double"),
        ("n < 1", {"n": 0.0}, "n is not an int"),
        ("n < 1", {"n": False}, "n is not an int"),
        ("n < 1", {"n": 2**63}, "n does not fit 64 bits"),
        ("s == 'a'", {"s": 1}, "s is not a string"),
        ("s != 'a'", {"s": "x" * 10_001}, "s is too long to look at"),
        ("b", {"b": 1}, "b is not a bool"),
        ("!b", {}, "b is missing"),
        ("'a' in tags", {"tags": "a"}, "tags is not a list of strings"),
        ("'a' in tags", {"tags": ["a", 1]}, "a member of tags is not a string"),
        ("'a' in tags", {"tags": ["a"] * 1_001}, "tags has too many members to look at"),
        ("at < " + NEW_YEAR, {"at": "2026-01-01"}, "at is not a timestamp"),
        ("at < " + NEW_YEAR, {"at": "2026-13-01T00:00:00Z"}, "at is not a timestamp"),
        ("at < " + NEW_YEAR, {"at": "0001-01-01T00:00:00+01:00"}, "at is not a timestamp"),
        ("1 / n == 1", {"n": 0}, "1 / n divides by zero"),
        ("1 % n == 1", {"n": 0}, "1 % n divides by zero"),
        ("1.0 / x > 1.0", {"x": 0.0}, "1.0 / x divides by zero"),
        ("n + 1 > 0", {"n": 2**63 - 1}, "n + 1 is out of range"),
        ("n * n > 0", {"n": 2**40}, "n * n is out of range"),
        ("-n > 0", {"n": INT_MIN}, "-n is out of range"),
        ("n / -1 > 0", {"n": INT_MIN}, "n / -1 is out of range"),
        ("n % -1 == 0", {"n": INT_MIN}, "n % -1 is out of range"),
        ("x * x > 1.0", {"x": 1e200}, "x * x is out of range"),
        ("b ? true : true", {}, "b is missing"),
        ("s in ['a', s]", {}, "s is missing"),
        ("x < 1.0 && n < 1", {"n": 0}, "x is missing"),
        ("x < 1.0 || n < 1", {"n": 5}, "x is missing"),
    ],
)  # fmt: skip
def test_a_condition_is_unknown_and_says_why(text, given, reason):
    assert why(text, **given) == reason


def test_a_list_of_facts_is_unknown_while_one_of_them_is():
    assert result_of("'a' in [s, 'a']") is None
    assert result_of("'a' in [s, 'a']", s="b") is True


def test_the_trace_holds_subject_operator_limit_value_and_result():
    _, seen = condition("b &&\n  0.7 > x").evaluate({"b": True, "x": 0.5})

    assert [
        (c.subject, c.operator, c.limit, c.line, c.column, value, limit, result)
        for (c, value, limit, result, _) in seen
    ] == [
        ("b", "is", None, 1, 1, True, None, True),
        ("x", "<", "0.7", 2, 3, 0.5, 0.7, True),
    ]


@pytest.mark.parametrize(
    ("sign", "turned"),
    [("<", ">"), ("<=", ">="), (">", "<"), (">=", "<="), ("==", "=="), ("!=", "!=")],
)
def test_a_fact_on_the_right_is_the_subject_and_the_operator_turned(sign, turned):
    for x in (0.5, 0.7, 0.9):
        _, ((clause, value, limit, result, _),) = condition(f"0.7 {sign} x").evaluate({"x": x})
        assert (clause.subject, clause.operator, value, limit) == ("x", turned, x, 0.7)
        assert result is result_of(f"x {turned} 0.7", x=x)


def test_a_clause_shows_the_brackets_that_belong_to_it():
    _, seen = condition("(n + 1) * 2 > (n - 1)").evaluate({"n": 1})

    clause = seen[0].clause
    assert (clause.text, clause.subject, clause.limit) == (
        "(n + 1) * 2 > (n - 1)", "(n + 1) * 2", "n - 1",
    )  # fmt: skip
    assert (seen[0].value, seen[0].limit) == (4, 0)
    assert clause.facts == ("n",)


@pytest.mark.parametrize(
    ("text", "looked_at", "left_out"),
    [
        ("b && n > 1", ["b"], 1),
        ("!b || n > 1", ["b"], 1),
        ("x > 1.0 && n > 1", ["x > 1.0", "n > 1"], 0),
        ("b ? n > 1 : n > 2", ["b", "n > 2"], 1),
    ],
)
def test_what_was_settled_already_is_not_looked_at(text, looked_at, left_out):
    read = condition(text)
    _, seen = read.evaluate({"b": False, "n": 3})

    assert [result.clause.text for result in seen] == looked_at
    assert len(read.clauses) == len(looked_at) + left_out


def test_clauses_inside_an_operand_are_noted_before_the_one_around_them():
    read = condition("(n > 1 ? 1 : 2) == n")
    _, seen = read.evaluate({"n": 1})

    assert [result.clause for result in seen] == list(read.clauses)
    assert [clause.text for clause in read.clauses] == ["n > 1", "(n > 1 ? 1 : 2) == n"]


@pytest.mark.parametrize(
    ("text", "given", "said"),
    [
        ("x < 0.7", {"x": 0.62}, "x was 0.62, which is less than 0.7."),
        ("0.7 >= x", {"x": 0.9}, "x was 0.9, which is not at most 0.7."),
        ("x < 0.7", {}, "Whether x is less than 0.7 cannot be said, because x is missing."),
        ("n > n - 1", {"n": 5}, "n was 5, which is more than n - 1 (4)."),
        ("s in ['a', 'b']", {"s": "c"}, 's was "c", which is not one of "a", "b".'),
        ("s.contains('b')", {"s": "abc"}, 's was "abc", which is text that contains "b".'),
        ("tags == []", {"tags": ["a"]}, 'tags was "a", which is not equal to an empty list.'),
        ("b", {"b": False}, "b is false."),
        ("b", {}, "Whether b holds cannot be said, because b is missing."),
        ("has(x)", {}, "x was not given."),
        ("b != true", {"b": True}, "b was true, which is not different from true."),
        (
            "at < timestamp('2026-01-01T00:00:00Z')",
            {"at": "2025-12-31T00:00:00Z"},
            "at was 2025-12-31T00:00:00Z, which is less than 2026-01-01T00:00:00Z.",
        ),
    ],
)
def test_a_clause_reads_as_a_sentence(text, given, said):
    _, seen = condition(text).evaluate(given)

    assert sentence(seen[-1]) == said


def test_a_long_value_is_cut_in_a_sentence():
    _, seen = condition("s == 'a'").evaluate({"s": "x" * 5_000})

    assert len(sentence(seen[0])) < 300
