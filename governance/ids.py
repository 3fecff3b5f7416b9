"""Identifiers made in the application."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A time-ordered identifier, so that key order is time order (RFC 9562, section 5.7)."""
    return _uuid7()
