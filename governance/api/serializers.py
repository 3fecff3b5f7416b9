"""The shapes of the floor's records in the API."""

from __future__ import annotations

import base64
from typing import Any

from rest_framework import serializers

from governance.api.fields import SlugField, StrictSerializer, TextField, WholeField
from governance.models import LedgerEntry, PolicyVersion


class EventOut(serializers.Serializer[Any]):
    """One outbox message."""

    id = serializers.UUIDField()
    event = serializers.CharField(help_text="noun.participle")
    subject = serializers.UUIDField(source="subject_id")
    system = serializers.CharField(help_text="slug; empty where it concerns all")
    created_at = serializers.DateTimeField()
    body = serializers.JSONField(help_text="ids and states, never personal data")


class EntryOut(serializers.Serializer[Any]):
    """One ledger entry. `leaf` is the evidence, Base64; the rest repeats parts of it. It is null
    while what it tells is sealed from the reader, as a ballot is until the quorum is met."""

    id = serializers.UUIDField()
    event = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.CharField()
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()
    object_seq = serializers.IntegerField()
    leaf = serializers.SerializerMethodField()
    leaf_hash = serializers.SerializerMethodField(help_text="SHA-256(0x00 || leaf), hex")
    leaf_index = serializers.IntegerField(
        allow_null=True, help_text="place in the sealed tree, from 0; null: awaits its seal"
    )

    def get_leaf(self, entry: Any) -> str | None:
        if entry.is_sealed:
            return None
        return base64.b64encode(bytes(entry.leaf)).decode()

    def get_leaf_hash(self, entry: LedgerEntry) -> str:
        return bytes(entry.leaf_hash).hex()


class PolicyOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    owner = serializers.CharField(source="owner.username")


class PolicyVersionOut(serializers.ModelSerializer[PolicyVersion]):
    """One published, immutable text of a policy."""

    policy = serializers.CharField(source="policy.slug")

    class Meta:
        model = PolicyVersion
        fields = [
            "id",
            "policy",
            "number",
            "mode",
            "text",
            "sha256",
            "valid_from",
            "valid_until",
            "published_at",
        ]


class PolicyIn(StrictSerializer):
    slug = SlugField(max_length=50)
    name = TextField(max_length=200)


class PolicyTextIn(StrictSerializer):
    text = TextField(max_length=256_000, trim_whitespace=False, help_text="YAML or JSON")


class PublishIn(PolicyTextIn):
    reason = TextField(max_length=500, help_text="for the second person, without personal data")
    base = WholeField(
        required=False,
        min_value=0,
        help_text="number of the version that the text is to replace, 0 for none; "
        "left out: whichever is the newest",
    )


class ReasonIn(StrictSerializer):
    reason = TextField(max_length=500, help_text="for the second person, without personal data")


class ProblemOut(serializers.Serializer[Any]):
    """Something about a text, and where."""

    pointer = serializers.CharField(help_text="JSON pointer into the text's data")
    line = serializers.IntegerField(source="place.line")
    column = serializers.IntegerField(source="place.column")
    code = serializers.CharField()
    message = serializers.CharField()


class PolicyChecked(serializers.Serializer[Any]):
    """A text that could be published as it stands."""

    title = serializers.CharField()
    mode = serializers.CharField()
    rules = serializers.IntegerField(help_text="how many")
    sha256 = serializers.CharField()
    warnings = ProblemOut(many=True, help_text="worth a look; they keep nothing back")


class DraftIn(PolicyTextIn):
    base = WholeField(
        required=False,
        min_value=0,
        help_text="number of the version that it builds on; left out: as the draft says",
    )


class DraftOut(serializers.Serializer[Any]):
    """A policy's next version while it is being written; it may have faults. Its revision is the
    `ETag`."""

    id = serializers.UUIDField()
    policy = serializers.CharField(source="policy.slug")
    text = serializers.CharField()
    base = serializers.IntegerField(help_text="the version that it was written against, 0: none")
    newest = serializers.IntegerField(help_text="the newest version, 0: none")
    revision = serializers.IntegerField()
    author = serializers.CharField(source="author.username")
    saved_at = serializers.DateTimeField()
    state = serializers.CharField(help_text="open, published or discarded")
    problems = ProblemOut(many=True, help_text="what keeps it from being published")
    warnings = ProblemOut(many=True)
