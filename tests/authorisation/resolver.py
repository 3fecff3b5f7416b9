"""What the resolver knows: every address, and the methods its view says it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")
_NAMED = re.compile(r"\(\?P<(\w+)>(?:\(\?s:\.\*\)|[^()]*)\)")


@dataclass(frozen=True)
class Found:
    """`methods`: of a class-based view; None where only trying tells."""

    path: str
    methods: tuple[str, ...] | None


def addresses() -> list[Found]:
    return [
        Found(path, _methods(pattern)) for path, pattern in _walk(get_resolver().url_patterns, "")
    ]


def _walk(patterns: Any, before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path, pattern
        else:
            yield from _walk(pattern.url_patterns, path)


def _methods(pattern: URLPattern) -> tuple[str, ...] | None:
    view: Any = pattern.callback
    cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if cls is None:
        return None
    taken = tuple(method for method in METHODS if hasattr(cls, method.lower()))
    return taken or None


def filled(path: str, values: dict[str, str]) -> str:
    """The address of a pattern with its names filled in."""
    plain = path.replace("^", "").replace("$", "")
    plain = _NAMED.sub(lambda match: values[match[1]], plain)
    return "/" + _CONVERTED.sub(lambda match: values[match[1]], plain)
