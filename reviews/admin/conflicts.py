"""Standing conflicts of interest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done
from governance.admin.base import RecordedAdmin
from governance.admin.fields import future_instant
from governance.admin.show import NOTHING
from governance.models import Actor, Conflict, User
from models_registry.models import AISystem
from reviews.services.conflicts import end_conflict, record_conflict


class EndConflict(Act):
    name = "end-conflict"
    label = _("End the conflict")
    explanation = _("From now on it stands in the way of no ruling.")
    permission = "governance.manage_conflict"
    is_grave = True

    def fits(self, row: Conflict) -> bool:
        return _in_force(row, timezone.now())

    def carry_out(self, row: Conflict, form: Any, *, person: User, now: datetime) -> Done:
        end_conflict(conflict_id=row.pk, actor=Actor.of(person), now=now)
        return Done(gettext("The conflict has ended."))


def _organisations() -> list[tuple[str, Any]]:
    names = AISystem.objects.exclude(organisation="").values_list("organisation", flat=True)
    return [("", _("none")), *((name, name) for name in names.distinct().order_by("organisation"))]


class _NewConflict(forms.ModelForm):  # type: ignore[type-arg]
    """The data subject by pseudonym or reference, or the organisation. The reference is used to
    look the pseudonym up; it is not in the row, and no page shows it again."""

    pseudonym = forms.UUIDField(
        label=_("Pseudonym of the data subject"),
        required=False,
        help_text=_("One of the three: pseudonym, reference or organisation."),
    )
    reference = forms.CharField(
        label=_("Reference of the data subject"),
        required=False,
        max_length=200,
        help_text=_("As the integrator calls them. Looked up, and kept nowhere."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def _post_clean(self) -> None:
        """The verb judges the row: the model's own checks do not know the two fields above."""


@admin.register(Conflict)
class ConflictAdmin(RecordedAdmin):
    list_display = ["person", "with_whom", "reason", "valid_from", "valid_until", "in_force"]
    list_select_related = ["person"]
    list_filter = ["organisation"]
    search_fields = ["person__username", "person__display_name"]
    uuid_search = ["subject_id", "id"]
    search_help_text = _("Name or user name, or the pseudonym of a data subject")
    ordering = ["-valid_from"]
    add_form = _NewConflict
    add_fields = ["person", "pseudonym", "reference", "organisation", "reason", "valid_until"]
    add_perm = "governance.manage_conflict"
    shown_fields = ["person", "with_whom", "reason", "valid_from", "valid_until", "in_force"]
    field_forms = {
        "organisation": lambda: forms.ChoiceField(
            label=_("Organisation"), choices=_organisations, required=False
        ),
        "valid_until": lambda: future_instant(_("Until"), required=False),
    }
    acts = [EndConflict()]

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> Conflict:
        return record_conflict(**form.cleaned_data, actor=Actor.of(person), now=now)

    @admin.display(description=_("with"))
    def with_whom(self, row: Conflict) -> str:
        # By id: the subject may have been erased since.
        return row.organisation or str(row.subject_id or NOTHING)

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, row: Conflict) -> bool:
        return _in_force(row, timezone.now())


def _in_force(row: Conflict, now: datetime) -> bool:
    return row.valid_until is None or row.valid_until > now
