"""Motions, votes and quorums: put forward and voted on elsewhere; here they are read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from governance.admin.base import ReadOnlyAdmin
from governance.admin.show import NOTHING, pretty_json
from governance.models import ActQuorum, Motion, MotionBallot
from governance.motions.registry import known_acts, title_of
from governance.motions.wording import quorum_in_words
from governance.quorum import QuorumRule


class ActFilter(admin.SimpleListFilter):
    title = _("act")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(act.name, title_of(act.name)) for act in known_acts()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(act=self.value()) if self.value() else queryset


@admin.register(Motion)
class MotionAdmin(ReadOnlyAdmin):
    list_display = ["summary", "act_called", "state", "moved_by", "moved_at", "expires_at"]
    list_select_related = ["moved_by"]
    list_filter = ["state", ActFilter]
    uuid_search = ["pk", "subject_id"]
    search_fields = ["subject_id"]
    search_help_text = _("The id of a motion or of what it is about")
    ordering = ["-moved_at"]
    fields = [
        "summary", "act_called", "state", "reason", "content_shown", "digest", "takes",
        "subject_type", "subject_id", "moved_by", "moved_at", "expires_at", "closed_at",
    ]  # fmt: skip

    @admin.display(description=_("act"), ordering="act")
    def act_called(self, row: Motion) -> str:
        return title_of(row.act)

    @admin.display(description=_("content"))
    def content_shown(self, row: Motion) -> str:
        return pretty_json(row.content)

    @admin.display(description=_("takes"))
    def takes(self, row: Motion) -> str:
        return quorum_in_words(QuorumRule.from_json(row.quorum))


@admin.register(MotionBallot)
class MotionBallotAdmin(ReadOnlyAdmin):
    """How somebody voted is shown when the motion is closed, here as everywhere."""

    list_display = ["motion", "voter", "vote", "cast_at"]
    list_select_related = ["motion", "voter"]
    uuid_search = ["motion_id"]
    search_fields = ["motion_id"]
    search_help_text = _("The id of a motion")
    ordering = ["-cast_at"]
    fields = ["motion", "voter", "vote", "why", "digest", "cast_at"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Not by what is sealed: a list of all who approved would tell."""
        return lookup in ("motion__id__exact", "voter__id__exact")

    @admin.display(description=_("vote"))
    def vote(self, row: MotionBallot) -> str:
        return str(_("sealed") if _is_sealed(row) else row.get_choice_display())

    @admin.display(description=_("reason"))
    def why(self, row: MotionBallot) -> str:
        return str(_("sealed")) if _is_sealed(row) else row.reason or NOTHING


@admin.register(ActQuorum)
class ActQuorumAdmin(ReadOnlyAdmin):
    """Quorums that a motion has set; the other acts take what they are delivered with."""

    list_display = ["act_called", "takes"]
    ordering = ["act"]
    fields = ["act_called", "act", "takes", "quorum_shown"]

    @admin.display(description=_("act"), ordering="act")
    def act_called(self, row: ActQuorum) -> str:
        return title_of(row.act)

    @admin.display(description=_("takes"))
    def takes(self, row: ActQuorum) -> str:
        return quorum_in_words(QuorumRule.from_json(row.quorum))

    @admin.display(description=_("quorum"))
    def quorum_shown(self, row: ActQuorum) -> str:
        return pretty_json(row.quorum)


def _is_sealed(row: MotionBallot) -> bool:
    return row.motion.state == Motion.State.PENDING
