"""The bytes of a history row, the same before it is stored and after it is read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from django.db import models

from governance.ledger.leaf import instant


def history_bytes(row: models.Model) -> bytes:
    """Sorted compact JSON of every stored column of `row` that holds a value, by column name.

    An empty (NULL) column is left out: one that a later version adds is empty in all older rows,
    and what was committed to before keeps its bytes. So a column added later may be empty, and
    none is dropped or renamed; a test holds the models to that.
    """
    return values_bytes(
        type(row), [getattr(row, field.attname) for field in row._meta.concrete_fields]
    )


def values_bytes(model: type[models.Model], values: Iterable[Any]) -> bytes:
    """The same, from the values of all concrete fields in their order, as `values_list` has them:
    a verification reads millions of rows and needs no object for each."""
    columns = {
        column: plain(value)
        for (column, plain), value in zip(_columns(model), values, strict=True)
        if value is not None
    }
    return orjson.dumps(columns, option=orjson.OPT_SORT_KEYS)


@cache
def _columns(model: type[models.Model]) -> list[tuple[str, Callable[[Any], Any]]]:
    return [(str(field.column), _plain_of(field)) for field in model._meta.concrete_fields]


def _plain_of(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    # What the database gives back: a decimal with the column's places, JSON by its own rules.
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.FloatField):
        return float
    if isinstance(field, models.DecimalField):
        places = field.decimal_places
        return lambda value: f"{Decimal(value):.{places}f}"
    return _plain


def _plain(value: Any) -> Any:
    if type(value) in (str, int, bool):
        return value
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
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and abs(value) >= 2**63:
        return {"integer": str(value)}
    return value
