"""Endpoints that events are sent to: chosen, tried out, put aside, and what was sent to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.authentication import key_of
from governance.api.idempotency import idempotent
from governance.api.pagination import KeysetPagination, page_of, uuid_parameter
from governance.api.permissions import either
from governance.api.preconditions import etag, seen_revision
from governance.api.views import ApiView, valid
from governance.api.webhook_serializers import (
    DeliveryOut,
    EndpointIn,
    EndpointOut,
    OverlapIn,
    PauseIn,
    PingOut,
    RedeliverIn,
    RedeliverOut,
    ReplayIn,
    ReplayOut,
    SecretOut,
)
from governance.models import ApiClient, Delivery, Scope, User, WebhookEndpoint
from governance.selectors.webhook_deliveries import deliveries_of, with_messages
from governance.services.webhook_choices import Chosen
from governance.services.webhook_replays import redeliver, replay_messages, replay_period
from governance.services.webhooks import (
    MANAGE,
    VIEW,
    Issued,
    change_endpoint,
    create_endpoint,
    pause_endpoint,
    ping_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_secret,
    visible_endpoints,
)

_READS = either(Scope.WEBHOOKS, VIEW)
_ACTS = either(Scope.WEBHOOKS, MANAGE)
_CHOSEN = OpenApiExample(
    "What an executing system wants to know of one AI system",
    value={
        "url": "https://engine.example/countersign",
        "events": ["decision.finalised", "decision.reversed", "halt.placed", "halt.lifted"],
        "systems": ["lending"],
        "description": "Lending engine",
    },
    request_only=True,
)
_PERIOD = OpenApiExample(
    "An hour in which the receiver lost what it got",
    value={"from": "2026-11-23T11:00:00Z", "until": "2026-11-23T12:00:00Z"},
    request_only=True,
)
_DEAD = OpenApiExample("All that were given up", value={"all_dead": True}, request_only=True)


class NewestDeliveries(KeysetPagination):
    """Newest first, by the number of the delivery."""

    position = int


class _WebhookView(ApiView):
    def get_permissions(self):  # type: ignore[no-untyped-def]
        return [(_READS if self.request.method == "GET" else _ACTS)()]

    @property
    def owner(self) -> ApiClient | User:
        """Whoever calls: what a program makes is its own, what a person makes is theirs."""
        return self.client if key_of(self.request) is not None else self.person

    def found(self, endpoint_id: UUID) -> WebhookEndpoint:
        """Raises WebhookEndpoint.DoesNotExist for another's."""
        return visible_endpoints(self.owner).get(pk=endpoint_id)

    def act(self, endpoint_id: UUID) -> dict[str, Any]:
        """What every verb on an endpoint takes."""
        key = self.found(endpoint_id).pk
        return {"endpoint_id": key, "actor": self.actor, "now": timezone.now()}

    def shown(self, endpoint: WebhookEndpoint) -> Response:
        headers = {"ETag": etag(endpoint.revision)}
        return Response(EndpointOut(endpoint).data, headers=headers)


def _issued(issued: Issued, status: int) -> Response:
    """The secret goes into this answer alone, and not into the one that is kept for a repeated
    Idempotency-Key."""
    endpoint = issued.endpoint
    response = Response(
        {**EndpointOut(endpoint).data, "secret": issued.secret},
        status=status,
        headers={
            "Location": reverse("api-webhook", args=[endpoint.pk]),
            "ETag": etag(endpoint.revision),
            "Cache-Control": "no-store",
        },
    )
    response.not_kept = ("secret",)  # type: ignore[attr-defined]
    return response


class Webhooks(_WebhookView):
    """GET webhooks: 200 a page. POST: 201 | 409 too many | 422 naming each fault."""

    @extend_schema(
        operation_id="list_webhooks",
        summary="List webhook endpoints",
        parameters=[
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: EndpointOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """A program's own; for people with the permission, all. Newest first."""
        return page_of(visible_endpoints(self.owner), EndpointOut, self)

    @extend_schema(
        operation_id="create_webhook",
        summary="Have events sent to an address",
        request=EndpointIn,
        responses={201: SecretOut},
        examples=[_CHOSEN],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Each event is sent as a CloudEvent, signed as Standard Webhooks has it, at least once
        and in order by decision. The secret is shown in this answer and never again."""
        chosen = Chosen(**valid(EndpointIn, request))
        issued = create_endpoint(
            chosen=chosen, owner=self.owner, actor=self.actor, now=timezone.now()
        )
        return _issued(issued, 201)


class Webhook(_WebhookView):
    """GET: 200 | 404. PUT: 200 | 412 changed meanwhile | 422 | 428. DELETE: 204 | 404."""

    @extend_schema(
        operation_id="read_webhook",
        summary="Read a webhook endpoint",
        responses={200: EndpointOut},
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """Its state says whether it gets anything; the ETag is for changing it."""
        return self.shown(self.found(endpoint_id))

    @extend_schema(
        operation_id="change_webhook",
        summary="Change a webhook endpoint",
        request=EndpointIn,
        parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER)],
        responses={200: EndpointOut},
        examples=[_CHOSEN],
    )
    def put(self, request: Request, endpoint_id: UUID) -> Response:
        """Replace what was chosen. What waits is sent to the new address."""
        act = self.act(endpoint_id)
        seen = seen_revision(request)
        chosen = Chosen(**valid(EndpointIn, request))
        return self.shown(change_endpoint(**act, chosen=chosen, seen=seen))

    @extend_schema(
        operation_id="remove_webhook", summary="Remove a webhook endpoint", responses={204: None}
    )
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        """Nothing is sent there any more, and its secrets are gone. There is no way back."""
        remove_endpoint(**self.act(endpoint_id))
        return Response(status=204)


class RotateSecret(_WebhookView):
    """POST webhooks/{id}/rotate-secret: 200 | 404."""

    @extend_schema(
        operation_id="rotate_webhook_secret",
        summary="Give a webhook endpoint a new secret",
        request=OverlapIn,
        responses={200: SecretOut},
    )
    @idempotent
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Both secrets sign until the overlap is over, so that nothing is refused meanwhile."""
        act = self.act(endpoint_id)
        overlap = timedelta(hours=valid(OverlapIn, request)["overlap_hours"])
        return _issued(rotate_secret(**act, overlap=overlap), 200)


class PingWebhook(_WebhookView):
    """POST webhooks/{id}/ping: 202 | 404 | 409 not active."""

    @extend_schema(
        operation_id="ping_webhook",
        summary="Try a webhook endpoint out",
        request=None,
        responses={202: PingOut},
    )
    @idempotent
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Sends `webhook.ping` to it; its deliveries show what came of it."""
        return Response(PingOut(ping_endpoint(**self.act(endpoint_id))).data, status=202)


class PauseWebhook(_WebhookView):
    """POST webhooks/{id}/pause: 200 | 404 | 409 not active."""

    @extend_schema(
        operation_id="pause_webhook",
        summary="Pause a webhook endpoint",
        request=PauseIn,
        responses={200: EndpointOut},
    )
    @idempotent
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """What comes waits for it, as long as deliveries are kept."""
        act = self.act(endpoint_id)
        return self.shown(pause_endpoint(**act, reason=valid(PauseIn, request)["reason"]))


class ResumeWebhook(_WebhookView):
    """POST webhooks/{id}/resume: 200 | 404 | 409 active already."""

    @extend_schema(
        operation_id="resume_webhook",
        summary="Resume a webhook endpoint",
        request=None,
        responses={200: EndpointOut},
    )
    @idempotent
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Sends what waited at once, then what comes."""
        return self.shown(resume_endpoint(**self.act(endpoint_id)))


class ReplayWebhook(_WebhookView):
    """POST webhooks/{id}/replay: 202 | 404 | 409 not active | 422."""

    @extend_schema(
        operation_id="replay_webhook",
        summary="Send the messages of a period again",
        request=ReplayIn,
        responses={202: ReplayOut},
        examples=[_PERIOD],
    )
    @idempotent
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Of the events and systems chosen, oldest first, each under the id that it had. At most
        5,000 a call: go on with `after`, where the answer has one."""
        act, wanted = self.act(endpoint_id), valid(ReplayIn, request)
        if wanted["messages"] is not None:
            made = replay_messages(**act, messages=wanted["messages"])
        else:
            made = replay_period(
                **act, start=wanted["from"], end=wanted["until"], after=wanted["after"]
            )
        return Response(ReplayOut(made).data, status=202)


class RedeliverWebhook(_WebhookView):
    """POST webhooks/{id}/redeliver: 202 | 404 | 409 not active."""

    @extend_schema(
        operation_id="redeliver_webhook",
        summary="Send deliveries again",
        request=RedeliverIn,
        responses={202: RedeliverOut},
        examples=[_DEAD],
    )
    @idempotent
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Those named that are over, or the oldest 5,000 that were given up. What waits anyway is
        left as it is."""
        act, wanted = self.act(endpoint_id), valid(RedeliverIn, request)
        count = redeliver(**act, deliveries=wanted["deliveries"])
        return Response({"count": count}, status=202)


class WebhookDeliveries(_WebhookView):
    """GET webhooks/{id}/deliveries: 200 a page, newest first | 404."""

    @extend_schema(
        operation_id="list_webhook_deliveries",
        summary="List what was sent to a webhook endpoint",
        parameters=[
            OpenApiParameter("state", str, enum=Delivery.State.values),
            OpenApiParameter("message", UUID, description="the id of a message"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: DeliveryOut(many=True)},
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """How far each message has come, as long as deliveries are kept."""
        found = deliveries_of(self.found(endpoint_id))
        if "state" in request.query_params:
            found = found.filter(state=request.query_params["state"])
        if "message" in request.query_params:
            found = found.filter(message_id=uuid_parameter(request, "message"))
        pages = NewestDeliveries()
        page = with_messages(pages.paginate_queryset(found, request, view=self) or [])
        return pages.get_paginated_response(DeliveryOut(page, many=True).data)
