"""Absences of everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done
from governance.admin.base import RecordedAdmin
from governance.admin.fields import InstantField, future_instant
from governance.models import Absence, User
from reviews.services.absences import end_absence, record_absence


class EndAbsence(Act):
    name = "end-absence"
    label = _("End the absence")
    explanation = _("From now on the person rules again, as far as their rights go.")
    permission = "governance.manage_absence"

    def fits(self, row: Absence) -> bool:
        over = row.valid_until is not None and row.valid_until <= timezone.now()
        return row.ended_at is None and not over

    def carry_out(self, row: Absence, form: Any, *, person: User, now: datetime) -> Done:
        end_absence(absence_id=row.pk, by=person, now=now)
        return Done(gettext("The absence is over."))


@admin.register(Absence)
class AbsenceAdmin(RecordedAdmin):
    """Recorded and ended, never edited. Why somebody is away is not asked."""

    list_display = ["person", "valid_from", "valid_until", "ended_at", "away"]
    list_select_related = ["person"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    search_fields = ["person__username", "person__display_name"]
    search_help_text = _("Name or user name")
    ordering = ["-valid_from"]
    add_fields = ["person", "valid_from", "valid_until"]
    add_perm = "governance.manage_absence"
    shown_fields = ["person", "valid_from", "valid_until", "ended_at", "away"]
    field_forms = {
        "valid_from": lambda: InstantField(
            label=_("From"), required=False, help_text=_("UTC. Empty: from now")
        ),
        "valid_until": lambda: future_instant(_("Until"), required=False),
    }
    acts = [EndAbsence()]

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> Absence:
        return record_absence(**form.cleaned_data, by=person, now=now)

    @admin.display(description=_("away now"), boolean=True)
    def away(self, row: Absence) -> bool:
        now = timezone.now()
        ends = row.valid_until
        return row.ended_at is None and row.valid_from <= now and (ends is None or ends > now)
