"""Calendars, and what their days are."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.permissions import has_perm
from governance.api.views import ApiView
from governance.errors import FieldError, InputInvalid
from reviews.calendars import Day
from reviews.models import Calendar

_YEARS = range(1970, 2901)
_STRETCH = serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2)


class CalendarOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    time_zone = serializers.CharField()
    country = serializers.CharField()
    subdivision = serializers.CharField()
    hours = serializers.DictField(
        child=serializers.ListField(child=_STRETCH),
        help_text="of each weekday, local from and to; a weekday left out is closed",
    )


class DayOut(serializers.Serializer[Any]):
    """A day that is not as its weekday. `hours`: its own, empty where it is closed."""

    day = serializers.DateField()
    hours = serializers.SerializerMethodField()
    reason = serializers.CharField()

    def get_hours(self, day: Day) -> list[list[str]]:
        return [each.to_json() for each in day.hours]


class CalendarYearOut(CalendarOut):
    year = serializers.IntegerField()
    exceptions = DayOut(many=True)


class Calendars(ApiView):
    """GET calendars: 200 all of them."""

    permission_classes = [has_perm("reviews.view_queue")]

    @extend_schema(
        operation_id="list_calendars",
        summary="List calendars",
        responses={200: CalendarOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """In order of name."""
        return Response(CalendarOut(Calendar.objects.order_by("name"), many=True).data)


class OneCalendar(ApiView):
    """GET calendars/{slug}: 200 | 404 | 422 no year."""

    permission_classes = [has_perm("reviews.view_queue")]

    @extend_schema(
        operation_id="read_calendar",
        summary="Read a calendar's year",
        parameters=[OpenApiParameter("year", int, description="1970 to 2900; else this year")],
        responses={200: CalendarYearOut},
    )
    def get(self, request: Request, slug: str) -> Response:
        """A calendar with the days of one year that are not as their weekday, and why."""
        calendar = Calendar.objects.get(slug=slug)
        year = _year(request.query_params.get("year", str(timezone.now().year)))
        shown = {
            **CalendarOut(calendar).data,
            "year": year,
            "exceptions": DayOut(calendar.working_time.exceptions(year), many=True).data,
        }
        return Response(shown)


def _year(said: str) -> int:
    year = int(said) if said.isascii() and said.isdigit() and len(said) == 4 else 0
    if year not in _YEARS:
        raise InputInvalid(
            "There is no such year",
            errors=[FieldError("/year", "Must be a year from 1970 to 2900.", "range")],
        )
    return year
