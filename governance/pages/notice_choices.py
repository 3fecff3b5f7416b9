"""What a person is told, and how: their own choices."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from governance.models import User
from governance.notices.texts import language_of
from governance.pages.notice_form import CHANNEL_NAMES, ChoicesForm
from governance.pages.refusals import refusals_shown
from governance.services.notice_choices import choices_of, choose_notices


class SignedInRequest(HttpRequest):
    """What a view behind `login_required` gets."""

    user: User


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def choose(request: SignedInRequest) -> HttpResponse:
    """GET /notices/choices/: 200. POST: 302 back | 200 or 422 the page with what is faulty."""
    choices = choices_of(request.user)
    form = ChoicesForm(request.POST or None, person=request.user, choices=choices)
    status = 200
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request) as attempt:
            choose_notices(person=request.user, wanted=form.wanted(), now=timezone.now())
        if attempt.refusal is None:
            messages.success(request, _("Your choices are kept."))
            return redirect("notices:choices")
        form.show_faults(attempt.refusal.errors)
        status = attempt.refusal.status
    context = {
        "form": form,
        "groups": list(form.groups(language_of(choices.language))),
        "channels": CHANNEL_NAMES.values(),
        "sends_mail": settings.COUNTERSIGN_SENDS_MAIL,
    }
    return render(request, "governance/notices/choices.html", context, status=status)
