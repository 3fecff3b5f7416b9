"""Serializer fields that take a JSON value for what it is: no number is read from a text, no text
from a number."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.policies.expression.values import parse_instant

_SLUG = re.compile(r"[A-Za-z0-9_-]+")


class TextField(serializers.CharField):
    """A JSON string."""

    default_error_messages = {"not_text": "Must be a text."}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("not_text")
        return super().to_internal_value(data)


class SlugField(TextField):
    """A JSON string of ASCII letters, digits, hyphens and underscores."""

    default_error_messages = {"not_slug": "Only letters, digits, hyphens and underscores."}

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not _SLUG.fullmatch(text):
            self.fail("not_slug")
        return text


@extend_schema_field(OpenApiTypes.BOOL)
class FlagField(serializers.Field):  # type: ignore[type-arg]
    """`true` or `false`, and nothing that could be taken for one of them."""

    default_error_messages = {"not_flag": "Must be true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("not_flag")
        return data

    def to_representation(self, value: Any) -> bool:
        return bool(value)


class WholeField(serializers.IntegerField):
    """A JSON number without a fraction."""

    default_error_messages = {"not_whole": "Must be a whole number."}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("not_whole")
        return int(data)


@extend_schema_field(OpenApiTypes.DOUBLE)
class NumberField(serializers.Field):  # type: ignore[type-arg]
    """A JSON number between two bounds, as the double that it is."""

    default_error_messages = {
        "not_number": "Must be a number.",
        "out_of_range": "Must lie between {least} and {most}.",
    }

    def __init__(self, *, least: float, most: float, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("not_number")
        if not self.least <= data <= self.most:
            self.fail("out_of_range", least=self.least, most=self.most)
        return float(data)

    def to_representation(self, value: Any) -> float:
        return float(value)


@extend_schema_field(OpenApiTypes.DOUBLE)
class AmountField(serializers.DecimalField):
    """A JSON number of 0 or more, with at most four decimal places, kept exactly."""

    default_error_messages = {"not_number": "Must be a number."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=18, decimal_places=4, min_value=Decimal(0), **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("not_number")
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.Field):  # type: ignore[type-arg]
    """RFC 3339 with an offset; becomes an aware datetime in UTC."""

    default_error_messages = {
        "not_instant": "Must be an instant with its offset, such as 2026-01-31T08:00:00Z."
    }

    def to_internal_value(self, data: Any) -> datetime:
        value = parse_instant(data) if isinstance(data, str) else None
        if value is None:
            self.fail("not_instant")
        return value

    def to_representation(self, value: Any) -> str:
        return str(value.isoformat())


@extend_schema_field({"type": "object", "additionalProperties": True})
class ObjectField(serializers.Field):  # type: ignore[type-arg]
    """A JSON object with a bounded number of members; its content is the caller's own."""

    default_error_messages = {
        "not_object": "Must be an object.",
        "too_many": "Has more than {most} members.",
    }

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("not_object")
        if len(data) > self.most:
            self.fail("too_many", most=self.most)
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class StrictSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Refuses members that it does not know: a misspelt field must not be taken for an absent
    one, and nobody sets what is not theirs to set."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    {name[:64]: ["There is no such field."] for name in unknown[:20]},
                    code="unknown_field",
                )
        return super().to_internal_value(data)
