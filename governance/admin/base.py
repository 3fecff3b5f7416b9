"""What every list and page of the administration shares.

A door like the others: it reads input, checks the right, calls one verb and shows the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from governance.admin.acts import ActPages, moved_message
from governance.admin.history import HistoryPages
from governance.admin.ledger_body import changed_body
from governance.admin.paginator import BoundedPaginator
from governance.admin.refusals import RefusedForm, refusals_shown
from governance.ledger import record
from governance.models import Actor, Motion, Recorded, User


def person_of(request: HttpRequest) -> User:
    """The signed-in person; the administration lets nobody else in."""
    return cast(User, request.user)


class CountersignAdmin(HistoryPages, ActPages, admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists that cost the same at any size, a readable history, and no acts on many rows at once.

    `uuid_search`: columns that a search finds by exact id.
    """

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50
    save_as = False
    view_on_site = False
    uuid_search: ClassVar[Sequence[str]] = ()

    def get_actions(self, request: HttpRequest) -> Any:
        # Deleting many rows at once would pass by the verbs and leave no entry.
        return {
            name: action
            for name, action in super().get_actions(request).items()
            if name != "delete_selected"
        }

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        key = uuid_of(search_term)
        if self.uuid_search and key is not None:
            found = queryset.none()
            for column in self.uuid_search:
                found = found | queryset.filter(**{column: key})
            return found, False
        return super().get_search_results(request, queryset, search_term)

    # Django's own log of the administration would be a second record, with people's names in it.
    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Nothing: the ledger has the entry."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Nothing: the ledger has the entry."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing: the ledger has the entry."""


class ReadOnlyAdmin(CountersignAdmin):
    """Lists and shows, and edits nothing, whatever the permissions say."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class LargeTableAdmin(ReadOnlyAdmin):
    """Of a table that grows with every decision: not counted, and sorted by its key alone."""

    paginator = BoundedPaginator
    ordering = ("-pk",)
    sortable_by = ()
    search_help_text: ClassVar[Any]


class RecordedAdmin(CountersignAdmin):
    """A form over a recorded row. Each save is one transaction: row, history and ledger entry.

    `add_fields`: what is asked when a row is made, `change_fields`: what may be changed later,
    `shown_fields`: what else its page shows. `add_perm`, `change_perm`, `delete_perm`: the
    permission that it takes; None for Django's own names, empty for nobody.
    `personal`: fields whose values no entry repeats. `field_forms`: form fields by name.
    """

    add_fields: ClassVar[Sequence[str]] = ()
    change_fields: ClassVar[Sequence[str]] = ()
    shown_fields: ClassVar[Sequence[str]] = ()
    add_form: ClassVar[type[forms.ModelForm[Any]]] = forms.ModelForm
    add_perm: ClassVar[str | None] = None
    change_perm: ClassVar[str | None] = None
    delete_perm: ClassVar[str | None] = ""
    personal: ClassVar[frozenset[str]] = frozenset()
    field_forms: ClassVar[Mapping[str, Callable[[], forms.Field]]] = {}

    def add_by_verb(self, form: forms.ModelForm[Any], *, person: User, now: Any) -> Model:
        """Make the row that the form describes; by the verb, where there is one. A motion, where
        it takes more than one person."""
        row = form.instance
        actor = Actor.of(person)
        record.keep(
            row,
            event_of(row, "created"),
            actor=actor,
            at=now,
            body=changed_body(row, self.add_fields, self.personal),
        )
        return cast(Model, row)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = self.add_form
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        if refusal is None:
            return form
        refused: Any = type(form)
        return refused(form.__name__, (RefusedForm, form), {"refusal": refusal})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fields
        return [*self.change_fields, *self.shown_fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.shown_fields

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        own = self.field_forms.get(db_field.name)
        if own:
            return own()
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # Rows are made on their own pages, not in windows that open over another form.
        return field if field is None else _without_links(field)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.related_model is User and "queryset" not in kwargs:
            kwargs["queryset"] = User.objects.filter(is_active=True).order_by("display_name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self.add_fields) and self._may(request, "add", self.add_perm)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self.change_fields) and self._may(request, "change", self.change_perm)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, "delete", self.delete_perm)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        view = f"{self.opts.app_label}.view_{self.opts.model_name}"
        return person_of(request).has_perm(view)

    def _may(self, request: HttpRequest, what: str, permission: str | None) -> bool:
        if permission is None:
            permission = f"{self.opts.app_label}.{what}_{self.opts.model_name}"
        return bool(permission) and person_of(request).has_perm(permission)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Django's form in its transaction; refused, it comes again with what was typed."""
        with refusals_shown(request) as attempt:
            return super().changeform_view(request, object_id, form_url, extra_context)
        request.refusal = attempt.refusal
        answer = super().changeform_view(request, object_id, form_url, extra_context)
        answer.status_code = attempt.refusal.status
        return answer

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        with refusals_shown(request):
            return super().delete_view(request, object_id, extra_context)
        return self._response_post_save(request, self.get_object(request, object_id))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        person, now = person_of(request), timezone.now()
        if not change:
            made = self.add_by_verb(form, person=person, now=now)
            if isinstance(made, Motion):
                request.moved = made  # type: ignore[attr-defined]
                return
            # Django goes on with its own object, and asks the row for its name.
            obj.pk = made.pk
            obj.refresh_from_db()
            return
        fields = [name for name in form.changed_data if name in self.change_fields]
        if not fields:
            return
        # Two at once would both continue the row's sequence at the same number.
        self.model._default_manager.select_for_update(no_key=True).get(pk=obj.pk)
        record.keep(
            obj,
            event_of(obj, "changed"),
            actor=Actor.of(person),
            at=now,
            body=changed_body(obj, fields, self.personal),
            fields=fields,
        )

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        moved: Motion | None = getattr(request, "moved", None)
        if moved is None:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, moved_message())
        return HttpResponseRedirect(reverse("motions:motion", args=[moved.pk]))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        actor, key = Actor.of(person_of(request)), obj.pk
        body = changed_body(obj, self.add_fields, self.personal)
        obj.delete_by(actor)
        obj.pk = key  # Django empties it; the entry is about the row that was
        record.append(
            event_of(obj, "deleted"), subject=obj, actor=actor, at=timezone.now(), body=body
        )


def _without_links(field: forms.Field) -> forms.Field:
    if isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget = field.widget.widget
    return field


def event_of(row: Recorded, participle: str) -> str:
    return f"{row._meta.app_label}.{row._meta.model_name}.{participle}"


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
