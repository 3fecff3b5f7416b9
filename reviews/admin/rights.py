"""Decision rights. Here, because they name kinds of verdict and what is registered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done, waits
from governance.admin.base import RecordedAdmin, person_of
from governance.admin.fields import InstantField, LinesField, SeveralField, future_instant
from governance.admin.show import words
from governance.errors import FieldError, InputInvalid
from governance.models import DecisionRight, Motion, User
from governance.services.motions import LONGEST_REASON, move
from models_registry.admin.choices import system_field, type_field
from models_registry.motions import decision_rights
from reviews.admin.rights_matrix import MatrixPage
from reviews.models import VerdictKind


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_("For the second person; without personal data."),
        widget=forms.TextInput(attrs={"size": 80}),
    )


class _RightToPropose(forms.ModelForm):  # type: ignore[type-arg]
    starts_at = InstantField(
        label=_("Valid from"),
        required=False,
        help_text=_("UTC; must lie ahead. Empty: as soon as it is approved"),
    )
    reason = _reason()


class _EndToPropose(forms.Form):
    at = InstantField(
        label=_("Ends at"),
        required=False,
        help_text=_("UTC; must lie ahead. Empty: as soon as it is approved"),
    )
    reason = _reason()


class EndRight(Act):
    name = "end-right"
    label = _("End this right")
    explanation = _(
        "It ends when a second person approves, or at the instant that you name. Verdicts that "
        "were given under it stay."
    )
    permission = decision_rights.PERMISSION
    form_class = _EndToPropose
    is_grave = True

    def fits(self, row: DecisionRight) -> bool:
        return row.valid_until is None or row.valid_until > timezone.now()

    def carry_out(self, row: DecisionRight, form: Any, *, person: User, now: datetime) -> Done:
        change = decision_rights.end(row.pk, form.cleaned_data["at"])
        return waits(_moved(change, form.cleaned_data["reason"], person, now))


@admin.register(DecisionRight)
class DecisionRightAdmin(MatrixPage, RecordedAdmin):
    """Shown here; granted and ended by motions alone. Verdicts rest on them, so nothing else of
    them ever changes."""

    list_display = ["role", "system", "decision_type", "max_impact", "kinds", "in_force"]
    list_select_related = ["role"]
    list_filter = ["role", "system"]
    search_fields = ["role__name", "system", "decision_type"]
    search_help_text = _("Role, system or decision type")
    ordering = ["role__name", "-valid_from"]
    add_form = _RightToPropose
    add_perm = decision_rights.PERMISSION
    add_fields = [
        "role", "system", "decision_type", "max_impact", "verdicts", "outcomes", "starts_at",
        "valid_until", "reason",
    ]  # fmt: skip
    shown_fields = [
        "role", "system", "decision_type", "max_impact", "kinds", "outcomes", "valid_from",
        "valid_until", "in_force", "motion",
    ]  # fmt: skip
    field_forms = {
        "system": lambda: system_field(empty=_("every system")),
        "decision_type": lambda: type_field(empty=_("every type")),
        "verdicts": lambda: SeveralField(label=_("Verdicts"), choices=VerdictKind.choices),
        "outcomes": lambda: LinesField(
            label=_("Outcomes that may be chosen"),
            required=False,
            help_text=_("One to a line; empty: all of the type"),
        ),
        "valid_until": lambda: future_instant(_("Valid until"), required=False),
    }
    acts = [EndRight()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": _("Propose a right"), **(extra_context or {})}
        return super().add_view(request, form_url, context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_propose = person_of(request).has_perm(decision_rights.PERMISSION)
        context = {"may_propose": may_propose, **(extra_context or {})}
        view: HttpResponse = super().changelist_view(request, context)
        return view

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> Motion:
        given = dict(form.cleaned_data)
        reason, starts_at = given.pop("reason"), given.pop("starts_at")
        given["role"] = given["role"].slug
        change = decision_rights.grant(**given, valid_from=starts_at)
        return _moved(change, reason, person, now)

    @admin.display(description=_("verdicts"))
    def kinds(self, row: DecisionRight) -> str:
        return words(VerdictKind(kind).label for kind in row.verdicts)

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, row: DecisionRight) -> bool:
        now = timezone.now()
        return row.valid_from <= now and (row.valid_until is None or row.valid_until > now)


# The fields of the forms that are called otherwise than the members of a change.
_FIELDS = {"valid_from": "starts_at", "id": ""}


def _moved(change: dict[str, Any], reason: str, person: User, now: datetime) -> Motion:
    """Move one change. Its faults are pointed at the fields of the form."""
    try:
        return move(
            act=decision_rights.NAME,
            content=decision_rights.content_of([change]),
            reason=reason,
            mover=person,
            now=now,
        )
    except InputInvalid as refusal:
        errors = [
            FieldError(_at_the_field(error.pointer), error.detail, error.code)
            for error in refusal.errors
        ]
        raise InputInvalid(refusal.detail, errors=errors) from refusal


def _at_the_field(pointer: str) -> str:
    """/changes/0/grant/valid_from -> /starts_at"""
    steps = pointer.split("/")
    if len(steps) < 5:
        return pointer
    return f"/{_FIELDS.get(steps[4], steps[4])}"
