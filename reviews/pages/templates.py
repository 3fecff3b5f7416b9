"""Industry templates: the list, what one says, and loading it in two steps."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.pages.refusals import refusals_shown
from reviews.industries import IndustryTemplate, TemplateUnknown, names, template_named
from reviews.industries.words import examples_of, mode_of, rules_of
from reviews.pages.signed_in import SignedInRequest, may
from reviews.selectors.template_standing import State, standing_of
from reviews.services.templates import PERMISSION, load_template

VIEW = "governance.view_policy"
TONES = {
    State.MISSING: "muted",
    State.MADE: "good",
    State.THERE: "good",
    State.WAITS: "accent",
    State.DIFFERS: "bad",
}
DISPOSITION_TONES = {"pass": "good", "review": "accent", "block": "bad"}


class LoadForm(forms.Form):
    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Whose AI system it is. It can be named later."),
    )


@require_safe
@may(VIEW)
def list_templates(request: SignedInRequest) -> HttpResponse:
    """GET /templates/: 200 | 403."""
    rows = [
        {"template": template, "modes": [mode_of(system) for system in template.systems]}
        for template in map(template_named, names())
    ]
    return render(request, "reviews/templates.html", {"rows": rows})


@require_safe
@may(VIEW)
def show(request: SignedInRequest, slug: str) -> HttpResponse:
    """GET /templates/<slug>/: 200 what it says and how it stands here | 403 | 404."""
    template = _found(slug)
    parts = standing_of(template)
    systems = [
        {
            "system": system,
            "mode": mode_of(system),
            "rules": rules_of(system),
            "examples": [
                (example, DISPOSITION_TONES[example.disposition]) for example in examples_of(system)
            ],
            "codes": [
                (code, ", ".join(sorted(word.value for word in code.verdicts)))
                for code in system.any_rules.reason_codes
            ],
        }
        for system in template.systems
    ]
    context = {
        "template": template,
        "systems": systems,
        "parts": [(part, TONES[part.state]) for part in parts],
        "can_load": request.user.has_perm(PERMISSION)
        and any(part.state is State.MISSING for part in parts),
        "crumbs": [{"label": _("Industry templates"), "url": reverse("reviews:templates")}],
    }
    return render(request, "reviews/template.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may(PERMISSION)
def load(request: SignedInRequest, slug: str) -> HttpResponse:
    """GET /templates/<slug>/load/: 200 what would be made | 404. POST: 302 to the template | with
    what refused it."""
    template = _found(slug)
    form = LoadForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request) as attempt:
            parts = load_template(
                template=template,
                owner=request.user,
                organisation=form.cleaned_data["organisation"],
                now=timezone.now(),
            )
            waiting = sum(part.state is State.WAITS for part in parts)
            told = ngettext(
                "Loaded as drafts. %d part waits for a second person.",
                "Loaded as drafts. %d parts wait for a second person.",
                waiting,
            )
            messages.success(request, told % waiting)
            return redirect("reviews:template", template.slug)
        status = attempt.refusal.status if attempt.refusal else status
    context = {
        "template": template,
        "title": _("Load “%s”") % template.title,
        "form": form,
        "parts": [(part, TONES[part.state]) for part in standing_of(template)],
        "crumbs": [
            {"label": _("Industry templates"), "url": reverse("reviews:templates")},
            {"label": template.title, "url": reverse("reviews:template", args=[template.slug])},
        ],
    }
    return render(request, "reviews/template_load.html", context, status=status)


def _found(slug: str) -> IndustryTemplate:
    try:
        return template_named(slug)
    except TemplateUnknown as unknown:
        raise Http404 from unknown
