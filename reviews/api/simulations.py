"""Simulations: asked for, watched, cancelled, and their results fetched."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.idempotency import idempotent
from governance.api.pagination import page_of
from governance.api.permissions import has_perm
from governance.api.reports import WhateverIsAccepted
from governance.api.views import ApiView, valid
from governance.models import Policy
from reviews.api.simulation_serializers import SimulationIn, SimulationOut
from reviews.models import Simulation as Run
from reviews.selectors.simulations import READ, SIMULATE, readable_simulations, result_bytes
from reviews.services.simulating import (
    Trial,
    cancel_simulation,
    request_simulation,
    text_to_try,
)

_ASKED = OpenApiExample(
    "The newest version on its own past",
    value={"period_start": "2026-11-01T00:00:00Z", "period_end": "2026-11-08T00:00:00Z"},
    request_only=True,
)


class Simulations(ApiView):
    """POST policies/{slug}/simulations: 202 queued | 403 | 404 | 422 each fault. GET: 200 a page,
    newest first | 404."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        return [has_perm(SIMULATE if self.request.method == "POST" else READ)()]

    @extend_schema(
        operation_id="request_simulation",
        summary="Try a draft on the past",
        request=SimulationIn,
        responses={202: SimulationOut},
        examples=[_ASKED],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Queue a simulation; it changes nothing. Poll the address in `Location` until it is done,
        then fetch `result.json` below it."""
        policy = Policy.objects.get(slug=slug)
        asked = valid(SimulationIn, request)
        run = request_simulation(
            trial=Trial(
                policy=policy,
                text=asked["text"] or text_to_try(policy, asked["version"]),
                period_start=asked["period_start"],
                period_end=asked["period_end"],
                groups=asked["groups"],
            ),
            requested_by=self.person,
            now=timezone.now(),
        )
        place = reverse("api-simulation", args=[run.pk])
        return Response(SimulationOut(run).data, status=202, headers={"Location": place})

    @extend_schema(
        operation_id="list_simulations",
        summary="List the simulations of a policy",
        parameters=[
            OpenApiParameter("sha256", str, description="of the text that was tried"),
            OpenApiParameter("state", str, enum=Run.State.values),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: SimulationOut(many=True)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Newest first."""
        runs = readable_simulations(self.person).filter(policy=Policy.objects.get(slug=slug))
        for field in ("sha256", "state"):
            if field in request.query_params:
                runs = runs.filter(**{field: request.query_params[field]})
        return page_of(runs, SimulationOut, self)


class Simulation(ApiView):
    """GET simulations/{id}: 200 | 404."""

    permission_classes = [has_perm(READ)]

    @extend_schema(
        operation_id="read_simulation",
        summary="See how far a simulation is",
        responses={200: SimulationOut},
    )
    def get(self, request: Request, simulation_id: UUID) -> Response:
        """Its state, its progress while it runs, and what it counted when it is done."""
        run = readable_simulations(self.person).get(pk=simulation_id)
        return Response(SimulationOut(run).data)


class CancelSimulation(ApiView):
    """POST simulations/{id}/cancel: 200 | 403 | 404 | 409 over already."""

    permission_classes = [has_perm(SIMULATE)]

    @extend_schema(
        operation_id="cancel_simulation",
        summary="Cancel a simulation",
        request=None,
        responses={200: SimulationOut},
    )
    @idempotent
    def post(self, request: Request, simulation_id: UUID) -> Response:
        """It ends as cancelled, without a result."""
        run = cancel_simulation(run_id=simulation_id, person=self.person, now=timezone.now())
        return Response(SimulationOut(run).data)


class SimulationResult(ApiView):
    """GET simulations/{id}/result.json: 200 | 404 unknown, or not done."""

    permission_classes = [has_perm(READ)]
    content_negotiation_class = WhateverIsAccepted

    @extend_schema(
        operation_id="read_simulation_result",
        summary="Fetch the result of a simulation",
        responses={(200, "application/json"): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, simulation_id: UUID) -> HttpResponse:
        """Everything that was counted and drawn; the entry in the ledger holds its digest."""
        run = readable_simulations(self.person).get(pk=simulation_id)
        found: Any = result_bytes(run)
        if found is None:
            raise NotFound(f"There is no result: the simulation is {run.state}.")
        response = HttpResponse(found, "application/json")
        name = f"simulation-{run.policy.slug}-{run.pk}.json"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
