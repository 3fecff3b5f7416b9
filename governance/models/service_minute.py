"""How well the service kept up, minute by minute."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.models.base import AppendOnly


class ServiceMinute(AppendOnly):
    """What the checks of lateness said in one minute. A minute without a row was not measured: then
    beat, the worker or the database stood still."""

    is_entered = False  # A measurement and nobody's act; entries of it would soon be most of all.

    minute = models.DateTimeField(_("minute"), unique=True, help_text="its first instant")
    seconds = models.JSONField(
        _("seconds"), help_text="check to age in whole seconds; of what nothing waits for, none"
    )
    late = ArrayField(models.CharField(max_length=40), verbose_name=_("late"))

    class Meta:
        verbose_name = _("minute of service")
        verbose_name_plural = _("minutes of service")

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M}"
