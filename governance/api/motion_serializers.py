"""The shapes of motions in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.fields import StrictSerializer, TextField
from governance.models import Motion, MotionBallot
from governance.motions.registry import Description, act_named, title_of
from governance.selectors.motions import shown_ballots, standing


class ContentField(serializers.DictField):
    """An act's arguments: a JSON object."""


class MotionIn(StrictSerializer):
    """Any act by its name; some have an address of their own, too."""

    act = TextField(max_length=80, help_text="such as governance.report.approve")
    content = ContentField(help_text="the act's arguments, without personal data")
    reason = TextField(max_length=500, help_text="for the second person, without personal data")


class BallotIn(StrictSerializer):
    choice = serializers.ChoiceField(choices=MotionBallot.Choice.choices)
    reason = TextField(
        max_length=500, required=False, default="", allow_blank=True, help_text="to reject: needed"
    )
    digest = serializers.RegexField(
        r"\A[0-9a-f]{64}\Z", help_text="of the content that was read: SHA-256 of its RFC 8785 JSON"
    )


class MotionOut(serializers.Serializer[Any]):
    """One act that waits for its quorum, or did."""

    id = serializers.UUIDField()
    act = serializers.CharField()
    title = serializers.SerializerMethodField(help_text="what the act is called")
    summary = serializers.CharField()
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=Motion.State.choices)
    digest = serializers.CharField(help_text="SHA-256 of the content's RFC 8785 JSON, hex")
    subject_type = serializers.CharField(help_text="what it is about; empty: nothing yet")
    subject_id = serializers.UUIDField(allow_null=True)
    moved_by = serializers.CharField(source="moved_by.username")
    moved_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="votes count before it")
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_title(self, motion: Motion) -> str:
        return title_of(motion.act)


class RowOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class MotionBallotOut(serializers.Serializer[Any]):
    """Who voted; how and why only once the motion is closed."""

    voter = serializers.CharField()
    cast_at = serializers.DateTimeField()
    choice = serializers.ChoiceField(choices=MotionBallot.Choice.choices, allow_null=True)
    reason = serializers.CharField(allow_null=True)


class MotionStageOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    required = serializers.IntegerField()  # type: ignore[assignment]
    panel = serializers.IntegerField()
    roles = serializers.ListField(child=serializers.CharField())
    veto = serializers.BooleanField()


class MotionQuorumOut(serializers.Serializer[Any]):
    preset = serializers.CharField()
    stages = MotionStageOut(many=True)


class FindingOut(serializers.Serializer[Any]):
    """One thing that is known of what would be done, such as what a simulation found."""

    title = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField())
    link = serializers.CharField(allow_null=True, help_text="path of where all of it stands")


class WholeMotionOut(MotionOut):
    """A motion with all that a second person has to read."""

    content = ContentField()
    quorum = MotionQuorumOut()
    rows = serializers.SerializerMethodField()
    diff = serializers.SerializerMethodField(help_text="unified; empty where there is none")
    notes = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField(
        help_text="empty: it was not tried out; null: there is nothing to try"
    )
    stage = serializers.SerializerMethodField(
        help_text="the stage whose ballots are awaited, from 0; null: none is"
    )
    ballots = serializers.SerializerMethodField()

    def _described(self, motion: Motion) -> Description:
        described: Description | None = self.context.get("description")
        if described is None:
            described = act_named(motion.act).describe(motion)
            self.context["description"] = described
        return described

    @extend_schema_field(RowOut(many=True))
    def get_rows(self, motion: Motion) -> list[dict[str, str]]:
        return [{"label": label, "value": value} for label, value in self._described(motion).rows]

    def get_diff(self, motion: Motion) -> str:
        return self._described(motion).diff

    def get_notes(self, motion: Motion) -> list[str]:
        return list(self._described(motion).notes)

    @extend_schema_field(FindingOut(many=True, allow_null=True))
    def get_findings(self, motion: Motion) -> list[dict[str, Any]] | None:
        found = self._described(motion).findings
        if found is None:
            return None
        return [
            {"title": one.title, "lines": list(one.lines), "link": one.link and one.link[1]}
            for one in found
        ]

    def get_stage(self, motion: Motion) -> int | None:
        if motion.state != Motion.State.PENDING:
            return None
        return standing(motion, motion.ballots.all()).stage

    @extend_schema_field(MotionBallotOut(many=True))
    def get_ballots(self, motion: Motion) -> list[dict[str, Any]]:
        return [
            {
                "voter": ballot.voter.username,
                "cast_at": ballot.cast_at,
                "choice": choice or None,
                "reason": ballot.reason if choice else None,
            }
            for ballot, choice in shown_ballots(motion)
        ]
