"""The log's checkpoints, and proofs against them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api import ledger_examples as examples
from governance.api.ledger_serializers import CheckpointOut, ConsistencyProofOut, InclusionProofOut
from governance.api.pagination import page_of, uuid_parameter
from governance.api.permissions import has_perm
from governance.api.views import ApiView
from governance.errors import DomainError, FieldError, InputInvalid
from governance.ledger.checkpoint import CheckpointMalformed, parse_size
from governance.ledger.tree_rows import current_log
from governance.models import Leaf, LedgerEntry, Log
from governance.selectors.proofs import prove_consistency, prove_inclusion
from governance.selectors.published import checkpoints_of, published_size, with_cosignatures

_MAY_SEE = [has_perm("governance.view_ledgerentry")]


class EntryNotSealed(DomainError):
    code = "entry_not_sealed"
    status = 404
    title = "The entry has no place in a published tree yet"


class Checkpoints(ApiView):
    """GET ledger/checkpoints: 200 a page of checkpoints, newest first."""

    permission_classes = _MAY_SEE

    @extend_schema(
        operation_id="list_checkpoints",
        summary="Read the ledger's checkpoints",
        parameters=[
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: CheckpointOut(many=True)},
        examples=[examples.CHECKPOINT],
    )
    def get(self, request: Request) -> Response:
        """Signed states of the log with their cosignatures; the newest is at /ledger/checkpoint."""
        checkpoints = with_cosignatures(checkpoints_of(settings.COUNTERSIGN_LOG_ORIGIN))
        return page_of(checkpoints.select_related("timestamp"), CheckpointOut, self)


class InclusionProofs(ApiView):
    """GET ledger/proofs/inclusion: 200 the proof | 400 | 404 | 422 beyond what is published."""

    permission_classes = _MAY_SEE

    @extend_schema(
        operation_id="prove_inclusion",
        summary="Prove that an entry is in the ledger",
        parameters=[
            OpenApiParameter("entry", UUID, description="the entry's id; this or `index`"),
            OpenApiParameter("index", int, description="the leaf's place, from 0"),
            OpenApiParameter("size", int, description="of the tree; the newest published one"),
        ],
        responses={200: InclusionProofOut},
        examples=[examples.INCLUSION],
    )
    def get(self, request: Request) -> Response:
        """Check it as RFC 9162 section 2.1.3.2 says, against the root of a signed checkpoint."""
        leaf = _leaf(request)
        published = published_size(leaf.log.origin)
        size = _number(request, "size")
        if size is None:
            size = published
            if leaf.index >= size:
                raise EntryNotSealed("It is sealed, and the checkpoint that shows it comes soon")
        _check_published(("size", size), published)
        if leaf.index >= size:
            _refuse("size", f"The leaf {leaf.index} is not among the first {size}.")
        return Response(InclusionProofOut(prove_inclusion(leaf, size)).data)


class ConsistencyProofs(ApiView):
    """GET ledger/proofs/consistency: 200 the proof | 400 | 404 | 422 beyond what is published."""

    permission_classes = _MAY_SEE

    @extend_schema(
        operation_id="prove_consistency",
        summary="Prove that the ledger only grew",
        parameters=[
            OpenApiParameter("old", int, required=True, description="size of the older tree"),
            OpenApiParameter("new", int, description="of the newer; the newest published one"),
        ],
        responses={200: ConsistencyProofOut},
        examples=[examples.CONSISTENCY],
    )
    def get(self, request: Request) -> Response:
        """Check it as RFC 9162 section 2.1.4.2 says, against the roots of two checkpoints."""
        old, new = _number(request, "old"), _number(request, "new")
        if old is None:
            raise serializers.ValidationError({"old": ["Is needed."]})
        log = _log()
        published = published_size(log.origin)
        new = published if new is None else new
        _check_published(("new", new), published)
        if old > new:
            _refuse("old", f"The tree of {new} leaves does not extend one of {old}.")
        return Response(ConsistencyProofOut(prove_consistency(log, old, new)).data)


def _leaf(request: Request) -> Leaf:
    given = [name for name in ("entry", "index") if name in request.query_params]
    if len(given) != 1:
        raise serializers.ValidationError({"entry": ["Name either an entry or an index."]})
    leaves = Leaf.objects.select_related("log")
    if given == ["index"]:
        leaf = leaves.filter(log=_log(), index=_number(request, "index") or 0).first()
    else:
        entry = uuid_parameter(request, "entry")
        leaf = leaves.filter(entry_id=entry).first()
        if leaf is None and LedgerEntry.objects.filter(pk=entry).exists():
            raise EntryNotSealed("It is entered and awaits its seal")
    if leaf is None:
        raise NotFound("There is no such leaf.")
    return leaf


def _log() -> Log:
    try:
        return current_log()
    except Log.DoesNotExist as fault:
        raise NotFound("Nothing is sealed yet.") from fault


def _number(request: Request, name: str) -> int | None:
    if name not in request.query_params:
        return None
    try:
        return parse_size(request.query_params[name])
    except CheckpointMalformed as fault:
        raise serializers.ValidationError(
            {name: ["Must be a whole number from 0 to 2^63 - 1."]}
        ) from fault


def _check_published(asked: tuple[str, Any], published: int) -> None:
    name, size = asked
    if size > published:
        _refuse(name, f"Only {published} leaves are published.")


def _refuse(name: str, detail: str) -> None:
    raise InputInvalid("There is no such proof", errors=[FieldError(f"/{name}", detail)])
