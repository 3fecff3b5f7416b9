"""The decision rights matrix: a page of the rights' own administration."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.admin.base import person_of
from governance.ledger.leaf import instant as written
from governance.models import ReviewerRole
from models_registry.admin.choices import system_choices
from models_registry.selectors.rights_matrix import matrix_at

VIEW = "governance.view_decisionright"


class MatrixForm(forms.Form):
    """As of when, and what of it. Every field may be left out."""

    at = forms.DateTimeField(
        label=_("As of (UTC)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    system = forms.ChoiceField(label=_("AI system"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")
        roles = ReviewerRole.objects.order_by("name").values_list("slug", "name")
        for name, choices in (("system", system_choices()), ("role", list(roles))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("all")), *choices]
        self.is_valid()


class MatrixPage:
    """Adds the page beside the list, for those who may see decision rights."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "matrix/",
            self.admin_site.admin_view(self.matrix_view),
            name="governance_decisionright_matrix",
        )
        return [own, *super().get_urls()]  # type: ignore[misc]

    def matrix_view(self, request: HttpRequest) -> HttpResponse:
        """GET ?at=&system=&role=: 200, at the chosen instant, now by default | 403."""
        if not person_of(request).has_perm(VIEW):
            raise PermissionDenied
        now = timezone.now()
        form = MatrixForm(request.GET)
        asked = form.cleaned_data
        at = asked.get("at") or now
        filters = {name: asked.get(name) or "" for name in ("system", "role")}
        kept = {name: value for name, value in filters.items() if value}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Decision rights matrix"),
            "opts": self.opts,
            "form": form,
            "at": at,
            "is_now": not asked.get("at"),
            "is_future": at > now,
            "matrix": matrix_at(at, **filters),
            "export": urlencode({"at": written(at), **kept}),
        }
        return TemplateResponse(request, "admin/governance/decisionright/matrix.html", context)
