"""Single values of JSON in words. Pure."""

from __future__ import annotations


def said(value: object) -> str:
    """A single value as a reader expects it."""
    match value:
        case None:
            return "\u2013"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(said(member) for member in value)
        case _:
            return str(value)
