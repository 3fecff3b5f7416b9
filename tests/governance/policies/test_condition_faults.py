"""Each fault of a condition is named at the very column where it stands."""

import pytest

from governance.policies.expression import Expression, read_expression
from governance.policies.expression.errors import (
    PolicySyntaxError,
    PolicyTextError,
    PolicyTooLargeError,
    PolicyTypeError,
    UnknownNameError,
)
from governance.policies.expression.values import FactType

FACTS = {
    "confidence": FactType.DOUBLE,
    "count": FactType.INT,
    "outcome": FactType.STRING,
    "adverse": FactType.BOOL,
    "flags": FactType.STRING_LIST,
    "seen_at": FactType.TIMESTAMP,
}
ALLOWED = {"outcome": frozenset({"approve", "deny"})}


def faults_of(text: str) -> tuple[PolicyTextError, ...]:
    read = read_expression(text, FACTS, ALLOWED)
    return () if isinstance(read, Expression) else read


SYNTAX, TYPE, NAME = PolicySyntaxError, PolicyTypeError, UnknownNameError


@pytest.mark.parametrize(
    ("text", "kind", "line", "column", "said"),
    [
        ("", SYNTAX, 1, 1, "empty"),
        ("  // nothing", SYNTAX, 1, 13, "empty"),
        ("adverse &&", SYNTAX, 1, 11, "ends where"),
        ("adverse adverse", SYNTAX, 1, 9, 'found "adverse"'),
        ("adverse and adverse", SYNTAX, 1, 9, "write && for and"),
        ("not adverse", SYNTAX, 1, 1, "write ! for not"),
        ("count = 1", SYNTAX, 1, 7, "write =="),
        ("adverse & adverse", SYNTAX, 1, 9, "write &&"),
        ("confidence \u2264 0.5", SYNTAX, 1, 12, "write <="),
        ("outcome == \u201cdeny\u201d", SYNTAX, 1, 12, "straight quotes"),
        ("outcome == 'deny", SYNTAX, 1, 12, "no closing quote"),
        ("outcome == 'de\nny'", SYNTAX, 1, 12, "no closing quote"),
        ("outcome == '''deny'''", SYNTAX, 1, 12, "triple-quoted"),
        ("outcome == r'deny'", SYNTAX, 1, 12, "raw strings"),
        ("outcome == 'de\\qny'", SYNTAX, 1, 15, "escape has no meaning"),
        ("outcome == '\\ud800'", SYNTAX, 1, 13, "names no character"),
        ("outcome == '\\U00110000'", SYNTAX, 1, 13, "names no character"),
        ("outcome == 'a\u200bb'", SYNTAX, 1, 14, "U+200B"),
        ("adverse // \u202e", SYNTAX, 1, 12, "U+202E"),
        ("adverse\x00", SYNTAX, 1, 8, "U+0000"),
        ("count == 1u", SYNTAX, 1, 11, "unsigned"),
        ("count == 12abc", SYNTAX, 1, 12, "does not end properly"),
        ("count == 9223372036854775808", SYNTAX, 1, 10, "64 bits"),
        ("count == -9223372036854775809", SYNTAX, 1, 11, "64 bits"),
        ("confidence < 1e999", SYNTAX, 1, 14, "too large"),
        ("(adverse", SYNTAX, 1, 9, "a closing )"),
        ("count in [1, 2", SYNTAX, 1, 15, "a closing ]"),
        ("size(flags,) == 1", SYNTAX, 1, 12, "a further argument"),
        ("adverse ? adverse", SYNTAX, 1, 18, "the : of"),
        ("flags[0] == 'a'", SYNTAX, 1, 6, "by its position"),
        ("has(1)", SYNTAX, 1, 5, "name of one fact"),
        ("size(flags, flags) == 1", SYNTAX, 1, 1, "takes 1 argument, not 2"),
        ("seen_at < timestamp(outcome)", SYNTAX, 1, 21, "a string that stands here"),
        ("seen_at < timestamp('today')", SYNTAX, 1, 21, "no instant"),
        ("while == 1", SYNTAX, 1, 1, 'found "while"'),
        ("matches(outcome)", NAME, 1, 1, 'no function "matches"'),
        ("sise(flags) == 1", NAME, 1, 1, 'did you mean "size"'),
        ("outcome.startWith('d')", NAME, 1, 9, 'did you mean "startsWith"'),
        ("contains('d')", NAME, 1, 1, "write it after the text"),
        ("confidnce < 0.5", NAME, 1, 1, 'did you mean "confidence"'),
        ("adverse &&\n  confidnce < 0.5", NAME, 2, 3, 'did you mean "confidence"'),
        ("has(conf)", NAME, 1, 5, 'no fact "conf"'),
        ("outcome == 'aprove'", NAME, 1, 12, 'did you mean "approve"'),
        ("'x' != outcome", NAME, 1, 1, "its values are approve, deny"),
        ("outcome in ['deny', 'denied']", NAME, 1, 21, '"denied" is no value'),
        ("count", TYPE, 1, 1, "true or false, and this is an int"),
        ("!count", TYPE, 1, 2, "! wants a bool"),
        ("adverse || count", TYPE, 1, 12, "|| joins bools"),
        ("-outcome == 1", TYPE, 1, 2, "- wants a number"),
        ("count == 'a'", TYPE, 1, 7, "an int never equals a string"),
        ("confidence == null", TYPE, 1, 12, "write has(name)"),
        ("adverse < true", TYPE, 1, 9, "no order"),
        ("outcome < count", TYPE, 1, 9, "no order"),
        ("1 < count < 3", TYPE, 1, 11, "no order"),
        ("outcome in 'deny'", TYPE, 1, 9, "contains"),
        ("count in flags", TYPE, 1, 7, "an int is never in a list of strings"),
        ("count in [1, 'a']", TYPE, 1, 14, "does not belong"),
        ("count in [[1]]", TYPE, 1, 11, "no room"),
        ("count + 0.5 > 1.0", TYPE, 1, 7, "does not mix"),
        ("confidence % 2.0 == 1.0", TYPE, 1, 12, "% wants ints"),
        ("outcome + 'a' == 'b'", TYPE, 1, 9, "+ wants numbers"),
        ("(adverse ? 1 : 'a') == 1", TYPE, 1, 16, "of one type"),
        ("count ? adverse : adverse", TYPE, 1, 1, "? wants a bool"),
        ("outcome.contains(count)", TYPE, 1, 18, "wants strings"),
        ("size(count) == 1", TYPE, 1, 6, "a string or a list"),
    ],
)  # fmt: skip
def test_a_fault_is_named_at_its_column(text, kind, line, column, said):
    (fault,) = faults_of(text)

    assert (type(fault), fault.line, fault.column) == (kind, line, column)
    assert said in fault.message


def test_all_faults_of_names_and_types_come_at_once_in_the_order_of_the_text():
    faults = faults_of("confidnce < 1.0 && count == 'a' || outcme == 'deny'")

    assert [(type(f), f.column) for f in faults] == [(NAME, 1), (TYPE, 26), (NAME, 36)]


def test_a_fault_is_shown_with_a_caret_under_its_column():
    (fault,) = faults_of("adverse &&\n\tcount == 'a'")

    assert fault.shown() == (
        "line 2, column 8: an int never equals a string\n"
        "   count == 'a'\n"
        "         ^"
    )  # fmt: skip


def test_a_caret_stays_under_its_column_in_a_very_long_line():
    text = "adverse || " * 100 + "cout == 1"
    (fault,) = faults_of(text)
    _, shown, caret = fault.shown().split("\n")

    assert len(shown) < 140
    assert shown[caret.index("^") :].startswith("cout")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("adverse || " * 20_000 + "adverse", PolicyTooLargeError),
        ("1+" * 4_000 + "1 == count", PolicyTooLargeError),
        ("count == " + "1+" * 31 + "1", PolicyTooLargeError),
        ("(" * 9_000, PolicyTooLargeError),
        ("(" * 32 + "adverse" + ")" * 32, PolicyTooLargeError),
        ("!" * 9_000 + "adverse", PolicyTooLargeError),
        ("- " * 4_000 + "count == 1", PolicyTooLargeError),
        ("[" * 9_000, PolicyTooLargeError),
        ("adverse ? " * 900, PolicyTooLargeError),
        ("adverse ? adverse : " * 400 + "adverse", PolicyTooLargeError),
        ("count in [" + "1," * 4_000 + "]", PolicyTooLargeError),
        ("size(" * 1_500, PolicyTooLargeError),
        ("count == " + "9" * 9_000, PolicySyntaxError),
        ("count == 0x" + "f" * 9_000, PolicySyntaxError),
        ("confidence < " + "9" * 9_000 + ".0", PolicySyntaxError),
        ("\x00" * 9_000, PolicySyntaxError),
        ("\ud800", PolicySyntaxError),
        ("\N{GREEK SMALL LETTER ALPHA} == 1", PolicySyntaxError),
        ("\N{ARABIC-INDIC DIGIT ONE} == count", PolicySyntaxError),
        ("'" * 9_001, PolicySyntaxError),
        ("\\" * 9_000, PolicySyntaxError),
    ],
)
def test_hostile_text_is_refused_like_any_other_fault(text, kind):
    (fault,) = faults_of(text)

    assert type(fault) is kind
    assert len(fault.shown()) < 400


def test_the_largest_texts_that_are_read_are_read():
    assert faults_of("(" * 31 + "adverse" + ")" * 31) == ()
    assert faults_of("count == " + "1+" * 30 + "1") == ()
    assert faults_of(" || ".join(["adverse"] * 900)) == ()
    assert faults_of("count in [" + "1," * 990 + "]") == ()
