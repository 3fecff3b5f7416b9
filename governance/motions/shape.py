"""What a motion's content must be like before its act looks at what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from governance.errors import FieldError, InputInvalid

# Reads one value; raises ValueError or TypeError with the sentence for its sender.
Reader = Callable[[Any], Any]
_MOST_IN_A_LIST = 50


def read_content(content: Mapping[str, Any], fields: Mapping[str, Reader]) -> dict[str, Any]:
    """The fields as their readers read them. Raises InputInvalid naming each that is missing, is
    unknown or does not read."""
    faults = [
        FieldError(f"/{name}", "There is no such field.", "unknown")
        for name in sorted(content.keys() - fields.keys())
    ]
    values: dict[str, Any] = {}
    for name, read in fields.items():
        try:
            values[name] = read(content.get(name))
        except (TypeError, ValueError) as fault:
            faults.append(FieldError(f"/{name}", str(fault), "shape"))
    if faults:
        raise InputInvalid("The content does not fit this act", errors=faults)
    return values


def text(longest: int) -> Reader:
    """1 to `longest` characters, none of them NUL."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= longest or "\x00" in value:
            raise ValueError(f"Takes a text of 1 to {longest} characters.")
        return value

    return read


def texts(longest: int) -> Reader:
    """A list, which may be empty, of such texts."""
    read_one = text(longest)

    def read(value: Any) -> list[str]:
        if not isinstance(value, list) or len(value) > _MOST_IN_A_LIST:
            raise ValueError(f"Takes a list of at most {_MOST_IN_A_LIST} texts.")
        return [read_one(one) for one in value]

    return read


def whole(least: int, most: int) -> Reader:
    def read(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"Takes a whole number from {least} to {most}.")
        return value

    return read


def optional(read: Reader) -> Reader:
    """The same, or null."""
    return lambda value: None if value is None else read(value)


def key(value: Any) -> UUID:
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError) as fault:
        raise ValueError("Takes a UUID.") from fault


def instant(value: Any) -> datetime:
    """ISO 8601 with an offset."""
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError) as fault:
        raise ValueError("Takes an instant such as 2026-11-23T12:00:00Z.") from fault
    if read.tzinfo is None:
        raise ValueError("Takes an instant with its offset.")
    return read


def amount(value: Any) -> Decimal | None:
    """A decimal as a text, or null: 18 digits, 4 of them after the point."""
    if value is None:
        return None
    try:
        read = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        read = None
    if read is None or not read.is_finite() or read != round(read, 4) or abs(read) >= 10**14:
        raise ValueError("Takes a decimal as a text, with at most 4 places, or null.")
    return read
