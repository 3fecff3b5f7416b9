"""Ladders, to be read; they are changed in the administration, as queues are."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.permissions import has_perm
from governance.api.views import ApiView
from reviews.ladders import Rung
from reviews.models import LadderVersion


class RecipientOut(serializers.Serializer[Any]):
    """One of the three is given."""

    queue = serializers.CharField(help_text="slug; empty: not by queue")
    role = serializers.CharField(help_text="slug; empty: not by role")
    person = serializers.CharField(help_text="handle; empty: not one person")


class RungOut(serializers.Serializer[Any]):
    """What happens when a case comes to this rung, and how long it may then wait."""

    within_seconds = serializers.SerializerMethodField()
    by_clock = serializers.BooleanField(help_text="every hour counts, whatever the calendar")
    queue = serializers.CharField(help_text="slug; empty: the case stays in its queue")
    role = serializers.CharField(help_text="slug of the role that may rule; empty: any")
    person = serializers.CharField(help_text="handle of who alone may rule; empty: nobody alone")
    raise_priority = serializers.FloatField()
    add_ballot = serializers.BooleanField(help_text="one more person must rule")
    notify = RecipientOut(many=True)

    def get_within_seconds(self, rung: Rung) -> int:
        return int(rung.within.total_seconds())


class LadderOut(serializers.Serializer[Any]):
    """A ladder as it holds for cases that open now."""

    slug = serializers.CharField(source="ladder.slug")
    name = serializers.CharField(source="ladder.name")
    version = serializers.IntegerField(source="number")
    published_at = serializers.DateTimeField()
    calendar = serializers.CharField(
        source="rules.calendar", help_text="slug of whose working time counts; empty: every hour"
    )
    climbs_on = serializers.ListField(
        child=serializers.CharField(), help_text="what else than lateness makes a case climb"
    )
    rungs = RungOut(source="rules.rungs", many=True)
    at_end = serializers.ChoiceField(
        choices=["", "refuse", "hold"], help_text="empty: as the policy says"
    )
    text = serializers.CharField(help_text="as it was published")


class Ladders(ApiView):
    """GET ladders: 200 every ladder, by name."""

    permission_classes = [has_perm("reviews.view_queue")]

    @extend_schema(
        operation_id="list_ladders",
        summary="List ladders",
        responses={200: LadderOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """The newest version of each: what cases keep that open now."""
        newest = LadderVersion.objects.newest().select_related("ladder")
        rows = sorted(newest, key=lambda version: version.ladder.name)
        return Response(LadderOut(rows, many=True).data)


class OneLadder(ApiView):
    """GET ladders/{slug}: 200 | 404."""

    permission_classes = [has_perm("reviews.view_queue")]

    @extend_schema(operation_id="read_ladder", summary="Read a ladder", responses={200: LadderOut})
    def get(self, request: Request, slug: str) -> Response:
        """The newest version of one."""
        newest = LadderVersion.objects.newest().select_related("ladder")
        return Response(LadderOut(get_object_or_404(newest, ladder__slug=slug)).data)
