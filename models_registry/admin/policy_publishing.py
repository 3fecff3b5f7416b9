"""The page on which a version of a policy is written, checked and published."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.base import person_of
from governance.admin.refusals import refusals_shown
from governance.errors import DomainError
from governance.models import Policy, PolicyVersion
from governance.policies import Rules
from governance.services.policies import check_text, publish_version
from models_registry.models.decision_type import policy_schemas

PUBLISH = "governance.publish_policyversion"


class _PolicyText(forms.Form):
    text = forms.CharField(
        label=_("Text"),
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 30, "cols": 100, "class": "code", "spellcheck": "false"}
        ),
    )

    def clean_text(self) -> str:
        # Browsers send CRLF; the digest of a text must not depend on who sent it.
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")


class PublishPages:
    """Adds the page to a policy's own, for those who may publish."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<uuid:policy_id>/publish/",
            self.admin_site.admin_view(self.publish_view),
            name="governance_policy_publish",
        )
        return [own, *super().get_urls()]  # type: ignore[misc]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = dict(extra_context or {})
        if person_of(request).has_perm(PUBLISH):
            url = reverse("admin:governance_policy_publish", args=[object_id])
            context["more_acts"] = [{"label": _("Write and publish a version"), "url": url}]
        view: HttpResponse = super().change_view(  # type: ignore[misc]
            request, object_id, form_url, context
        )
        return view

    def publish_view(self, request: HttpRequest, policy_id: UUID) -> HttpResponse:
        """GET the newest text. POST `check` or `publish`: 302 published | the page with faults."""
        policy = get_object_or_404(Policy, pk=policy_id)
        if not person_of(request).has_perm(PUBLISH):
            raise PermissionDenied
        newest = policy.versions.newest_first().first()
        if request.method != "POST":
            form = _PolicyText(initial={"text": "" if newest is None else newest.text})
            return self._publish_page(request, policy, newest, form)
        form = _PolicyText(request.POST)
        refusal = rules = None
        if form.is_valid():
            text = form.cleaned_data["text"]
            with refusals_shown(request) as attempt:
                if "publish" in request.POST:
                    return self._published(request, policy, text)
                rules = check_text(text, policy_schemas(policy))
            refusal = attempt.refusal
        return self._publish_page(request, policy, newest, form, refusal, rules)

    def _published(self, request: HttpRequest, policy: Policy, text: str) -> HttpResponse:
        version = publish_version(
            policy=policy,
            text=text,
            schemas=policy_schemas(policy),
            publisher=person_of(request),
            now=timezone.now(),
        )
        messages.success(request, gettext("%s was published. It never changes again.") % version)
        url = reverse("admin:governance_policyversion_change", args=[version.pk])
        return HttpResponseRedirect(url)

    def _publish_page(
        self,
        request: HttpRequest,
        policy: Policy,
        newest: PolicyVersion | None,
        form: _PolicyText,
        refusal: DomainError | None = None,
        rules: Rules | None = None,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Write and publish a version"),
            "subtitle": str(policy),
            "original": policy,
            "opts": self.opts,
            "newest": newest,
            "types": policy.decision_types.order_by("name"),
            "form": form,
            "faults": [] if refusal is None else refusal.errors,
            "rules": rules,
        }
        return TemplateResponse(
            request,
            "admin/governance/policy/publish.html",
            context,
            status=200 if refusal is None else refusal.status,
        )
