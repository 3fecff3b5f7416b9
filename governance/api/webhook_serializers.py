"""The shapes of webhook endpoints and their deliveries in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from governance.api.fields import (
    FlagField,
    InstantField,
    SlugField,
    StrictSerializer,
    TextField,
    WholeField,
)
from governance.models import Delivery, OutboxMessage, WebhookEndpoint
from governance.outbox_events import EVENTS, EVERY_EVENT
from governance.services.webhook_choices import MOST_DESCRIPTION, MOST_URL

_MOST_IDS = 1_000
_MOST_EVENTS = 100
_MOST_SYSTEMS = 100
_LONGEST_ID = 2**63 - 1
_HOURS_OF_A_DAY = 24


class EndpointIn(StrictSerializer):
    """What is chosen for an endpoint."""

    url = TextField(max_length=MOST_URL, help_text="https:// only, of a public address")
    events = serializers.ListField(
        child=TextField(max_length=80),
        min_length=1,
        max_length=_MOST_EVENTS,
        help_text=f"{EVERY_EVENT} alone for every event, or some of: {', '.join(EVENTS)}",
    )
    systems = serializers.ListField(
        child=SlugField(max_length=50),
        max_length=_MOST_SYSTEMS,
        required=False,
        default=list,
        help_text="slugs of AI systems; none: all that you may read about",
    )
    description = TextField(
        required=False, allow_blank=True, default="", max_length=MOST_DESCRIPTION
    )


class OverlapIn(StrictSerializer):
    overlap_hours = WholeField(
        required=False,
        default=_HOURS_OF_A_DAY,
        min_value=0,
        max_value=7 * _HOURS_OF_A_DAY,
        help_text="how long the old secret signs as well; 0: it ends at once",
    )


class PauseIn(StrictSerializer):
    reason = TextField(required=False, allow_blank=True, default="", max_length=300)


class ReplayIn(StrictSerializer):
    """A period, or some messages."""

    until = InstantField(required=False, allow_null=True, default=None)
    after = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="of the answer before, to go on"
    )
    messages = serializers.ListField(
        child=serializers.UUIDField(),
        min_length=1,
        max_length=_MOST_IDS,
        required=False,
        allow_null=True,
        default=None,
    )

    def get_fields(self) -> dict[str, Any]:
        start = InstantField(required=False, allow_null=True, default=None)
        return {"from": start, **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        period = attrs["from"] is not None, attrs["until"] is not None
        if any(period) != all(period):
            raise serializers.ValidationError({"until": ["A period has two ends."]})
        if all(period) == (attrs["messages"] is not None):
            raise serializers.ValidationError({"messages": ["Name a period, or messages."]})
        if attrs["after"] is not None and not all(period):
            raise serializers.ValidationError({"after": ["This goes on in a period."]})
        return attrs


class RedeliverIn(StrictSerializer):
    """Some deliveries, or all that were given up."""

    deliveries = serializers.ListField(
        child=WholeField(min_value=1, max_value=_LONGEST_ID),
        min_length=1,
        max_length=_MOST_IDS,
        required=False,
        allow_null=True,
        default=None,
    )
    all_dead = FlagField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["all_dead"] == (attrs["deliveries"] is not None):
            raise serializers.ValidationError({"deliveries": ["Name deliveries, or say all_dead."]})
        return attrs


class EndpointOut(serializers.Serializer[Any]):
    """One endpoint. Its secret is shown when it is made, and never again."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    systems = serializers.ListField(child=serializers.CharField())
    owner = serializers.CharField(help_text="the API client or person it belongs to")
    state = serializers.ChoiceField(choices=WebhookEndpoint.State.choices)
    state_reason = serializers.CharField()
    state_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    revision = serializers.IntegerField()


class SecretOut(EndpointOut):
    """An endpoint with its new secret."""

    secret = serializers.CharField(
        allow_null=True,
        help_text="whsec_ and Base64; null where a repeated Idempotency-Key is answered",
    )


class PingOut(serializers.Serializer[Any]):
    message = serializers.UUIDField(source="id", help_text="`webhook-id` of what is sent")


class ReplayOut(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="messages that are on their way again")
    after = serializers.UUIDField(
        allow_null=True, help_text="there are more: call again with it; null: that was all"
    )


class RedeliverOut(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="deliveries that are on their way again")


class DeliveryOut(serializers.Serializer[Any]):
    """One message on its way to an endpoint."""

    id = serializers.IntegerField()
    message = serializers.UUIDField(source="message_id", help_text="`webhook-id`")
    event = serializers.SerializerMethodField()
    subject = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    tried_at = serializers.DateTimeField(allow_null=True)
    next_at = serializers.DateTimeField(allow_null=True, help_text="of the next attempt")
    ended_at = serializers.DateTimeField(allow_null=True)
    status = serializers.IntegerField(allow_null=True, help_text="of the last answer, if any")
    fault = serializers.CharField(help_text="why the last attempt failed")

    def get_event(self, delivery: Delivery) -> str:
        message = self._message(delivery)
        return message.event if message else ""

    def get_subject(self, delivery: Delivery) -> str:
        message = self._message(delivery)
        return str(message.subject_id) if message else ""

    def _message(self, delivery: Delivery) -> OutboxMessage | None:
        found: OutboxMessage | None = getattr(delivery, "message", None)
        return found
