"""Policies: making, checking, publishing. Here, because a text is checked against the decision
types that it will rule."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.idempotency import idempotent
from governance.api.motion_serializers import MotionOut
from governance.api.motions import accepted
from governance.api.pagination import page_of
from governance.api.permissions import has_perm
from governance.api.serializers import (
    PolicyChecked,
    PolicyIn,
    PolicyOut,
    PolicyTextIn,
    PolicyVersionOut,
    PublishIn,
    ReasonIn,
)
from governance.api.views import ApiView, valid
from governance.models import Policy, PolicyVersion
from governance.services.motions import move
from governance.services.policies import check_text, create_policy, examine_text
from models_registry.models.decision_type import policy_schemas
from models_registry.motions import policies


class Policies(ApiView):
    """GET policies: 200 a page. POST: 201 | 400 | 409 slug taken."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        may = "add_policy" if self.request.method == "POST" else "view_policy"
        return [has_perm(f"governance.{may}")()]

    @extend_schema(
        operation_id="list_policies", summary="List policies", responses=PolicyOut(many=True)
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        return page_of(Policy.objects.select_related("owner"), PolicyOut, self)

    @extend_schema(
        operation_id="create_policy",
        summary="Create a policy",
        request=PolicyIn,
        responses={201: PolicyOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """A policy without a version yet: what it rules is blocked until one is published."""
        policy = create_policy(
            **valid(PolicyIn, request), owner=self.person, actor=self.actor, now=timezone.now()
        )
        return Response(PolicyOut(policy).data, status=201)


class PolicyVersions(ApiView):
    """GET policies/{slug}/versions: 200 a page | 404. POST: 202 | 404 | 409 unchanged or other
    version | 422."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        may = "publish" if self.request.method == "POST" else "view"
        return [has_perm(f"governance.{may}_policyversion")()]

    @extend_schema(
        operation_id="list_policy_versions",
        summary="List the versions of a policy",
        responses=PolicyVersionOut(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Newest first."""
        versions = PolicyVersion.objects.filter(policy=Policy.objects.get(slug=slug))
        return page_of(versions.select_related("policy"), PolicyVersionOut, self)

    @extend_schema(
        operation_id="publish_policy_version",
        summary="Move to publish a version",
        request=PublishIn,
        responses={202: MotionOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Put a text forward, checked against every decision type it rules. It is published when
        a second person approves it, and never changes again."""
        policy = Policy.objects.get(slug=slug)
        values = valid(PublishIn, request)
        motion = move(
            act=policies.NAME,
            content=policies.content_of(policy, values["text"], base=values.get("base")),
            reason=values["reason"],
            mover=self.person,
            now=timezone.now(),
        )
        return accepted(motion)


class ValidatePolicy(ApiView):
    """POST policies/{slug}/validate: 200 it could be published | 404 | 422 each fault, placed."""

    permission_classes = [has_perm("governance.view_policyversion")]

    @extend_schema(
        operation_id="validate_policy",
        summary="Check a text",
        request=PolicyTextIn,
        responses=PolicyChecked,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Whether a text could be published as it stands. Changes nothing."""
        policy = Policy.objects.get(slug=slug)
        text, schemas = valid(PolicyTextIn, request)["text"], policy_schemas(policy)
        rules = check_text(text, schemas)
        body = {
            "title": rules.title,
            "mode": rules.mode.value,
            "rules": len(rules.rules),
            "sha256": rules.sha256,
            "warnings": examine_text(text, schemas).warnings,
        }
        return Response(PolicyChecked(body).data)


class PublishAgain(ApiView):
    """POST policies/{slug}/versions/{number}/again: 202 | 404 | 409 unchanged | 422."""

    permission_classes = [has_perm("governance.publish_policyversion")]

    @extend_schema(
        operation_id="publish_policy_version_again",
        summary="Move to publish an old text again",
        request=ReasonIn,
        responses={202: MotionOut},
    )
    @idempotent
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Roll back: put an earlier version's text forward as the next version. It is checked
        against the decision types and queues of today."""
        policy = Policy.objects.get(slug=slug)
        values = valid(ReasonIn, request)
        motion = move(
            act=policies.NAME,
            content=policies.content_of_again(policy, number),
            reason=values["reason"],
            mover=self.person,
            now=timezone.now(),
        )
        return accepted(motion)
