"""What is done with one endpoint: each a button of its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from governance.errors import FieldError, InputInvalid
from governance.models import Actor
from governance.pages.refusals import refusals_shown
from governance.pages.webhook_form import ReplayForm
from governance.pages.webhooks import SignedInRequest, shown
from governance.services.webhook_replays import redeliver, replay_period
from governance.services.webhooks import (
    MANAGE,
    OVERLAP,
    pause_endpoint,
    ping_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_secret,
    visible_endpoints,
)

# What was done, in words; or what to show in place of the endpoint's page.
Done = str | HttpResponse
_LONGEST_NUMBER = 18


def _ping(request: SignedInRequest, **act: Any) -> Done:
    ping_endpoint(**act)
    return _("A message is on its way. Its delivery shows what comes of it.")


def _pause(request: SignedInRequest, **act: Any) -> Done:
    pause_endpoint(**act, reason=request.POST.get("reason", ""))
    return _("Nothing is sent there now. What comes waits.")


def _resume(request: SignedInRequest, **act: Any) -> Done:
    resume_endpoint(**act)
    return _("What waited is on its way.")


def _rotate(request: SignedInRequest, **act: Any) -> Done:
    issued = rotate_secret(**act, overlap=OVERLAP)
    return render(request, "governance/webhooks/secret.html", {"issued": issued})


def _remove(request: SignedInRequest, **act: Any) -> Done:
    remove_endpoint(**act)
    messages.success(request, _("The endpoint was removed."))
    return redirect("webhooks:list")


def _redeliver(request: SignedInRequest, **act: Any) -> Done:
    """One delivery, or all that were given up where none is named."""
    named = request.POST.get("delivery", "")
    is_number = named.isascii() and named.isdigit() and len(named) <= _LONGEST_NUMBER
    if named and not is_number:
        fault = FieldError("/delivery", "There is no such delivery.", "unknown")
        raise InputInvalid("Nothing can be sent again", errors=[fault])
    count = redeliver(**act, deliveries=[int(named)] if named else None)
    return _sent_again(count)


def _replay(request: SignedInRequest, **act: Any) -> Done:
    form = ReplayForm(request.POST)
    if not form.is_valid():
        fault = FieldError("/span", "This is no period.", "malformed")
        raise InputInvalid("There is nothing to replay: this is no period", errors=[fault])
    start, end = form.period(act["now"])
    made = replay_period(**act, start=start, end=end, after=None)
    if made.after is not None:
        messages.warning(
            request,
            _("There are more. The API goes on from where this ended; here, take shorter periods."),
        )
    return _sent_again(made.count)


def _sent_again(count: int) -> str:
    said = ngettext(
        "%(count)s message is on its way again.",
        "%(count)s messages are on their way again.",
        count,
    )
    return said % {"count": count}


_ACTS: dict[str, Callable[..., Done]] = {
    "ping": _ping,
    "pause": _pause,
    "resume": _resume,
    "rotate": _rotate,
    "remove": _remove,
    "redeliver": _redeliver,
    "replay": _replay,
}
NAMES = tuple(_ACTS)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@permission_required(MANAGE, raise_exception=True)
def do(request: SignedInRequest, endpoint_id: UUID, act: str) -> HttpResponse:
    """POST /webhooks/<id>/<act>/: 302 back, or the new secret | 404 | 409 and 422 the page with
    what refused it. A GET, the way back from a sign-in, leads to the endpoint."""
    endpoint = get_object_or_404(visible_endpoints(request.user), pk=endpoint_id)
    if request.method == "GET":
        return redirect("webhooks:endpoint", endpoint.pk)
    with refusals_shown(request) as attempt:
        done = _ACTS[act](
            request, endpoint_id=endpoint.pk, actor=Actor.of(request.user), now=timezone.now()
        )
    if attempt.refusal is not None:
        context = shown(request, endpoint)
        status = attempt.refusal.status
        return render(request, "governance/webhooks/endpoint.html", context, status=status)
    if isinstance(done, HttpResponse):
        return done
    messages.success(request, done)
    return redirect("webhooks:endpoint", endpoint.pk)
