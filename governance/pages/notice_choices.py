"""What a person is told, and how: their own choices."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from governance.models import User
from governance.notices.texts import language_of
from governance.pages.chat_form import ChatForm
from governance.pages.notice_form import CHANNEL_NAMES, ChoicesForm
from governance.pages.refusals import refusals_shown
from governance.services.chat_addresses import chat_of, remove_chat, set_own_chat
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
    return _page(request, form, ChatForm(), status)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def set_chat(request: SignedInRequest) -> HttpResponse:
    """POST /notices/choices/chat/: 302 back | 200 or 422 the page with what is faulty. A GET, the
    way back from a sign-in that came between, leads to the choices."""
    if request.method == "GET":
        return redirect("notices:choices")
    form, status = ChatForm(request.POST), 200
    if form.is_valid():
        with refusals_shown(request) as attempt:
            set_own_chat(person=request.user, **form.cleaned_data, now=timezone.now())
        if attempt.refusal is None:
            messages.success(request, _("The chat is kept. Choose below what it is told."))
            return redirect("notices:choices")
        form.show_faults(attempt.refusal.errors)
        status = attempt.refusal.status
    choices = choices_of(request.user)
    return _page(request, ChoicesForm(None, person=request.user, choices=choices), form, status)


@require_http_methods(["GET", "POST"])
@login_required
def remove_own_chat(request: SignedInRequest) -> HttpResponse:
    """POST /notices/choices/chat/remove/: 302 back | 404 there is none. A GET leads back too."""
    if request.method == "POST":
        chat = chat_of(request.user)
        if chat is None:
            raise Http404
        remove_chat(address_id=chat.pk, by=request.user, own_only=True, now=timezone.now())
        messages.success(request, _("Your chat is told nothing any more."))
    return redirect("notices:choices")


def _page(
    request: SignedInRequest, form: ChoicesForm, chat_form: ChatForm, status: int
) -> HttpResponse:
    language = language_of(choices_of(request.user).language)
    context = {
        "form": form,
        "groups": list(form.groups(language)),
        "channels": CHANNEL_NAMES.values(),
        "sends_mail": settings.COUNTERSIGN_SENDS_MAIL,
        "chat": chat_of(request.user),
        "chat_form": chat_form,
    }
    return render(request, "governance/notices/choices.html", context, status=status)
