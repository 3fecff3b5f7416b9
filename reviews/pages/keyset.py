"""Pages of a long list that cost the same wherever they are: by the last row, not by number."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils.timezone import is_naive

M = TypeVar("M", bound=Model)
ROWS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """`next_cursor`: what the next page starts after; None on the last one."""

    rows: list[M]
    next_cursor: str | None


def page_of(rows: QuerySet[M], order: Sequence[str], cursor: str) -> Page[M]:
    """The page of `rows` after `cursor`, the first one where it is empty.

    `order`: fields of the model as in `order_by`, the last one unique. Raises Http404 for a cursor
    that is none of ours.
    """
    if cursor:
        rows = rows.filter(_after(order, _decode(rows.model, order, cursor)))
    found = list(rows.order_by(*order)[: ROWS_PER_PAGE + 1])
    shown = found[:ROWS_PER_PAGE]
    more = len(found) > ROWS_PER_PAGE
    return Page(shown, _encode(shown[-1], order) if more else None)


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    after, same = Q(), Q()
    for name, value in zip(order, values, strict=True):
        beyond = f"{name.lstrip('-')}__{'lt' if name.startswith('-') else 'gt'}"
        after |= same & Q(**{beyond: value})
        same &= Q(**{name.lstrip("-"): value})
    # Says nothing new, but lets the index start at the right place.
    bound = f"{order[0].lstrip('-')}__{'lte' if order[0].startswith('-') else 'gte'}"
    return Q(**{bound: values[0]}) & after


def _encode(row: Model, order: Sequence[str]) -> str:
    values = [getattr(row, name.lstrip("-")) for name in order]
    texts = [v.isoformat() if isinstance(v, datetime) else str(v) for v in values]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def _decode(model: type[Model], order: Sequence[str], cursor: str) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        texts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise Http404
        fields = [model._meta.get_field(name.lstrip("-")) for name in order]
        values = [
            field.to_python(text)  # type: ignore[union-attr]
            for field, text in zip(fields, texts, strict=True)
        ]
    except (binascii.Error, ValueError, ValidationError, RecursionError) as fault:
        raise Http404 from fault
    if any(isinstance(value, datetime) and is_naive(value) for value in values):
        raise Http404
    return values
