"""Industry templates: what there is, what one says, loading it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.fields import StrictSerializer, TextField
from governance.api.idempotency import idempotent
from governance.api.permissions import has_perm
from governance.api.views import ApiView, valid
from reviews.industries import IndustryTemplate, names, template_named
from reviews.industries.words import examples_of, rules_of
from reviews.selectors.template_standing import Kind, Part, State, standing_of
from reviews.services.templates import PERMISSION, check_standing, load_template

VIEW = "governance.view_policy"


class TemplateSystemOut(serializers.Serializer[Any]):
    """One AI system of a template."""

    slug = serializers.CharField()
    name = serializers.CharField()
    mode = serializers.CharField(source="any_rules.mode.value", help_text="hitl, hotl or hic")
    risk_class = serializers.CharField(help_text="that follows from the template's answers")
    because = serializers.CharField(help_text="why that class")
    policy = serializers.CharField(source="policy_slug")
    decision_types = serializers.SerializerMethodField()

    def get_decision_types(self, system: Any) -> list[str]:
        return [kind.slug for kind in system.decision_types]


class TemplateOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    sha256 = serializers.CharField(help_text="of the template's files, hex")
    systems = TemplateSystemOut(many=True)


class TemplatesOut(serializers.Serializer[Any]):
    templates = TemplateOut(many=True)


class PartOut(serializers.Serializer[Any]):
    """One part of a template, as it stands in this installation."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    slug = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in State])
    detail = serializers.CharField(help_text="in what it differs, or since when it waits")
    motion = serializers.UUIDField(allow_null=True, help_text="what a second person votes on")


class TemplateRuleOut(serializers.Serializer[Any]):
    title = serializers.CharField()
    says = serializers.CharField()
    reason = serializers.CharField()


class TemplateExampleOut(serializers.Serializer[Any]):
    title = serializers.CharField()
    decision = serializers.CharField()
    disposition = serializers.CharField()
    route = serializers.CharField()
    why = serializers.ListField(child=serializers.CharField())


class TemplatePreviewOut(serializers.Serializer[Any]):
    """What the policy of one system of a template says, and where its examples go."""

    system = serializers.CharField()
    policy_text = serializers.CharField()
    rules = TemplateRuleOut(many=True)
    examples = TemplateExampleOut(many=True)


class WholeTemplateOut(TemplateOut):
    parts = PartOut(many=True)
    previews = TemplatePreviewOut(many=True)


class LoadTemplateIn(StrictSerializer):
    organisation = TextField(
        max_length=200, required=False, default="", allow_blank=True, help_text="whose system it is"
    )
    check = serializers.BooleanField(
        default=False, help_text="say what would be made, and change nothing"
    )


class LoadedOut(serializers.Serializer[Any]):
    template = serializers.CharField()
    sha256 = serializers.CharField()
    parts = PartOut(many=True)


class Templates(ApiView):
    """GET templates: 200 all of them; there are few, and they come with the release."""

    permission_classes = [has_perm(VIEW)]

    @extend_schema(
        operation_id="list_templates",
        summary="List industry templates",
        responses={200: TemplatesOut},
    )
    def get(self, request: Request) -> Response:
        """The industry templates of this release, by name."""
        found = [template_named(name) for name in names()]
        return Response(TemplatesOut({"templates": found}).data)


class OneTemplate(ApiView):
    """GET templates/{slug}: 200 what it says, and how it stands here | 404."""

    permission_classes = [has_perm(VIEW)]

    @extend_schema(
        operation_id="show_template",
        summary="Show an industry template",
        responses={200: WholeTemplateOut},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Its systems, the rules in words, the examples with their route, and what is there."""
        template = template_named(slug)
        previews = [
            {
                "system": system.slug,
                "policy_text": system.policy_text,
                "rules": [rule._asdict() for rule in rules_of(system)],
                "examples": [example._asdict() for example in examples_of(system)],
            }
            for system in template.systems
        ]
        body = TemplateOut(template).data | {
            "parts": PartOut(standing_of(template), many=True).data,
            "previews": previews,
        }
        return Response(body)


class LoadTemplate(ApiView):
    """POST templates/{slug}/load: 201 made | 200 nothing to make | 403 | 404 | 409 differs."""

    permission_classes = [has_perm(PERMISSION)]

    @extend_schema(
        operation_id="load_template",
        summary="Load an industry template",
        request=LoadTemplateIn,
        responses={200: LoadedOut, 201: LoadedOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Make what is missing, as drafts owned by you, and put forward what takes two people: the
        policy's text, decision rights and mandates. Until they are approved nothing passes."""
        template = template_named(slug)
        values = valid(LoadTemplateIn, request)
        if values["check"]:
            parts = standing_of(template)
            check_standing(parts)
            return _answer(template, parts, 200)
        before = standing_of(template)
        parts = load_template(
            template=template,
            owner=self.person,
            organisation=values["organisation"],
            now=timezone.now(),
        )
        is_new = any(part.state is State.MISSING for part in before)
        return _answer(template, parts, 201 if is_new else 200)


def _answer(template: IndustryTemplate, parts: list[Part], status: int) -> Response:
    body = {"template": template.slug, "sha256": template.sha256, "parts": parts}
    return Response(LoadedOut(body).data, status=status)
