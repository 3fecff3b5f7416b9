"""The shapes of checkpoints and proofs in the API. Hashes are hex, notes are texts as published."""

from __future__ import annotations

import base64

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.models import Checkpoint, CheckpointTimestamp, Cosignature
from governance.selectors.proofs import ConsistencyProof, InclusionProof, TreeState
from governance.selectors.published import cosigned_note


@extend_schema_field(OpenApiTypes.STR)
class HashField(serializers.Field):  # type: ignore[type-arg]
    """SHA-256, shown in hex."""

    def to_representation(self, value: bytes) -> str:
        return bytes(value).hex()


class CosignatureOut(serializers.Serializer[Cosignature]):
    witness = serializers.CharField(help_text="its name")
    cosigned_at = serializers.DateTimeField()


class TimestampOut(serializers.Serializer[CheckpointTimestamp]):
    """Of the note without the cosignatures (RFC 3161)."""

    authority = serializers.CharField(help_text="URL")
    stamped_at = serializers.DateTimeField()
    token = serializers.SerializerMethodField(help_text="TimeStampResp, DER in Base64")

    def get_token(self, timestamp: CheckpointTimestamp) -> str:
        return base64.b64encode(bytes(timestamp.token)).decode()


class CheckpointOut(serializers.Serializer[Checkpoint]):
    """One signed state of the log."""

    id = serializers.UUIDField()
    log = serializers.CharField(source="log.origin", help_text="origin")
    size = serializers.IntegerField(help_text="leaves")
    root_hash = HashField(source="root")
    signed_at = serializers.DateTimeField()
    note = serializers.SerializerMethodField(help_text="C2SP tlog-checkpoint, with cosignatures")
    cosignatures = CosignatureOut(many=True)
    timestamp = TimestampOut(allow_null=True)

    def get_note(self, checkpoint: Checkpoint) -> str:
        return cosigned_note(checkpoint).decode()


class TreeOut(serializers.Serializer[TreeState]):
    """The tree over the first `size` leaves."""

    size = serializers.IntegerField()
    root_hash = HashField(source="root")
    checkpoint = serializers.SerializerMethodField(
        help_text="the signed note of that size; null: none was signed"
    )

    def get_checkpoint(self, tree: TreeState) -> str | None:
        return None if tree.checkpoint is None else cosigned_note(tree.checkpoint).decode()


class InclusionProofOut(serializers.Serializer[InclusionProof]):
    """RFC 9162 section 2.1.3."""

    log = serializers.CharField(source="log.origin", help_text="origin")
    entry = serializers.UUIDField(source="entry_id")
    index = serializers.IntegerField()
    leaf_hash = HashField()
    tree = TreeOut()
    hashes = serializers.ListField(child=HashField(), help_text="from the leaf to the root")


class ConsistencyProofOut(serializers.Serializer[ConsistencyProof]):
    """RFC 9162 section 2.1.4."""

    log = serializers.CharField(source="log.origin", help_text="origin")
    old = TreeOut()
    new = TreeOut()
    hashes = serializers.ListField(child=HashField())
