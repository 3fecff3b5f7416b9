"""A fact as a condition reads it: of its declared type and of bounded size, or unknown."""

from collections.abc import Callable
from math import inf

from governance.policies.expression.closures import Given, Reckon, Seen
from governance.policies.expression.values import (
    INT_MAX,
    INT_MIN,
    MAX_MEMBERS,
    MAX_STRING,
    FactType,
    Unknown,
    Value,
    parse_instant,
)


def reader_of(name: str, declared: FactType) -> Reckon:
    """The closure that reads fact `name`."""
    missing = Unknown(f"{name} is missing")
    if declared is FactType.DOUBLE:
        return _double_reader(name, missing)
    read = READERS[declared]

    def reckon(given: Given, seen: Seen) -> Value:
        value = given.get(name)
        return missing if value is None else read(name, value)

    return reckon


def _double_reader(name: str, missing: Unknown) -> Reckon:
    def reckon(given: Given, seen: Seen) -> Value:
        value = given.get(name)
        # NaN fails both comparisons: it answers no to every limit, which must not let it pass.
        if type(value) is float and -inf < value < inf:
            return value
        return missing if value is None else _odd_double(name, value)

    return reckon


def _odd_double(name: str, value: object) -> Value:
    if isinstance(value, int) and not isinstance(value, bool):
        # JSON writes 5 for 5.0. Beyond 2^53 a double may not hold the int: never compare another.
        return float(value) if abs(value) <= 2**53 else Unknown(f"{name} is no exact double")
    if isinstance(value, float):
        return Unknown(f"{name} is not a finite number")
    return Unknown(f"{name} is not a double")


def _bool(name: str, value: object) -> Value:
    return value if isinstance(value, bool) else Unknown(f"{name} is not a bool")


def _int(name: str, value: object) -> Value:
    if isinstance(value, bool) or not isinstance(value, int):
        return Unknown(f"{name} is not an int")
    return value if INT_MIN <= value <= INT_MAX else Unknown(f"{name} does not fit 64 bits")


def _string(name: str, value: object) -> Value:
    if not isinstance(value, str):
        return Unknown(f"{name} is not a string")
    return value if len(value) <= MAX_STRING else Unknown(f"{name} is too long to look at")


def _string_list(name: str, value: object) -> Value:
    if not isinstance(value, list | tuple):
        return Unknown(f"{name} is not a list of strings")
    if len(value) > MAX_MEMBERS:
        return Unknown(f"{name} has too many members to look at")
    for member in value:
        read = _string(f"a member of {name}", member)
        if isinstance(read, Unknown):
            return read
    return tuple(value)


def _timestamp(name: str, value: object) -> Value:
    instant = parse_instant(value) if isinstance(value, str) else None
    return Unknown(f"{name} is not a timestamp") if instant is None else instant


READERS: dict[FactType, Callable[[str, object], Value]] = {
    FactType.BOOL: _bool,
    FactType.INT: _int,
    FactType.STRING: _string,
    FactType.STRING_LIST: _string_list,
    FactType.TIMESTAMP: _timestamp,
}
