"""Delegations of everybody: made by those whose rights they are, ended here where need be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done
from governance.admin.base import ReadOnlyAdmin
from governance.admin.show import row_link
from governance.models import Delegation, User
from reviews.services.delegating import revoke_delegation


class RevokeDelegation(Act):
    # Not "revoke": that one is of API keys, and each name stands for one act.
    name = "revoke-delegation"
    label = _("Revoke")
    explanation = _(
        "The delegate can rule for the other no more, nor can whoever they lent it on to. Cases "
        "they hold under it go back to their queues."
    )
    permission = "governance.revoke_delegation"
    is_grave = True

    def fits(self, row: Delegation) -> bool:
        return _is_live(row, timezone.now())

    def carry_out(self, row: Delegation, form: Any, *, person: User, now: datetime) -> Done:
        revoke_delegation(delegation_id=row.pk, by=person, now=now)
        return Done(gettext("The delegation was revoked."))


@admin.register(Delegation)
class DelegationAdmin(ReadOnlyAdmin):
    list_display = [
        "delegate", "delegator", "system", "decision_type", "valid_from", "valid_until", "live",
    ]  # fmt: skip
    list_select_related = ["delegator", "delegate"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "system"]
    search_fields = [
        "delegator__username", "delegator__display_name", "delegate__username",
        "delegate__display_name",
    ]  # fmt: skip
    search_help_text = _("Name or user name of either")
    ordering = ["-valid_from"]
    fields = [
        "delegate", "delegator", "lent_on", "system", "decision_type", "max_impact", "reason",
        "valid_from", "valid_until", "revoked_at", "live",
    ]  # fmt: skip
    acts = [RevokeDelegation()]

    @admin.display(description=_("lent on under"))
    def lent_on(self, row: Delegation) -> str:
        return row_link(row.parent)

    @admin.display(description=_("live"), boolean=True)
    def live(self, row: Delegation) -> bool:
        return _is_live(row, timezone.now())


def _is_live(row: Delegation, now: datetime) -> bool:
    return row.revoked_at is None and row.valid_until is not None and row.valid_until > now
