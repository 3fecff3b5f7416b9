"""What a condition looked at, in words for people who read no code."""

from datetime import datetime

from governance.policies.expression.clauses import ClauseResult
from governance.policies.expression.values import Known

ASKED = {
    "==": "equal to",
    "!=": "different from",
    "<": "less than",
    "<=": "at most",
    ">": "more than",
    ">=": "at least",
    "in": "one of",
    "startsWith": "text that starts with",
    "endsWith": "text that ends with",
    "contains": "text that contains",
}
MAX_SHOWN = 200  # characters of a value in a sentence


def sentence(seen: ClauseResult) -> str:
    """One clause as a sentence: what was asked, what was found, and what came of it."""
    clause = seen.clause
    if clause.operator == "has":
        return f"{clause.subject} {'was' if seen.result else 'was not'} given."
    if clause.operator == "is":
        if seen.result is None:
            return f"Whether {clause.subject} holds cannot be said, because {seen.why}."
        return f"{clause.subject} is {said(seen.result)}."
    asked = f"{ASKED[clause.operator]} {_limit(seen)}"
    if seen.result is None:
        return f"Whether {clause.subject} is {asked} cannot be said, because {seen.why}."
    verb = "is" if seen.result else "is not"
    if not clause.subject_varies:
        return f"{said(seen.value)} {verb} {asked}."
    return f"{clause.subject} was {said(seen.value)}, which {verb} {asked}."


def said(value: Known) -> str:
    """A value as a reader expects it, cut after MAX_SHOWN characters."""
    match value:
        case None:
            shown = "nothing"
        case bool():
            shown = "true" if value else "false"
        case str():
            shown = f'"{value}"'
        case tuple():
            shown = ", ".join(said(member) for member in value) or "an empty list"
        case datetime():
            shown = value.isoformat().replace("+00:00", "Z")
        case _:
            shown = str(value)
    return shown if len(shown) <= MAX_SHOWN else f"{shown[:MAX_SHOWN]}..."


def _limit(seen: ClauseResult) -> str:
    """The limit's value, led by its text where that says more than the value does."""
    text = seen.clause.limit or ""
    if seen.limit is None:
        return text
    return f"{text} ({said(seen.limit)})" if seen.clause.limit_varies else said(seen.limit)
