"""People, and the roles they hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done
from governance.admin.base import RecordedAdmin
from governance.admin.fields import LinesField, SeveralField, future_instant
from governance.admin.show import listing, row_link, simulated_mark, words
from governance.models import Actor, ReviewerRole, RoleAssignment, User
from governance.services.accounts import assign_role, create_account, end_role, set_password
from governance.services.standard_roles import (
    PERMISSION,
    add_standard_permissions,
    standing_of,
)


class _NewPassword(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least eight characters, not a common word, not only digits."),
    )
    password_again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("password") != cleaned.get("password_again"):
            self.add_error("password_again", _("The two are not the same."))
        return cleaned


class _NewAccount(forms.ModelForm, _NewPassword):  # type: ignore[type-arg]
    """A ModelForm first, so that Django checks the user name as the model says."""

    def clean(self) -> dict[str, Any]:
        return _NewPassword.clean(self)

    def clean_username(self) -> str:
        # The database's own rule says this only with the rule's name.
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("That user name is taken."), code="taken")
        return username


class _RoleToHold(forms.Form):
    role = forms.ModelChoiceField(label=_("Role"), queryset=ReviewerRole.objects.order_by("name"))
    valid_until = future_instant(_("Until"), required=False)


class SetPassword(Act):
    name = "set-password"
    label = _("Set a password")
    explanation = _(
        "For somebody who has lost theirs. All their sessions end, and the ledger says who set it."
    )
    permission = "governance.change_user"
    form_class = _NewPassword

    def carry_out(self, row: User, form: Any, *, person: User, now: datetime) -> Done:
        set_password(
            person=row, password=form.cleaned_data["password"], actor=Actor.of(person), now=now
        )
        return Done(gettext("The password was set; hand it over on a safe way."))


class AssignRole(Act):
    name = "assign-role"
    label = _("Give a role")
    explanation = _("The role holds from now on, for what it says in its permissions.")
    permission = "governance.add_roleassignment"
    form_class = _RoleToHold

    def carry_out(self, row: User, form: Any, *, person: User, now: datetime) -> Done:
        held = assign_role(person=row, **form.cleaned_data, actor=Actor.of(person), now=now)
        return Done(gettext("%(person)s is now %(role)s.") % {"person": row, "role": held.role})


@admin.register(User)
class UserAdmin(RecordedAdmin):
    """Accounts. They are made inactive, never deleted: the record refers to them."""

    list_display = ["display_name", "username", "roles", "is_active", "simulated"]
    list_filter = ["is_active", "is_simulated"]
    search_fields = ["username", "display_name"]
    uuid_search = ["id", "pseudonym"]
    search_help_text = _("Name, user name, or the pseudonym that the ledger shows")
    ordering = ["display_name", "username"]
    add_fields = ["username", "display_name", "email", "password", "password_again"]
    change_fields = ["display_name", "email", "is_active"]
    shown_fields = ["username", "roles_ever_held", "pseudonym", "created_at", "simulated"]
    add_form = _NewAccount
    personal = frozenset({"display_name", "email"})
    acts = [AssignRole(), SetPassword()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        held = RoleAssignment.objects.select_related("role", "person").order_by("-valid_from")
        people: QuerySet[User] = super().get_queryset(request)
        return people.prefetch_related(Prefetch("role_assignments", queryset=held))

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> User:
        given = {name: form.cleaned_data[name] for name in self.add_fields[:-1]}
        return create_account(**given, actor=Actor.of(person), now=now)

    @admin.display(description=_("roles"))
    def roles(self, row: User) -> str:
        now = timezone.now()
        return words(held.role for held in row.role_assignments.all() if _holds(held, now))

    @admin.display(description=_("roles held, now and before"))
    def roles_ever_held(self, row: User) -> str:
        return listing(row_link(held) for held in row.role_assignments.all())

    @admin.display(description=_("mark"))
    def simulated(self, row: User) -> str:
        return simulated_mark(row.is_simulated)


class EndRole(Act):
    name = "end"
    label = _("Take the role back")
    explanation = _("From now on the person does not hold the role any more.")
    permission = "governance.change_roleassignment"
    is_grave = True

    def fits(self, row: RoleAssignment) -> bool:
        return row.valid_until is None or row.valid_until > timezone.now()

    def carry_out(self, row: RoleAssignment, form: Any, *, person: User, now: datetime) -> Done:
        end_role(assignment=row, actor=Actor.of(person), now=now)
        return Done(gettext("The role was taken back."))


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(RecordedAdmin):
    list_display = ["person", "role", "valid_from", "valid_until", "in_force", "simulated"]
    list_select_related = ["person", "role"]
    list_filter = ["role"]
    search_fields = ["person__username", "person__display_name"]
    search_help_text = _("Name or user name")
    ordering = ["-valid_from"]
    add_fields = ["person", "role", "valid_until"]
    shown_fields = ["person", "role", "valid_from", "valid_until", "in_force"]
    field_forms = {"valid_until": lambda: future_instant(_("Until"), required=False)}
    acts = [EndRole()]

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> RoleAssignment:
        return assign_role(**form.cleaned_data, actor=Actor.of(person), now=now)

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, row: RoleAssignment) -> bool:
        return _holds(row, timezone.now())

    @admin.display(description=_("mark"))
    def simulated(self, row: RoleAssignment) -> str:
        return simulated_mark(row.person.is_simulated)


class AddStandardPermissions(Act):
    name = "add-standard"
    label = _("Add what came with newer versions")
    explanation = _(
        "A role is never widened by itself. These permissions a new installation gives to this "
        "role; it has never had them here. What was taken away from it is not among them."
    )
    permission = PERMISSION

    def fits(self, row: ReviewerRole) -> bool:
        return bool(standing_of(row).offered)

    def form(self, row: ReviewerRole, data: Any) -> forms.Form:
        form = forms.Form(data)
        offered = standing_of(row).offered
        form.fields["permissions"] = SeveralField(
            label=_("Permissions"), choices=[(one, one) for one in offered]
        )
        return form

    def carry_out(self, row: ReviewerRole, form: Any, *, person: User, now: datetime) -> Done:
        chosen = form.cleaned_data["permissions"]
        add_standard_permissions(role=row, permissions=chosen, added_by=person, now=now)
        return Done(gettext("The role was given: %s.") % ", ".join(chosen))


@admin.register(ReviewerRole)
class ReviewerRoleAdmin(RecordedAdmin):
    list_display = ["name", "slug", "max_claims", "description"]
    search_fields = ["name", "slug"]
    ordering = ["name"]
    add_fields = ["slug", "name", "description", "permissions", "max_claims"]
    change_fields = ["name", "description", "permissions", "max_claims"]
    shown_fields = ["slug"]
    acts = [AddStandardPermissions()]
    # Only a role that nobody ever held goes: the assignments protect it.
    delete_perm = None
    field_forms = {
        "permissions": lambda: LinesField(
            label=_("Permissions"),
            required=False,
            help_text=_("One pattern to a line, such as reviews.claim_case or *.view_*"),
        )
    }


def _holds(held: RoleAssignment, now: datetime) -> bool:
    return held.valid_from <= now and (held.valid_until is None or held.valid_until > now)
