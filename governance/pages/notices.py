"""A person's notices: the bell, the list, marking them as read."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from governance.models import Notice, User
from governance.notices.kinds import kinds
from governance.notices.texts import Language, language_of
from governance.notices.wording import say
from governance.pages.keyset import page_of
from governance.selectors.notices import unread_of
from governance.services.notice_choices import choices_of
from governance.services.reading_notices import read_all_notices, read_notice

_NOTHING_NEW = 204


class SignedInRequest(HttpRequest):
    """What a view behind `login_required` gets."""

    user: User


class NoticeFilter(forms.Form):
    """What the list is narrowed to; empty: all."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("all")), ("unread", gettext_lazy("unread"))],
    )
    group = forms.ChoiceField(label=gettext_lazy("About"), required=False)

    def __init__(self, *args: Any, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("all")), *language.groups.items()]
        self.fields["group"].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """Nothing for what is no choice of ours."""
        if not self.is_valid():
            return {}
        found: dict[str, Any] = {}
        if self.cleaned_data["state"]:
            found["read_at"] = None
        if self.cleaned_data["group"]:
            group = self.cleaned_data["group"]
            found["kind__in"] = [kind.name for kind in kinds().values() if kind.group == group]
        return found


@require_safe
@never_cache
def show_bell(request: HttpRequest) -> HttpResponse:
    """GET /notices/bell/: 200 the bell | 204 it is as `?known=` says, or nobody is signed in any
    more: a page that asks by itself is not led away."""
    if not isinstance(request.user, User):
        return HttpResponse(status=_NOTHING_NEW)
    unread = unread_of(request.user)
    if request.GET.get("known") == unread.known:
        return HttpResponse(status=_NOTHING_NEW)
    return render(request, "governance/notices/_bell.html", {"unread": unread})


@require_safe
@never_cache
@login_required
def list_notices(request: SignedInRequest) -> HttpResponse:
    """GET /notices/: 200 a page, newest first | 204 the newest is that of `?known=` | 404."""
    newest = Notice.objects.shown_to(request.user).order_by("-id").values_list("id", flat=True)
    query = request.GET.copy()
    known = query.pop("known", None)
    request.GET = query  # type: ignore[assignment]
    top = newest.first()
    if known is not None and known[-1] == str(top or ""):
        return HttpResponse(status=_NOTHING_NEW)
    choices = choices_of(request.user)
    language, zone = language_of(choices.language), ZoneInfo(choices.time_zone)
    chosen = NoticeFilter(request.GET or None, language=language)
    rows, next_url = page_of(
        Notice.objects.shown_to(request.user).filter(**chosen.wanted()), request
    )
    context = {
        "filter": chosen,
        "rows": [
            {
                "notice": notice,
                "said": say(notice.kind, notice.values, language, zone),
                "group": _group(notice, language),
            }
            for notice in rows
        ],
        "next_url": next_url,
        "newest": top,
        "refresh_url": _refresh(request, top),
    }
    return render(request, "governance/notices/list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def open_notice(request: SignedInRequest, notice_id: UUID) -> HttpResponse:
    """POST /notices/<id>/open/: 302 to the page that it is about, and it is read | 404. A GET, the
    way back from a sign-in that came between, leads to the list and marks nothing."""
    if request.method == "GET":
        return redirect("notices:list")
    return redirect(_read(request, notice_id).path)


@require_http_methods(["GET", "POST"])
@login_required
def read(request: SignedInRequest, notice_id: UUID) -> HttpResponse:
    """POST /notices/<id>/read/: 302 back | 404. A GET leads to the list."""
    if request.method == "GET":
        return redirect("notices:list")
    _read(request, notice_id)
    return redirect(_back(request))


@require_http_methods(["GET", "POST"])
@login_required
def read_all(request: SignedInRequest) -> HttpResponse:
    """POST /notices/read/: 302 back; what came after the notice `until` stays unread | 404 for
    what is no id. A GET leads to the list."""
    if request.method == "GET":
        return redirect("notices:list")
    try:
        until = UUID(request.POST.get("until", ""))
    except ValueError:
        raise Http404 from None
    marked = read_all_notices(until=until, person=request.user, now=timezone.now())
    messages.success(
        request,
        ngettext(
            "%(number)s notice was marked as read.",
            "%(number)s notices were marked as read.",
            marked,
        )
        % {"number": marked},
    )
    return redirect("notices:list")


def _read(request: SignedInRequest, notice_id: UUID) -> Notice:
    try:
        return read_notice(notice_id=notice_id, person=request.user, now=timezone.now())
    except Notice.DoesNotExist:
        raise Http404 from None


def _back(request: HttpRequest) -> str:
    """Where the person came from, if that is a list of ours."""
    back, ours = request.POST.get("back", ""), reverse("notices:list")
    is_ours = back == ours or back.startswith(f"{ours}?")
    if is_ours and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return ours


def _group(notice: Notice, language: Language) -> str:
    kind = kinds().get(notice.kind)
    return "" if kind is None else language.groups[kind.group]


def _refresh(request: HttpRequest, newest: UUID | None) -> str:
    """The address that the first page asks again; later pages stay as they are."""
    if "before" in request.GET:
        return ""
    query = request.GET.copy()
    query["known"] = str(newest or "")
    return f"{request.path}?{query.urlencode()}"
