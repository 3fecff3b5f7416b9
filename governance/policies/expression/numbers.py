"""Arithmetic as CEL has it, but that every result which is no proper number is unknown.

Ints have 64 bits; `/` rounds toward zero and `%` takes the sign of the dividend. Doubles are
IEEE 754 binary64. Source: CEL language definition, "Numeric Values" and "Arithmetic".
"""

from collections.abc import Callable
from math import isfinite

from governance.policies.expression.closures import Given, Reckon, Seen
from governance.policies.expression.values import INT_MAX, INT_MIN, Unknown, Value


def arithmetic(sign: str, left: Reckon, right: Reckon, source: str) -> Reckon:
    """The closure of `left sign right`. `source`: its text, for the reasons."""
    no_divisor = Unknown(f"{source} divides by zero")
    too_large = Unknown(f"{source} is out of range")

    def reckon(given: Given, seen: Seen) -> Value:
        a, b = left(given, seen), right(given, seen)
        if isinstance(a, Unknown):
            return a
        if isinstance(b, Unknown):
            return b
        if sign in ("/", "%") and b == 0:
            return no_divisor
        if isinstance(a, int) and isinstance(b, int):
            whole = WHOLE[sign](a, b)
            return whole if INT_MIN <= whole <= INT_MAX else too_large
        if isinstance(a, float) and isinstance(b, float):
            double = DOUBLE[sign](a, b)
            return double if isfinite(double) else too_large
        raise TypeError(f"{source} passed the check without being numbers of one type")

    return reckon


def negative(operand: Reckon, source: str) -> Reckon:
    """The closure of `-operand`."""
    too_large = Unknown(f"{source} is out of range")

    def reckon(given: Given, seen: Seen) -> Value:
        value = operand(given, seen)
        if isinstance(value, float):
            return -value
        if isinstance(value, int):
            return -value if value > INT_MIN else too_large
        return value

    return reckon


def _quotient(a: int, b: int) -> int:
    size = abs(a) // abs(b)
    return size if (a < 0) == (b < 0) else -size


def _remainder(a: int, b: int) -> int:
    # The remainder of the smallest int by -1 would be 0, but its quotient does not fit, and CEL
    # calls the pair an overflow.
    return INT_MAX + 1 if (a, b) == (INT_MIN, -1) else a - b * _quotient(a, b)


WHOLE: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
    "%": _remainder,
}
DOUBLE: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
