"""The bytes of a history row, the same before it is stored and after it is read back."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.db import models

from governance.ledger.leaf import instant


def history_bytes(row: models.Model) -> bytes:
    """Sorted compact JSON of every stored column of `row`, by column name."""
    columns = {
        field.column: _plain(field, getattr(row, field.attname))
        for field in row._meta.concrete_fields
    }
    return orjson.dumps(columns, option=orjson.OPT_SORT_KEYS)


def _plain(field: models.Field[Any, Any], value: Any) -> Any:
    # What the database gives back: a decimal with the column's places, JSON by its own rules.
    if value is None:
        return None
    if isinstance(field, models.JSONField):
        return _json(value)
    if isinstance(field, models.FloatField):
        return float(value)
    if isinstance(field, models.DecimalField):
        return f"{Decimal(value):.{field.decimal_places}f}"
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, timedelta):
        return f"{value // timedelta(microseconds=1)} us"
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, models.Choices):
        return value.value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def _json(value: Any) -> Any:
    """jsonb keeps numbers as decimals: 1e22 comes back as an integer, minus nought as nought."""
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and abs(value) >= 2**63:
        return {"integer": str(value)}
    return value
