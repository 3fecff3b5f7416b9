"""The shapes of contestations in the API. None holds what the person said, nor the letter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.fields import InstantField, StrictSerializer, TextField
from reviews.models import Contestation, Verdict, VerdictKind
from reviews.selectors.contestations import undoing_of
from reviews.services.contesting import LONGEST_REASON, LONGEST_STATEMENT
from reviews.services.letters import (
    CLOSING,
    LONGEST_CLOSING,
    LONGEST_CONTACT,
    LONGEST_SALUTATION,
    SALUTATION,
    Channel,
)


class ContestIn(StrictSerializer):
    """A person's challenge to one decision, named by its id or by the caller's own."""

    decision = serializers.UUIDField(required=False, allow_null=True, default=None)
    external_id = TextField(max_length=200, required=False, allow_null=True, default=None)
    statement = TextField(max_length=LONGEST_STATEMENT, help_text="sealed; the person's own words")
    received_at = InstantField(help_text="when the person's words arrived; the clock runs from it")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["decision"] is None) == (attrs["external_id"] is None):
            raise serializers.ValidationError(
                {"decision": ["Name the decision by its id or by external_id, not by both."]}
            )
        return attrs


class UndoingOut(serializers.Serializer[Any]):
    ordered_at = serializers.DateTimeField()
    outcome = serializers.CharField(help_text="the outcome that should stand instead")
    confirmed_at = serializers.DateTimeField(allow_null=True)


class ContestationOut(serializers.Serializer[Any]):
    """Where a contestation stands. What was said stays sealed."""

    id = serializers.UUIDField()
    decision = serializers.UUIDField(source="decision_id")
    external_id = serializers.CharField(source="decision.external_id")
    decision_type = serializers.CharField(source="decision.decision_type.slug")
    case = serializers.UUIDField(source="case_id")
    state = serializers.ChoiceField(choices=Contestation.State.choices)
    result = serializers.ChoiceField(
        choices=Contestation.Result.choices, help_text="empty: nobody has ruled", allow_blank=True
    )
    received_at = serializers.DateTimeField()
    registered_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="when the person must have their answer")
    is_late = serializers.SerializerMethodField(help_text="due, and no letter was sent")
    extended_at = serializers.DateTimeField(allow_null=True)
    extension_reason = serializers.CharField(allow_blank=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    has_letter = serializers.SerializerMethodField()
    sent_at = serializers.DateTimeField(allow_null=True)
    undoing = serializers.SerializerMethodField(
        help_text="the order to undo what was carried out; null: none"
    )
    undoing_overdue = serializers.SerializerMethodField(
        help_text="ordered longer ago than the limit set, 7 days as delivered, and not confirmed"
    )

    def get_is_late(self, row: Contestation) -> bool:
        return row.is_late(self._now())

    def get_has_letter(self, row: Contestation) -> bool:
        return row.letter_id is not None

    @extend_schema_field(UndoingOut(allow_null=True))
    def get_undoing(self, row: Contestation) -> Any:
        undoing = undoing_of(row)
        return None if undoing is None else UndoingOut(undoing).data

    def get_undoing_overdue(self, row: Contestation) -> bool:
        undoing = undoing_of(row)
        return undoing is not None and undoing.is_overdue(self._now())

    def _now(self) -> datetime:
        now: datetime = self.context.setdefault("now", timezone.now())
        return now


class ExtensionIn(StrictSerializer):
    reason = TextField(
        max_length=LONGEST_REASON, help_text="as the person was told; without personal data"
    )
    notified_at = InstantField(help_text="when the person was told")


class LetterIn(StrictSerializer):
    """What the officer writes themselves; the rest is made from the record."""

    salutation = TextField(max_length=LONGEST_SALUTATION, required=False, default=SALUTATION)
    closing = TextField(max_length=LONGEST_CLOSING, required=False, default=CLOSING)
    contact = TextField(
        max_length=LONGEST_CONTACT, required=False, allow_blank=True, default="",
        help_text="whom the person can reach, a line each",
    )  # fmt: skip


class SentIn(StrictSerializer):
    sent_at = InstantField()
    channel = serializers.ChoiceField(choices=Channel.choices)


class RulingOut(serializers.Serializer[Any]):
    """What a person ruled before, and why."""

    kind = serializers.ChoiceField(choices=VerdictKind.choices)
    outcome = serializers.CharField(allow_blank=True)
    reason_code = serializers.CharField()
    reason_text = serializers.SerializerMethodField()
    ruled_at = serializers.DateTimeField()

    def get_reason_text(self, verdict: Verdict) -> str:
        texts: dict[Any, str] = self.context["texts"]
        return texts.get(verdict.pk, "")


class StatementOut(serializers.Serializer[Any]):
    """What the person says, for whoever holds the case. What is contested is shown once the
    reading was confirmed."""

    case = serializers.UUIDField()
    question = serializers.CharField()
    received_at = serializers.DateTimeField()
    seal = serializers.ChoiceField(choices=["opened", "erased", "broken"])
    statement = serializers.CharField(allow_blank=True)
    is_read = serializers.BooleanField()
    contested_outcome = serializers.CharField(
        allow_null=True, help_text="the outcome that stands; null until the statement was read"
    )
    rulings = RulingOut(many=True, help_text="what people ruled before; empty until it was read")


class ReadingOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    read_at = serializers.DateTimeField()
