"""What every page's frame shows: the navigation, whether demo data are loaded, and alarms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from governance.models import LedgerAlarm, Policy, User
from governance.selectors.motions import may_read_motions


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the bar. `url_name`: of an address that the wiring knows; `permissions`: any
    of them is enough to be shown it, none for everybody who is signed in. `shown_to`: decides
    instead, where it is not for permissions alone to say."""

    label: StrOrPromise
    url_name: str
    icon: str
    permissions: tuple[str, ...] = ()
    shown_to: Callable[[User], bool] | None = None

    def is_for(self, person: User) -> bool:
        if self.shown_to is not None:
            return self.shown_to(person)
        return not self.permissions or any(map(person.has_perm, self.permissions))


NAVIGATION = (
    NavEntry(_("Dashboard"), "reviews:dashboard", "overview"),
    NavEntry(_("Queues"), "reviews:queues", "queue"),
    NavEntry(_("Decisions"), "reviews:decisions", "decision", ("reviews.view_every_decision",)),
    NavEntry(_("Policies"), "policies:list", "policy", ("governance.view_policyversion",)),
    NavEntry(_("Lab"), "reviews:lab", "filter", ("reviews.view_every_decision",)),
    NavEntry(_("Motions"), "motions:list", "people", shown_to=may_read_motions),
    NavEntry(
        _("Contestations"),
        "reviews:contestations",
        "people",
        ("reviews.view_contestation",),
    ),
    NavEntry(
        _("Qualifications"), "reviews:qualifications", "user", ("governance.view_qualification",)
    ),
    NavEntry(
        _("Away"),
        "reviews:delegations",
        "people",
        ("governance.delegate_right",),
    ),
    NavEntry(
        _("Reports"),
        "reports:list",
        "report",
        ("governance.view_reportrun", "governance.issue_report"),
    ),
    NavEntry(
        _("Evidence"),
        "bundles:list",
        "seal",
        ("governance.issue_bundle", "governance.view_evidencebundle"),
    ),
    NavEntry(_("Administration"), "admin:index", "admin", ("governance.use_admin",)),
    NavEntry(_("API"), "docs", "external"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav`, `demo_loaded` and `ledger_alarms`, for signed-in people; what a
    page does not show costs it no query."""
    person = getattr(request, "user", None)
    demo_loaded = cache(_demo_loaded)  # a page asks more than once
    if not isinstance(person, User):
        return {"nav": [], "demo_loaded": demo_loaded, "ledger_alarms": []}
    return {
        "nav": _navigation(person, request.path),
        "demo_loaded": demo_loaded,
        "ledger_alarms": partial(_ledger_alarms, person),
    }


def _navigation(person: User, path: str) -> list[dict[str, Any]]:
    entries = [(entry, reverse(entry.url_name)) for entry in NAVIGATION if entry.is_for(person)]
    return [
        {
            "label": entry.label,
            "url": url,
            "icon": entry.icon,
            "current": path == url or (url != "/" and path.startswith(url)),
        }
        for entry, url in entries
    ]


def _demo_loaded() -> bool:
    return Policy.objects.filter(is_demo=True).exists()


def _ledger_alarms(person: User) -> list[LedgerAlarm]:
    """The ledger's open alarms, for those who may see the ledger."""
    if not person.has_perm("governance.view_ledgerentry"):
        return []
    return list(LedgerAlarm.objects.open().order_by("raised_at"))
