"""The administration of the floor: people and roles, the record, reports."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from governance.admin import foreign, people, record, reports

admin.site.index_title = _("Administration")

__all__ = ["foreign", "people", "record", "reports"]
