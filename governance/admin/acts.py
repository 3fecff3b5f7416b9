"""Verbs on one row, each as a page of its own: a form, and a button that sends it by POST."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from governance.admin.refusals import refusals_shown, show_refusal
from governance.errors import DomainError
from governance.models import Motion, User


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb left. `secret`: shown on one page, once, and never again. `moved`: what waits
    for a second person now; its page is shown next."""

    message: StrOrPromise
    secret: str = ""
    moved: Motion | None = None


def moved_message() -> str:
    return gettext("It was put forward. Nothing changes until a second person approves it.")


def waits(motion: Motion) -> Done:
    """What a verb that takes more than one person left."""
    return Done(moved_message(), moved=motion)


class Act(ABC):
    """One verb on one row. `permission`: what it takes. `is_grave`: the button warns."""

    name: ClassVar[str]
    label: ClassVar[StrOrPromise]
    explanation: ClassVar[StrOrPromise]
    permission: ClassVar[str]
    form_class: ClassVar[type[forms.Form]] = forms.Form
    is_grave: ClassVar[bool] = False

    def fits(self, row: Any) -> bool:
        """Whether the page of `row` offers it. The verb has the last word."""
        return True

    def form(self, row: Any, data: Any) -> forms.Form:
        """The form for `row`; unbound where `data` is None."""
        return self.form_class(data)

    @abstractmethod
    def carry_out(self, row: Any, form: Any, *, person: User, now: datetime) -> Done:
        """Call the verb with what the valid form holds. Raises what the verb raises."""


@dataclass(frozen=True, slots=True)
class Link:
    """A verb that has a page of its own elsewhere. `address`: of that page for a row, None where it
    does not fit the row."""

    label: StrOrPromise
    permission: str
    address: Callable[[Any], str | None]
    is_grave: bool = False


class ActPages:
    """The acts of a model's rows: their addresses, their pages, and links from the row's page."""

    acts: ClassVar[Sequence[Act]] = ()
    links: ClassVar[Sequence[Link]] = ()
    admin_site: Any
    opts: Any
    model: Any

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<uuid:row_id>/{act.name}/",
                self.admin_site.admin_view(partial(self.act_view, act=act)),
                name=self._url_name(act.name),
            )
            for act in self.acts
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def act_view(self, request: HttpRequest, row_id: UUID, *, act: Act) -> HttpResponse:
        """GET the form. POST: 302 done | the form again with the refusal's status."""
        row = self._row(request, row_id, act)
        is_sent = request.method == "POST"
        form = act.form(row, request.POST if is_sent else None)
        refusal: DomainError | None = None
        if is_sent and form.is_valid():
            with refusals_shown(request) as attempt:
                done = act.carry_out(row, form, person=cast(User, request.user), now=timezone.now())
            if attempt.refusal is None:
                return self._done(request, row, act, done)
            refusal = attempt.refusal
            show_refusal(form, refusal)
        answer = self._page(request, row, act, form)
        answer.status_code = 200 if refusal is None else refusal.status
        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        person = cast(User, request.user)
        offered = [
            {"label": act.label, "url": self._url(act.name, row.pk), "is_grave": act.is_grave}
            for act in self.acts
            if row is not None and person.has_perm(act.permission) and act.fits(row)
        ]
        offered += [
            {"label": link.label, "url": address, "is_grave": link.is_grave}
            for link in self.links
            if row is not None and person.has_perm(link.permission)
            for address in [link.address(row)]
            if address is not None
        ]
        context = {"acts": offered, **(extra_context or {})}
        view: HttpResponse = super().change_view(  # type: ignore[misc]
            request, object_id, form_url, context
        )
        return view

    def _row(self, request: HttpRequest, row_id: UUID, act: Act) -> Any:
        # The right first: who lacks it learns of no id whether there is such a row.
        may_see = self.has_view_permission(request)  # type: ignore[attr-defined]
        if not (may_see and cast(User, request.user).has_perm(act.permission)):
            raise PermissionDenied
        row = self.get_object(request, str(row_id))  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        return row

    def _done(self, request: HttpRequest, row: Any, act: Act, done: Done) -> HttpResponse:
        if not done.secret:
            messages.success(request, str(done.message))
            if done.moved is not None:
                return HttpResponseRedirect(reverse("motions:motion", args=[done.moved.pk]))
            return HttpResponseRedirect(self._url("change", row.pk))
        context = self._context(request, row, act) | {"done": done}
        return TemplateResponse(request, "admin/shown_once.html", context)

    def _page(self, request: HttpRequest, row: Any, act: Act, form: forms.Form) -> TemplateResponse:
        adminform = helpers.AdminForm(
            form,  # type: ignore[arg-type]
            [(None, {"fields": list(form.fields)})] if form.fields else [],
            {},
            model_admin=self,  # type: ignore[arg-type]
        )
        media = self.media + adminform.media  # type: ignore[attr-defined]
        context = self._context(request, row, act) | {
            "adminform": adminform,
            "form": form,
            "media": media,
        }
        return TemplateResponse(request, "admin/act.html", context)

    def _context(self, request: HttpRequest, row: Any, act: Act) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": act.label,
            "subtitle": str(row),
            "act": act,
            "original": row,
            "opts": self.opts,
        }

    def _url(self, name: str, key: UUID) -> str:
        return reverse(f"admin:{self._url_name(name)}", args=[key])

    def _url_name(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"
