"""The page on which a version of a policy is written, checked and put forward."""

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
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import moved_message
from governance.admin.base import person_of
from governance.admin.refusals import refusals_shown
from governance.errors import DomainError
from governance.models import Policy, PolicyVersion
from governance.policies import Problem, Rules
from governance.services.motions import LONGEST_REASON, move
from governance.services.policies import check_text, examine_text, placed
from models_registry.models.decision_type import policy_schemas
from models_registry.motions import policies

PUBLISH = "governance.publish_policyversion"


class _PolicyText(forms.Form):
    text = forms.CharField(
        label=_("Text"),
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 30, "cols": 100, "class": "code", "spellcheck": "false"}
        ),
    )

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("For the second person; without personal data. Not needed for a check."),
        widget=forms.TextInput(attrs={"size": 80}),
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
            context["more_acts"] = [{"label": _("Write a version and put it forward"), "url": url}]
        view: HttpResponse = super().change_view(  # type: ignore[misc]
            request, object_id, form_url, context
        )
        return view

    def publish_view(self, request: HttpRequest, policy_id: UUID) -> HttpResponse:
        """GET the newest text. POST `check` or `publish`: 302 moved | the page with faults."""
        policy = get_object_or_404(Policy, pk=policy_id)
        if not person_of(request).has_perm(PUBLISH):
            raise PermissionDenied
        newest = policy.versions.newest_first().first()
        if request.method != "POST":
            form = _PolicyText(initial={"text": "" if newest is None else newest.text})
            return self._publish_page(request, policy, newest, form)
        form = _PolicyText(request.POST)
        refusal: DomainError | None = None
        rules: Rules | None = None
        warnings: tuple[Problem, ...] = ()
        if form.is_valid():
            text = form.cleaned_data["text"]
            with refusals_shown(request) as attempt:
                if "publish" in request.POST:
                    return self._moved(request, policy, text, form.cleaned_data["reason"])
                rules = check_text(text, policy_schemas(policy))
                warnings = examine_text(text, policy_schemas(policy)).warnings
            refusal = attempt.refusal
        return self._publish_page(request, policy, newest, form, refusal, rules, warnings)

    def _moved(self, request: HttpRequest, policy: Policy, text: str, reason: str) -> HttpResponse:
        motion = move(
            act=policies.NAME,
            content=policies.content_of(policy, text),
            reason=reason,
            mover=person_of(request),
            now=timezone.now(),
        )
        messages.success(request, moved_message())
        return HttpResponseRedirect(reverse("motions:motion", args=[motion.pk]))

    def _publish_page(
        self,
        request: HttpRequest,
        policy: Policy,
        newest: PolicyVersion | None,
        form: _PolicyText,
        refusal: DomainError | None = None,
        rules: Rules | None = None,
        warnings: tuple[Problem, ...] = (),
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Write a version and put it forward"),
            "subtitle": str(policy),
            "original": policy,
            "opts": self.opts,
            "newest": newest,
            "types": policy.decision_types.order_by("name"),
            "form": form,
            "faults": [] if refusal is None else refusal.errors,
            "rules": rules,
            "warnings": [placed(warning) for warning in warnings],
        }
        return TemplateResponse(
            request,
            "admin/governance/policy/publish.html",
            context,
            status=200 if refusal is None else refusal.status,
        )
