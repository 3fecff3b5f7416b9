"""What the entry of a form's save says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Model

from governance.ledger.leaf import instant
from governance.models import User

# A longer text stays in the history row, to which the entry commits.
_LONGEST = 200


def changed_body(
    row: Model, fields: Sequence[str], personal: Collection[str] = ()
) -> Mapping[str, object]:
    """The names of `fields`, and the values of those that are short and not personal."""
    values = {name: _plain(getattr(row, name)) for name in fields if name not in personal}
    return {
        "fields": sorted(fields),
        "values": {name: value for name, value in values.items() if value is not _LEFT_OUT},
    }


_LEFT_OUT = object()


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, User):
        return str(value.pseudonym)
    if isinstance(value, Model):
        return str(getattr(value, "slug", value.pk))
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str | int | Decimal | UUID | timedelta):
        text = str(value)
        return text if len(text) <= _LONGEST else _LEFT_OUT
    return _LEFT_OUT
