"""The administration of the floor: people and roles, the record, reports."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from governance.admin import (
    foreign,
    log,
    motions,
    people,
    record,
    reports,
    verifications,
    webhooks,
)

admin.site.index_title = _("Administration")

__all__ = [
    "foreign",
    "log",
    "motions",
    "people",
    "record",
    "reports",
    "verifications",
    "webhooks",
]
