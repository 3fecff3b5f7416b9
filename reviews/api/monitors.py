"""Monitors, their looks, and their alarms."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.idempotency import idempotent
from governance.api.pagination import ByNumber, page_of
from governance.api.permissions import either, has_perm
from governance.api.views import ApiView, valid
from governance.models import Scope
from reviews.api.monitor_serializers import (
    CloseAlarmIn,
    MonitorAlarmOut,
    MonitorOut,
    MonitorRunOut,
    context_of,
)
from reviews.selectors.watched import monitor_alarms, monitor_runs, monitor_states
from reviews.services.monitor_alarms import close_alarm

_READS = either(Scope.MONITORS, "models_registry.view_decisiontype")
_PAGE = [
    OpenApiParameter("cursor", str),
    OpenApiParameter("page_size", int, description="at most 500"),
]
_OF_TYPE = OpenApiParameter("decision_type", str, description="slug")


class Monitors(ApiView):
    """GET monitors: 200 a page."""

    permission_classes = [_READS]

    @extend_schema(
        operation_id="list_monitors",
        summary="List monitors",
        parameters=[_OF_TYPE, *_PAGE],
        responses={200: MonitorOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Those that the policies in force ask for, the newest first; a client sees those of its
        systems."""
        states = monitor_states(self.caller)
        if "decision_type" in request.query_params:
            states = states.filter(decision_type__slug=request.query_params["decision_type"])
        pages = ByNumber()
        page = pages.paginate_queryset(states, request, view=self) or []
        context = context_of(page, timezone.now())
        shown = MonitorOut(page, many=True, context=context)  # type: ignore[arg-type]
        return pages.get_paginated_response(shown.data)


class OneMonitor(ApiView):
    """GET monitors/{decision type}/{monitor}: 200 | 404."""

    permission_classes = [_READS]

    @extend_schema(
        operation_id="read_monitor", summary="Read a monitor", responses={200: MonitorOut}
    )
    def get(self, request: Request, slug: str, monitor: str) -> Response:
        """Where it stands, with its newest look."""
        state = monitor_states(self.caller).get(decision_type__slug=slug, monitor=monitor)
        context = context_of([state], timezone.now())
        return Response(MonitorOut(state, context=context).data)


class MonitorRuns(ApiView):
    """GET monitors/{decision type}/{monitor}/runs: 200 a page | 404 none of that name, ever."""

    permission_classes = [_READS]

    @extend_schema(
        operation_id="list_monitor_runs",
        summary="List the looks of a monitor",
        parameters=_PAGE,
        responses={200: MonitorRunOut(many=True)},
    )
    def get(self, request: Request, slug: str, monitor: str) -> Response:
        """Newest first, with the figures and the limits of each."""
        runs = monitor_runs(self.caller, slug, monitor)
        known = monitor_states(self.caller).filter(decision_type__slug=slug, monitor=monitor)
        if not (known.exists() or runs.exists()):
            raise Http404
        return page_of(runs, MonitorRunOut, self)


class MonitorAlarms(ApiView):
    """GET monitor-alarms: 200 a page."""

    permission_classes = [_READS]

    @extend_schema(
        operation_id="list_monitor_alarms",
        summary="List the alarms of monitors",
        parameters=[
            _OF_TYPE,
            OpenApiParameter("open", str, enum=["true"], description="only those that last"),
            *_PAGE,
        ],
        responses={200: MonitorAlarmOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Newest first; a client sees those of its systems."""
        alarms = monitor_alarms(self.caller)
        asked = request.query_params
        if "decision_type" in asked:
            alarms = alarms.filter(decision_type__slug=asked["decision_type"])
        if "open" in asked:
            if asked["open"] != "true":
                raise ValidationError({"open": ["Is true, or left out."]})
            alarms = alarms.filter(ended_at=None)
        return page_of(alarms, MonitorAlarmOut, self)


class CloseAlarm(ApiView):
    """POST monitor-alarms/{id}/close: 200 | 403 | 404 | 409 ended already | 422."""

    permission_classes = [has_perm("reviews.close_monitoralarm")]

    @extend_schema(
        operation_id="close_monitor_alarm",
        summary="Close an alarm of a monitor",
        request=CloseAlarmIn,
        responses={200: MonitorAlarmOut},
    )
    @idempotent
    def post(self, request: Request, alarm_id: UUID) -> Response:
        """A person has looked at it, and says what was found. The level stays as it is."""
        reason = valid(CloseAlarmIn, request)["reason"]
        close_alarm(alarm_id=alarm_id, reason=reason, closed_by=self.person, now=timezone.now())
        return Response(MonitorAlarmOut(monitor_alarms(self.person).get(pk=alarm_id)).data)
