"""AI systems, their classification and their versions."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.idempotency import idempotent
from governance.api.pagination import page_of
from governance.api.permissions import has_perm
from governance.api.views import ApiView, valid
from models_registry.api.lookup import named
from models_registry.api.serializers import (
    AnswersIn,
    ClassificationOut,
    SystemIn,
    SystemOut,
    SystemStatusIn,
    VersionIn,
    VersionOut,
    VersionStatusIn,
)
from models_registry.models import AISystem, ModelVersion
from models_registry.services.classifying import classify_system
from models_registry.services.registering import change_status, register_system
from models_registry.services.versions import add_version, change_version_status


class Systems(ApiView):
    """GET systems: 200 a page. POST: 201 | 400 | 409 slug taken."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        may = "manage_aisystem" if self.request.method == "POST" else "view_aisystem"
        return [has_perm(f"models_registry.{may}")()]

    @extend_schema(
        operation_id="list_systems", summary="List AI systems", responses=SystemOut(many=True)
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        return page_of(AISystem.objects.select_related("owner"), SystemOut, self)

    @extend_schema(
        operation_id="register_system",
        summary="Register an AI system",
        request=SystemIn,
        responses={201: SystemOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Enter a draft, owned by whoever registers it."""
        values = valid(SystemIn, request)
        values["roles"] = [AISystem.Role(role) for role in values["roles"]]
        system = register_system(**values, owner=self.person, actor=self.actor, now=timezone.now())
        return Response(SystemOut(system).data, status=201)


class SystemStatus(ApiView):
    """POST systems/{slug}/status: 200 | 404 | 409 does not follow, not classified, prohibited."""

    permission_classes = [has_perm("models_registry.manage_aisystem")]

    @extend_schema(
        operation_id="change_system_status",
        summary="Change the status of an AI system",
        request=SystemStatusIn,
        responses=SystemOut,
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Draft, registered, in service, suspended, retired: one step at a time."""
        system = change_status(
            system=AISystem.objects.get(slug=slug),
            status=AISystem.Status(valid(SystemStatusIn, request)["status"]),
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(SystemOut(system).data)


class Classify(ApiView):
    """POST systems/{slug}/classification: 201 | 404 | 422 unknown or missing answers."""

    permission_classes = [has_perm("models_registry.classify_aisystem")]

    @extend_schema(
        operation_id="classify_system",
        summary="Answer the classification questionnaire",
        request=AnswersIn,
        responses={201: ClassificationOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Risk class, flags, tasks and duties under the law version of the questionnaire."""
        classification = classify_system(
            system=AISystem.objects.get(slug=slug),
            answers=valid(AnswersIn, request)["answers"],
            author=self.person,
            now=timezone.now(),
        )
        return Response(ClassificationOut(classification).data, status=201)


class Versions(ApiView):
    """GET model-versions: 200 a page. POST: 201 | 400 | 409 version taken | 422 unknown system."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        may = "manage_aisystem" if self.request.method == "POST" else "view_modelversion"
        return [has_perm(f"models_registry.{may}")()]

    @extend_schema(
        operation_id="list_versions", summary="List model versions", responses=VersionOut(many=True)
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        return page_of(ModelVersion.objects.select_related("system"), VersionOut, self)

    @extend_schema(
        operation_id="add_version",
        summary="Add a model version",
        request=VersionIn,
        responses={201: VersionOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Enter a candidate."""
        values = valid(VersionIn, request)
        system = named(AISystem.objects.all(), values.pop("system"), "/system")
        version = add_version(system=system, **values, actor=self.actor, now=timezone.now())
        return Response(VersionOut(version).data, status=201)


class VersionStatus(ApiView):
    """POST model-versions/{id}/status: 200 | 404 | 409 does not follow."""

    permission_classes = [has_perm("models_registry.manage_aisystem")]

    @extend_schema(
        operation_id="change_version_status",
        summary="Change the status of a model version",
        request=VersionStatusIn,
        responses=VersionOut,
    )
    @idempotent
    def post(self, request: Request, version_id: UUID) -> Response:
        """Candidate, approved, in service, withdrawn: one step at a time."""
        version = change_version_status(
            version=ModelVersion.objects.get(pk=version_id),
            status=ModelVersion.Status(valid(VersionStatusIn, request)["status"]),
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(VersionOut(version).data)
