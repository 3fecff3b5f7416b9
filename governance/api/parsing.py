"""Reading JSON that a stranger sent: bounded in size and depth, with one meaning only."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

MAX_BODY_BYTES = 256 * 1024
MAX_DEPTH = 32
_WHOLE_BITS = 64
_MAX_NUMBER_CHARACTERS = 100


class BodyTooLarge(APIException):
    status_code = 413
    default_code = "body_too_large"


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it, without what two readers could take differently.

    Refused with 400: NaN and Infinity, numbers beyond a double, whole ones beyond 64 bits, doubled
    keys, NUL characters and lone surrogates (PostgreSQL stores neither), more than 32 levels. With
    413: more than 256 kB.
    """

    media_type = "application/json"
    max_bytes = MAX_BODY_BYTES

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = stream.read(self.max_bytes + 1)
        if len(raw) > self.max_bytes:
            raise BodyTooLarge(f"The body may have at most {self.max_bytes:,} bytes.")
        return parse_json(raw)


def parse_json(raw: bytes) -> Any:
    """The value in `raw`. Raises rest_framework's ParseError saying what is wrong."""
    try:
        text = raw.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_integer,
        )
    except UnicodeDecodeError as fault:
        raise ParseError("The body is not UTF-8.") from fault
    except RecursionError as fault:
        raise ParseError(_TOO_DEEP) from fault
    except json.JSONDecodeError as fault:
        raise ParseError(
            f"The body is not JSON: {fault.msg}, line {fault.lineno} column {fault.colno}."
        ) from fault
    _check_depth(value)
    _check_text(text, value)
    return value


_TOO_DEEP = f"The body is nested deeper than {MAX_DEPTH} levels."


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        double = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ParseError(f"The key {double!r:.80} appears twice in one object.")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ParseError(f"{name} is not a JSON number.")


def _finite(literal: str) -> float:
    value = float(literal)
    if not math.isfinite(value):
        raise ParseError(f"The number {literal:.30} is beyond what a double holds.")
    return value


def _integer(literal: str) -> int:
    if len(literal) > _MAX_NUMBER_CHARACTERS:
        raise ParseError(f"A number has more than {_MAX_NUMBER_CHARACTERS} digits.")
    value = int(literal)
    if not -(2 ** (_WHOLE_BITS - 1)) <= value < 2 ** (_WHOLE_BITS - 1):
        raise ParseError(f"A whole number needs more than {_WHOLE_BITS} bits; write it as a text.")
    return value


def _check_depth(value: Any) -> None:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    if any(isinstance(inner, dict | list) for inner in level):
        raise ParseError(_TOO_DEEP)


def _check_text(text: str, value: Any) -> None:
    # Both can only come from an escape, which is rare: look closer only where one is written.
    if "\\u" not in text and "\x00" not in text:
        return
    plain = json.dumps(value, ensure_ascii=False)
    if "\\u0000" in plain and _holds(value, "\x00"):
        raise ParseError("The body holds a NUL character.")
    try:
        plain.encode("utf-8")
    except UnicodeEncodeError as fault:
        raise ParseError("The body holds half of a surrogate pair.") from fault


def _holds(value: Any, character: str) -> bool:
    if isinstance(value, str):
        return character in value
    if isinstance(value, dict):
        return any(character in key or _holds(inner, character) for key, inner in value.items())
    return isinstance(value, list) and any(_holds(inner, character) for inner in value)
