"""The draft of a policy's next version: reading, saving, putting forward, discarding."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.idempotency import idempotent
from governance.api.motion_serializers import MotionOut
from governance.api.motions import accepted
from governance.api.permissions import has_perm
from governance.api.preconditions import etag, seen_revision
from governance.api.serializers import DraftIn, DraftOut, ReasonIn
from governance.api.views import ApiView, valid
from governance.models import Policy, PolicyDraft
from governance.services.motions import move
from governance.services.policies import examine_text, newest_number
from governance.services.policy_drafts import discard_draft, save_draft, seen_draft
from models_registry.models.decision_type import policy_schemas
from models_registry.motions import policies

_PUBLISH = "governance.publish_policyversion"
_IF_MATCH = OpenApiParameter("If-Match", str, "header", description="the draft's ETag")


class Draft(ApiView):
    """GET policies/{slug}/draft: 200 | 404. POST: 201 new | 200 saved | 404 | 412 another saved
    meanwhile | 422."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        needed = _PUBLISH if self.request.method == "POST" else "governance.view_policydraft"
        return [has_perm(needed)()]

    @extend_schema(
        operation_id="read_policy_draft", summary="Read a draft", responses={200: DraftOut}
    )
    def get(self, request: Request, slug: str) -> Response:
        """The text as it was saved last, with its faults and what else is worth a look."""
        return _shown(PolicyDraft.objects.open().select_related("policy").get(policy__slug=slug))

    @extend_schema(
        operation_id="save_policy_draft",
        summary="Save a draft",
        parameters=[_IF_MATCH],
        request=DraftIn,
        responses={200: DraftOut, 201: DraftOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Keep a text, with or without faults. The first save of a draft needs no `If-Match`."""
        revision = seen_revision(request, may_be_new=True)
        draft = save_draft(
            policy=Policy.objects.get(slug=slug),
            **valid(DraftIn, request),
            revision=revision,
            author=self.person,
            now=timezone.now(),
        )
        return _shown(draft, status=200 if revision else 201)


class DiscardDraft(ApiView):
    """POST policies/{slug}/draft/discard: 200 | 404 | 412 another saved meanwhile | 428."""

    permission_classes = [has_perm(_PUBLISH)]

    @extend_schema(
        operation_id="discard_policy_draft",
        summary="Discard a draft",
        parameters=[_IF_MATCH],
        request=None,
        responses={200: DraftOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Its text stays in the record, and the next save begins a new draft."""
        draft = discard_draft(
            policy=Policy.objects.get(slug=slug),
            revision=seen_revision(request),
            person=self.person,
            now=timezone.now(),
        )
        return _shown(draft)


class PublishDraft(ApiView):
    """POST policies/{slug}/draft/publish: 202 | 404 | 409 unchanged, other version | 412 | 422 |
    428."""

    permission_classes = [has_perm(_PUBLISH)]

    @extend_schema(
        operation_id="publish_policy_draft",
        summary="Move to publish a draft",
        parameters=[_IF_MATCH],
        request=ReasonIn,
        responses={202: MotionOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Put the draft forward. It stays open until a second person has approved exactly its
        text."""
        policy = Policy.objects.get(slug=slug)
        draft = seen_draft(policy, seen_revision(request))
        motion = move(
            act=policies.NAME,
            content=policies.content_of(policy, draft.text, base=draft.base),
            reason=valid(ReasonIn, request)["reason"],
            mover=self.person,
            now=timezone.now(),
        )
        return accepted(motion)


def _shown(draft: PolicyDraft, status: int = 200) -> Response:
    found = examine_text(draft.text, policy_schemas(draft.policy))
    told: Any = draft
    told.newest = newest_number(draft.policy)
    told.problems, told.warnings = found.problems, found.warnings
    return Response(DraftOut(told).data, status, headers={"ETag": etag(draft.revision)})
