"""The values and types of the condition language."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
MAX_STRING = 10_000  # characters of a fact's text that an evaluation looks at
MAX_MEMBERS = 1_000  # members of a fact's list that an evaluation looks at

INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class FactType(StrEnum):
    """What a decision type may declare a fact to be. `timestamp`: RFC 3339 text with an offset."""

    BOOL = "bool"
    INT = "int"
    DOUBLE = "double"
    STRING = "string"
    STRING_LIST = "string_list"
    TIMESTAMP = "timestamp"


class ValueType(StrEnum):
    """The type of any part of a condition; the values that facts may have keep their names."""

    BOOL = "bool"
    INT = "int"
    DOUBLE = "double"
    STRING = "string"
    TIMESTAMP = "timestamp"
    NULL = "null"
    BOOL_LIST = "bool_list"
    NUMBER_LIST = "number_list"
    STRING_LIST = "string_list"
    TIMESTAMP_LIST = "timestamp_list"
    EMPTY_LIST = "empty_list"


NUMBERS = frozenset({ValueType.INT, ValueType.DOUBLE})
LIST_OF = {
    ValueType.BOOL: ValueType.BOOL_LIST,
    ValueType.INT: ValueType.NUMBER_LIST,
    ValueType.DOUBLE: ValueType.NUMBER_LIST,
    ValueType.STRING: ValueType.STRING_LIST,
    ValueType.TIMESTAMP: ValueType.TIMESTAMP_LIST,
}
LISTS = frozenset({*LIST_OF.values(), ValueType.EMPTY_LIST})


@dataclass(frozen=True, slots=True)
class Unknown:
    """The third truth value, also the value of whatever cannot be known. `reason`: a clause."""

    reason: str


Scalar = bool | int | float | str | datetime | None
Known = Scalar | tuple[Scalar, ...]
Value = Known | Unknown


def parse_instant(text: str) -> datetime | None:
    """The UTC instant that RFC 3339 `text` names, to the microsecond; None if it names none.

    Finer fractions are not read: rounding one could turn a comparison round.
    """
    if not INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
