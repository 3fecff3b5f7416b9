"""The way of one case: opened, claimed, moved up, ruled on, ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.permissions import has_perm
from governance.api.views import ApiView
from reviews.models import Case
from reviews.selectors.ballots import are_open_to
from reviews.selectors.blindness import is_hidden_from, is_unread
from reviews.selectors.history import Told, history_of_case

# What may be told of an event whoever asks; and what people ruled.
_TOLD = (
    "queue", "rung", "reason", "from_queue", "to_queue", "fail_safe", "until", "how", "due_at",
)  # fmt: skip
_RULED = {
    "reviews.verdict.given": ("kind", "outcome"),
    "reviews.case.decided": ("outcome",),
}


class TimelineEventOut(serializers.Serializer[Any]):
    """One step of a case. Keys that the event has nothing for are left out."""

    at = serializers.DateTimeField()
    event = serializers.CharField(help_text="the ledger's word for it")
    entry = serializers.UUIDField(help_text="the ledger entry")
    actor = serializers.CharField(help_text="who did it, and for whom where a right was lent")
    queue = serializers.CharField(required=False, help_text="slug of the queue it was opened in")
    rung = serializers.IntegerField(required=False)
    reason = serializers.CharField(required=False, help_text="why it moved")
    from_queue = serializers.CharField(required=False)
    to_queue = serializers.CharField(required=False)
    kind = serializers.CharField(
        required=False, help_text="of a verdict; left out while it is sealed from the reader"
    )
    outcome = serializers.CharField(required=False, help_text="likewise")
    fail_safe = serializers.CharField(required=False, help_text="with what it ended unruled")
    until = serializers.DateTimeField(
        required=False, help_text="of a pause: when it ends at the latest"
    )
    how = serializers.CharField(required=False, help_text="by what a pause ended")
    due_at = serializers.DateTimeField(required=False, help_text="the deadline after a pause")


class CaseTimeline(ApiView):
    """GET cases/{id}/timeline: 200 | 404 not visible."""

    permission_classes = [has_perm("reviews.view_case")]

    @extend_schema(
        operation_id="read_case_timeline",
        summary="Read the way of a case",
        responses={200: TimelineEventOut(many=True)},
    )
    def get(self, request: Request, case_id: UUID) -> Response:
        """Oldest first: opened, claimed, given back, each rung with its reason, verdicts, end.

        What people ruled is left out while their ballots are sealed from the reader. Whoever must
        read a statement before they see the case gets an empty list."""
        case = Case.objects.readable_by(self.person).get(pk=case_id)
        if is_unread(case, self.person):
            return Response([])
        ruled = are_open_to(case, self.person, timezone.now())
        ruled = ruled and not is_hidden_from(case, self.person)
        steps = [_step(one, ruled=ruled) for one in history_of_case(case)]
        return Response(TimelineEventOut(steps, many=True).data)


def _step(told: Told, *, ruled: bool) -> Mapping[str, Any]:
    keys = (*_TOLD, *_RULED.get(told.event, ())) if ruled else _TOLD
    told_of = {key: told.body[key] for key in keys if told.body.get(key) not in (None, "")}
    return {
        "at": told.at,
        "event": told.event,
        "entry": told.id,
        "actor": told.actor,
        **told_of,
    }
