"""From the page of what runs to the page that stops it: there a reason, and a second click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Link


def stop_link(scope: str, value: Callable[[Any], str | None]) -> Link:
    """`scope`: system, type or version. `value`: what names the row there, None where there is
    nothing to stop."""

    def address(row: Any) -> str | None:
        named = value(row)
        if named is None:
            return None
        return f"{reverse('reviews:place-halt')}?{urlencode({scope: named})}"

    return Link(_("Stop …"), "models_registry.place_halt", address, is_grave=True)
