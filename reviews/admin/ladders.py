"""Ladders: read as a picture, and changed by publishing the next version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done
from governance.admin.base import RecordedAdmin, person_of
from governance.admin.show import listing, row_link, text_block
from governance.models import Actor, User
from reviews.ladders import LadderRules, also_climbs_when, explain
from reviews.models import Ladder
from reviews.services.ladder_versions import create_ladder, publish_ladder


class _Text(forms.CharField):
    """With the line ends that the text had: browsers send others."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


def _text_field() -> forms.CharField:
    return _Text(
        label=_("Text"),
        help_text=_("YAML or JSON: version, rungs, and how it ends"),
        widget=forms.Textarea(attrs={"rows": 20, "cols": 80, "spellcheck": "false"}),
        strip=False,
    )


class _NewLadder(forms.ModelForm):  # type: ignore[type-arg]
    text = _text_field()


class _NextVersion(forms.Form):
    text = _text_field()


class PublishLadder(Act):
    name = "publish"
    label = _("Publish the next version")
    explanation = _("It holds for cases that open from now on. Open cases keep the one they have.")
    permission = "reviews.change_queue"

    def form(self, row: Ladder, data: Any) -> forms.Form:
        return _NextVersion(data, initial={"text": row.versions.latest("number").text})

    def carry_out(self, row: Ladder, form: Any, *, person: User, now: datetime) -> Done:
        version = publish_ladder(
            ladder=row, text=form.cleaned_data["text"], actor=Actor.of(person), now=now
        )
        return Done(gettext("Version %d holds from now on.") % version.number)


@admin.register(Ladder)
class LadderAdmin(RecordedAdmin):
    list_display = ["name", "slug", "newest"]
    search_fields = ["name", "slug"]
    search_help_text = _("Name or slug")
    ordering = ["name"]
    add_form = _NewLadder
    add_fields = ["slug", "name", "text"]
    change_fields = ["name"]
    shown_fields = ["slug", "picture", "queues_that_use_it", "text_shown", "earlier"]
    # Who changes queues changes what becomes of their cases.
    add_perm = "reviews.change_queue"
    change_perm = "reviews.change_queue"
    acts = [PublishLadder()]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person_of(request).has_perm("reviews.view_queue")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        ladders: QuerySet[Any] = super().get_queryset(request)
        numbered: QuerySet[Any] = ladders.annotate(newest_number=Max("versions__number"))
        return numbered

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> Ladder:
        return create_ladder(**form.cleaned_data, actor=Actor.of(person), now=now)

    @admin.display(description=_("newest version"))
    def newest(self, row: Any) -> str:
        return f"v{row.newest_number}"

    @admin.display(description=_("from the ground up"))
    def picture(self, row: Ladder) -> str:
        return drawn(row.versions.latest("number").rules)

    @admin.display(description=_("queues that use it"))
    def queues_that_use_it(self, row: Ladder) -> str:
        return listing(row_link(queue) for queue in row.queues.order_by("name"))

    @admin.display(description=_("text of the newest version"))
    def text_shown(self, row: Ladder) -> str:
        return text_block(row.versions.latest("number").text)

    @admin.display(description=_("versions"))
    def earlier(self, row: Ladder) -> str:
        versions = row.versions.order_by("-number")
        return listing(
            gettext("v%(number)d, %(at)s UTC")
            % {"number": one.number, "at": f"{one.published_at:%Y-%m-%d %H:%M}"}
            for one in versions
        )


def drawn(rules: LadderRules) -> str:
    """The ladder as a line of rungs, the end last."""
    steps = explain(rules)
    rungs = format_html_join(
        "",
        '<li data-tone="{}"><strong>{}</strong><br>{}</li>',
        (("bad" if step.is_end else "accent", step.when, " ".join(step.what)) for step in steps),
    )
    also = "; ".join(also_climbs_when(rules))
    return format_html(
        '<ol class="timeline">{}</ol><p class="muted small">{}</p>',
        rungs,
        gettext("A case climbs at once when %(also)s.") % {"also": also},
    )
