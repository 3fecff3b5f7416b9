"""Templates, loaded to test with."""

from __future__ import annotations

from datetime import datetime

from governance.models import User
from reviews.industries import template_named
from reviews.selectors.template_standing import Part
from reviews.services.templates import load_template
from tests.factories import NOON


def load(name: str, owner: User, *, organisation: str = "", now: datetime = NOON) -> list[Part]:
    return load_template(
        template=template_named(name), owner=owner, organisation=organisation, now=now
    )
