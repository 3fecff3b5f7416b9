"""Lists by cursor: the position is a key, so page one thousand costs what page one costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class KeysetPagination(CursorPagination):
    """Newest first by the time-ordered id. `?cursor=` comes from `next` and `previous`."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
    # What a position is read as; whatever cannot be is no cursor of ours.
    position: Callable[[str], object] = UUID

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Raises ValidationError for a cursor that no page of ours could have given."""
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                type(self).position(str(cursor.position))
        except (NotFound, ValueError) as fault:
            raise serializers.ValidationError({"cursor": ["Is not one of ours."]}) from fault
        return cursor

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        # REST framework says `nullable`, which OpenAPI 3.1 does not know any more.
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }


class OldestFirst(KeysetPagination):
    """In the order in which things happened, so that `next` leads to what is new."""

    ordering = "id"


def page_of(
    rows: Any,
    serializer: type[serializers.BaseSerializer[Any]],
    view: APIView,
    pages: KeysetPagination | None = None,
) -> Response:
    """One page of a queryset, shown by `serializer`."""
    pages = pages or KeysetPagination()
    page = pages.paginate_queryset(rows, view.request, view=view) or []
    shown = serializer(page, many=True, context={"request": view.request})
    return pages.get_paginated_response(shown.data)


def uuid_parameter(request: Request, name: str) -> UUID:
    """A query parameter as an id. Raises ValidationError naming the parameter."""
    try:
        return UUID(request.query_params[name])
    except ValueError as fault:
        raise serializers.ValidationError({name: ["Must be a UUID."]}) from fault
