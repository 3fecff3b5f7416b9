"""Form fields that several forms of the administration ask with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

Choices = Iterable[tuple[str, StrOrPromise]]


class LinesField(forms.CharField):
    """A list of texts, one to a line; empty lines do not count."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 6, "cols": 60}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        lines = str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))

    def run_validators(self, value: Any) -> None:
        for line in value:
            super().run_validators(line)


class SeveralField(forms.MultipleChoiceField):
    """Any of a few choices, each with its own box."""

    widget = forms.CheckboxSelectMultiple


class InstantField(forms.SplitDateTimeField):
    """A UTC instant, as date and time."""

    widget = AdminSplitDateTime


def future_instant(label: StrOrPromise, *, required: bool) -> InstantField:
    """An instant that must lie ahead; empty, where that is allowed, stands for no end."""
    about = _("UTC; must lie ahead") if required else _("UTC; must lie ahead. Empty: no end")
    return InstantField(
        label=label, required=required, help_text=about, validators=[validate_future]
    )


def validate_future(value: datetime) -> None:
    # An end in the past would change what was the case, and verdicts rest on that.
    if value <= timezone.now():
        raise ValidationError(_("This lies in the past."), code="past")
