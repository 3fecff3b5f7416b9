"""Identifiers made in the application."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_OTHER_BITS = 80  # behind the 48 bits of milliseconds


def uuid7() -> UUID:
    """A time-ordered identifier, so that key order is time order (RFC 9562, section 5.7)."""
    return _uuid7()


def first_id(at: datetime) -> UUID:
    """What every UUIDv7 of that instant or later is greater than, and every earlier one less."""
    return UUID(int=((at - _EPOCH) // _MILLISECOND) << _OTHER_BITS)


def instant_of(id_: UUID) -> datetime:
    """The instant in a UUIDv7, UTC, to the millisecond."""
    return _EPOCH + (id_.int >> _OTHER_BITS) * _MILLISECOND
