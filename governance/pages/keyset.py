"""Pages of a list whose rows have time-ordered ids, newest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

M = TypeVar("M", bound=Model)
ROWS_PER_PAGE = 50


def page_of(
    rows: QuerySet[M], request: HttpRequest, *, position: Callable[[str], object] = UUID
) -> tuple[list[M], str]:
    """The page after the row that `?before=` names, and the address of the one behind it, if any.

    `position`: reads an id. Raises Http404 for what is no row's id.
    """
    newest_first: Any = rows.order_by("-pk")
    if "before" in request.GET:
        newest_first = newest_first.filter(pk__lt=_id(request.GET["before"], position))
    found = list(newest_first[: ROWS_PER_PAGE + 1])
    if len(found) <= ROWS_PER_PAGE:
        return found, ""
    query = request.GET.copy()
    query["before"] = str(found[ROWS_PER_PAGE - 1].pk)
    return found[:ROWS_PER_PAGE], f"{request.path}?{query.urlencode()}"


def _id(text: str, position: Callable[[str], object]) -> object:
    try:
        return position(text)
    except ValueError:
        raise Http404 from None
