"""When people work, by name: what deadlines in working time are counted by."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.models import Recorded
from reviews.calendars import WorkingTime, faults_in


class Calendar(Recorded):
    """The hours of one place. Days are written as in `reviews.calendars`."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    time_zone = models.CharField(
        _("time zone"), max_length=64, help_text="IANA name, such as Europe/Berlin"
    )
    hours = models.JSONField(
        _("hours"), help_text='of each weekday: {"monday": [["09:00", "17:00"]]}'
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        help_text="whose public holidays are closed, such as DE; empty: no holidays",
    )
    subdivision = models.CharField(
        _("subdivision"),
        max_length=32,
        blank=True,
        help_text="of the country, such as BY; empty: the holidays of the whole country",
    )
    closed_days = models.JSONField(_("closed days"), default=list, blank=True)
    working_days = models.JSONField(_("extra working days"), default=list, blank=True)

    class Meta:
        verbose_name = _("calendar")

    def __str__(self) -> str:
        return self.name

    @property
    def as_data(self) -> dict[str, object]:
        """What `WorkingTime.from_json` reads."""
        return {
            "time_zone": self.time_zone,
            "hours": self.hours,
            "country": self.country,
            "subdivision": self.subdivision,
            "closed_days": self.closed_days,
            "working_days": self.working_days,
        }

    @property
    def working_time(self) -> WorkingTime:
        return WorkingTime.from_json(self.as_data)

    def clean(self) -> None:
        """Raises ValidationError with each fault under the field that has it."""
        faults: dict[str, list[str]] = {}
        for fault in faults_in(self.as_data):
            faults.setdefault(fault.field, []).append(fault.fault)
        if faults:
            raise ValidationError(faults)
