"""`ETag` and `If-Match` on what several people may write (RFC 9110 8.8.3, 13.1.1)."""

from __future__ import annotations

import re

from rest_framework.request import Request

from governance.errors import DomainError

_REVISION = re.compile(r'"([0-9]{1,9})"')


class PreconditionRequired(DomainError):
    """Without it a writer could overwrite what they have never seen (RFC 6585 3)."""

    code = "precondition_required"
    status = 428
    title = "Say which state of it you have seen"


class PreconditionUnreadable(DomainError):
    code = "precondition_failed"
    status = 412
    title = "This is no state that it ever had"


def etag(revision: int) -> str:
    """The strong entity tag of a revision."""
    return f'"{revision}"'


def seen_revision(request: Request, *, may_be_new: bool = False) -> int:
    """The revision that `If-Match` names. 0 for none, where the thing may be new.

    Raises PreconditionRequired, and PreconditionUnreadable for anything but one of our tags.
    """
    header = request.headers.get("If-Match")
    if header is None:
        if may_be_new:
            return 0
        raise PreconditionRequired("Send the ETag that you read as If-Match")
    match = _REVISION.fullmatch(header.strip())
    if match is None:
        raise PreconditionUnreadable("If-Match takes one entity tag, as it was read")
    return int(match.group(1))
