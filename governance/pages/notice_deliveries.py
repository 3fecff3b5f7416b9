"""What could not be delivered of the notices, and sending it again."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from governance.models import Delivery, User
from governance.notices.texts import Language, language_of
from governance.notices.wording import say
from governance.pages.keyset import ROWS_PER_PAGE
from governance.pages.refusals import refusals_shown
from governance.selectors.undelivered import Undelivered, undelivered, with_messages
from governance.services.resending_notices import send_notices_again

_LONGEST_NUMBER = 18


class SignedInRequest(HttpRequest):
    """What a view behind `login_required` gets."""

    user: User


@require_safe
@never_cache
@login_required
@permission_required("governance.view_delivery", raise_exception=True)
def list_undelivered(request: SignedInRequest) -> HttpResponse:
    """GET /notices/undelivered/: 200 a page, newest first | 403 | 404 for what is no number."""
    return _page(request, 200)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@permission_required("governance.manage_chataddress", raise_exception=True)
def send_again(request: SignedInRequest) -> HttpResponse:
    """POST /notices/undelivered/again/: one `delivery`, or all that were given up: 302 back | 409
    the page with what refused it | 403 | 404. A GET leads to the list."""
    if request.method == "GET":
        return redirect("notices:undelivered")
    named = request.POST.get("delivery", "")
    with refusals_shown(request) as attempt:
        count = send_notices_again(
            delivery_id=_number(named) if named else None, by=request.user, now=timezone.now()
        )
    if attempt.refusal is not None:
        return _page(request, attempt.refusal.status)
    one, many = "%(n)s message is on its way again.", "%(n)s messages are on their way again."
    messages.success(request, ngettext(one, many, count) % {"n": count})
    return redirect("notices:undelivered")


def _page(request: SignedInRequest, status: int) -> HttpResponse:
    found = undelivered().order_by("-pk")
    if "before" in request.GET:
        found = found.filter(pk__lt=_number(request.GET["before"]))
    rows = list(found[: ROWS_PER_PAGE + 1])
    shown, english = rows[:ROWS_PER_PAGE], language_of("en")
    context = {
        "rows": [(one, _title(one, english)) for one in with_messages(shown)],
        "any_dead": any(one.state == Delivery.State.DEAD for one in shown),
        "next_url": f"{request.path}?before={shown[-1].pk}" if len(rows) > len(shown) else "",
    }
    return render(request, "governance/notices/undelivered.html", context, status=status)


def _title(one: Undelivered, language: Language) -> str:
    """What the message was about; of a summary, its newest notice."""
    if one.message is None:
        return ""
    item: dict[str, Any] = one.message.items[-1]
    return say(item["kind"], item["values"], language, ZoneInfo("UTC")).title


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise Http404
    return int(text)
