"""The endpoints that events are sent to: the list, one of them with its deliveries, its form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from governance.models import Actor, Destination, User, WebhookEndpoint
from governance.pages.keyset import page_of
from governance.pages.refusals import refusals_shown
from governance.pages.webhook_form import DeliveryFilter, EndpointForm, ReplayForm
from governance.selectors.webhook_deliveries import KIND, counted, deliveries_of, with_messages
from governance.services.webhooks import (
    MANAGE,
    VIEW,
    change_endpoint,
    create_endpoint,
    visible_endpoints,
)


class SignedInRequest(HttpRequest):
    """What a view behind `login_required` gets."""

    user: User


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def list_webhooks(request: SignedInRequest) -> HttpResponse:
    """GET /webhooks/: 200 a page, newest first. POST: 200 the new endpoint with its secret, shown
    this once | 200 with faults | 403 | 409 too many | 422."""
    form, status = EndpointForm(request.POST or None), 200
    if request.method == "POST":
        if not request.user.has_perm(MANAGE):
            raise PermissionDenied
        if form.is_valid():
            with refusals_shown(request) as attempt:
                issued = create_endpoint(
                    chosen=form.chosen(),
                    owner=request.user,
                    actor=Actor.of(request.user),
                    now=timezone.now(),
                )
                return render(request, "governance/webhooks/secret.html", {"issued": issued})
            if attempt.refusal is not None:
                form.show_faults(attempt.refusal.errors)
                status = attempt.refusal.status
    rows, next_url = page_of(visible_endpoints(request.user), request)
    places = Destination.objects.filter(kind=KIND, reference__in=[row.pk for row in rows])
    by_endpoint = {place.reference: place for place in places}
    context = {
        "form": form,
        "may_manage": request.user.has_perm(MANAGE),
        "rows": [{"endpoint": row, "place": by_endpoint.get(row.pk)} for row in rows],
        "next_url": next_url,
    }
    return render(request, "governance/webhooks/list.html", context, status=status)


@require_safe
@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def show_webhook(request: SignedInRequest, endpoint_id: UUID) -> HttpResponse:
    """GET /webhooks/<id>/: 200, the endpoint and a page of its deliveries | 404."""
    endpoint = get_object_or_404(visible_endpoints(request.user), pk=endpoint_id)
    return render(request, "governance/webhooks/endpoint.html", shown(request, endpoint))


def shown(request: SignedInRequest, endpoint: WebhookEndpoint) -> dict[str, Any]:
    """What the page of an endpoint shows."""
    chosen = DeliveryFilter(request.GET or None)
    found = deliveries_of(endpoint).filter(**chosen.wanted())
    rows, next_url = page_of(found, request, position=int)
    return {
        "endpoint": endpoint,
        "place": Destination.objects.filter(kind=KIND, reference=endpoint.pk).first(),
        "counts": counted(endpoint),
        "filter": chosen,
        "rows": with_messages(rows),
        "next_url": next_url,
        "replay": ReplayForm(),
        "may_manage": request.user.has_perm(MANAGE),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@permission_required(MANAGE, raise_exception=True)
def change_webhook(request: SignedInRequest, endpoint_id: UUID) -> HttpResponse:
    """GET /webhooks/<id>/change/: 200 the form | 404. POST: 302 back | 200 with faults | 412
    somebody else was first | 422."""
    endpoint = get_object_or_404(visible_endpoints(request.user), pk=endpoint_id)
    form, status = EndpointForm.of(endpoint, request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request) as attempt:
            change_endpoint(
                endpoint_id=endpoint.pk,
                chosen=form.chosen(),
                seen=_revision(request),
                actor=Actor.of(request.user),
                now=timezone.now(),
            )
            messages.success(request, _("The endpoint was changed."))
            return redirect("webhooks:endpoint", endpoint.pk)
        if attempt.refusal is not None:
            form.show_faults(attempt.refusal.errors)
            status = attempt.refusal.status
    context = {"form": form, "endpoint": endpoint}
    return render(request, "governance/webhooks/change.html", context, status=status)


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
