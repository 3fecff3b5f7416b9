"""Calendars: weekly hours, holidays, and the days that are not as their weekday."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.base import RecordedAdmin
from governance.admin.show import listing
from governance.models import Actor, User
from reviews.admin.calendar_fields import ClosedDaysField, WeekField, WorkingDaysField
from reviews.calendars import Day
from reviews.models import Calendar
from reviews.services.calendars import create_calendar

_FIELDS = ["name", "time_zone", "hours", "country", "subdivision", "closed_days", "working_days"]


@admin.register(Calendar)
class CalendarAdmin(RecordedAdmin):
    """Kept by who keeps the queues. A change moves no deadline that is set already."""

    list_display = ["name", "slug", "time_zone", "country", "subdivision"]
    list_filter = ["country"]
    search_fields = ["name", "slug"]
    search_help_text = _("Name or slug")
    ordering = ["name"]
    add_fields = ["slug", *_FIELDS]
    change_fields = _FIELDS
    shown_fields = ["slug", "this_year", "next_year"]
    add_perm = "reviews.add_queue"
    change_perm = "reviews.change_queue"
    field_forms = {
        "hours": lambda: WeekField(
            label=_("Hours"),
            help_text=_(
                "A weekday to a line: monday | 09:00-12:30 13:00-17:00. A weekday left out is "
                "closed; hours over midnight end at 24:00 and go on at 00:00 of the next day"
            ),
        ),
        "closed_days": lambda: ClosedDaysField(
            label=_("Closed days"),
            required=False,
            help_text=_("Beside the holidays, one to a line: 2026-12-24 | Christmas Eve"),
        ),
        "working_days": lambda: WorkingDaysField(
            label=_("Extra working days"),
            required=False,
            help_text=_("One to a line: 2026-12-05 | 08:00-12:00 | Stocktaking"),
        ),
    }

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> Calendar:
        return create_calendar(**form.cleaned_data, actor=Actor.of(person), now=now)

    @admin.display(description=_("closed, or worked otherwise, this year"))
    def this_year(self, row: Calendar) -> str:
        return _year_of(row, timezone.now().year)

    @admin.display(description=_("next year"))
    def next_year(self, row: Calendar) -> str:
        return _year_of(row, timezone.now().year + 1)


def _year_of(row: Calendar, year: int) -> str:
    return listing(_words(day) for day in row.working_time.exceptions(year))


def _words(day: Day) -> str:
    when = date_format(day.day, "D j F Y")
    hours = ", ".join(map(str, day.hours)) or gettext("closed")
    return f"{when}: {hours} ({day.reason})"
