"""Queues and who reviews them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done
from governance.admin.base import RecordedAdmin, person_of
from governance.admin.show import listing, row_link, simulated_mark
from governance.models import Actor, User
from reviews.admin.ladders import drawn
from reviews.models import Queue, QueueMembership
from reviews.services.ladders import rules_of_queue
from reviews.services.queues import add_member, create_queue, open_or_close_queue, remove_member


class CloseQueue(Act):
    name = "close"
    label = _("Close the queue")
    explanation = _("It takes no more cases. Those that wait in it stay.")
    permission = "reviews.change_queue"
    is_grave = True

    def fits(self, row: Queue) -> bool:
        return row.is_open

    def carry_out(self, row: Queue, form: Any, *, person: User, now: datetime) -> Done:
        open_or_close_queue(queue=row, is_open=False, actor=Actor.of(person), now=now)
        return Done(gettext("The queue takes no more cases."))


class OpenQueue(Act):
    name = "open"
    label = _("Open the queue")
    explanation = _("It takes cases again.")
    permission = "reviews.change_queue"

    def fits(self, row: Queue) -> bool:
        return not row.is_open

    def carry_out(self, row: Queue, form: Any, *, person: User, now: datetime) -> Done:
        open_or_close_queue(queue=row, is_open=True, actor=Actor.of(person), now=now)
        return Done(gettext("The queue takes cases again."))


@admin.register(Queue)
class QueueAdmin(RecordedAdmin):
    list_display = [
        "name",
        "slug",
        "is_open",
        "escalates_to",
        "ladder",
        "rung_within",
        "lease_within",
        "size",
    ]
    list_select_related = ["escalates_to", "ladder"]
    list_filter = ["is_open"]
    search_fields = ["name", "slug"]
    search_help_text = _("Name or slug")
    ordering = ["name"]
    add_fields = ["slug", "name", "escalates_to", "ladder", "rung_within", "lease_within"]
    change_fields = ["name", "escalates_to", "ladder", "rung_within", "lease_within"]
    shown_fields = ["slug", "is_open", "late_cases", "members"]
    acts = [CloseQueue(), OpenQueue()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queues: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = queues.annotate(member_count=Count("memberships"))
        return counted

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> Queue:
        return create_queue(**form.cleaned_data, actor=Actor.of(person), now=now)

    @admin.display(description=_("reviewers"))
    def size(self, row: Any) -> int:
        count: int = row.member_count
        return count

    @admin.display(description=_("what becomes of late cases"))
    def late_cases(self, row: Queue) -> str:
        rules = rules_of_queue(row)
        if rules is None:
            return gettext("They end as the policy says: no rung stands above.")
        return drawn(rules)

    @admin.display(description=_("reviewers"))
    def members(self, row: Queue) -> str:
        held = row.memberships.select_related("person", "queue").order_by("person__display_name")
        return listing(row_link(membership) for membership in held)


@admin.register(QueueMembership)
class QueueMembershipAdmin(RecordedAdmin):
    """Who reviews which queue: added and taken away, never edited."""

    list_display = ["person", "queue", "simulated"]
    list_select_related = ["person", "queue"]
    list_filter = ["queue"]
    search_fields = ["person__username", "person__display_name"]
    search_help_text = _("Name or user name")
    ordering = ["queue__name", "person__display_name"]
    add_fields = ["queue", "person"]
    shown_fields = ["queue", "person", "simulated"]
    delete_perm = None

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> QueueMembership:
        values = form.cleaned_data
        actor = Actor.of(person)
        return add_member(queue=values["queue"], person=values["person"], actor=actor, now=now)

    def delete_model(self, request: HttpRequest, obj: QueueMembership) -> None:
        actor = Actor.of(person_of(request))
        remove_member(membership=obj, actor=actor, now=timezone.now())

    @admin.display(description=_("mark"))
    def simulated(self, row: QueueMembership) -> str:
        return simulated_mark(row.person.is_simulated)
