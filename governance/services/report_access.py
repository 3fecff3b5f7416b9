"""Which reports and systems a person may see."""

from __future__ import annotations

from django.db.models import F, QuerySet

from governance.models import ReportRun, User
from governance.reports.sources import GovernedSystem, governed_systems

READ_EVERY_REPORT = "governance.view_reportrun"
ISSUE_REPORTS = "governance.issue_report"


def reportable_systems(user: User) -> list[GovernedSystem]:
    """The systems whose reports `user` may ask for and read: all of them, or those they own."""
    if user.has_perm(READ_EVERY_REPORT):
        return governed_systems()
    if user.has_perm(ISSUE_REPORTS):
        return [system for system in governed_systems() if system.owner_id == user.pk]
    return []


def readable_reports(user: User) -> QuerySet[ReportRun]:
    """The report runs `user` may read, with the hashes of those that are done.

    Doors start here, so that others' reports answer 404.
    """
    runs = ReportRun.objects.select_related("requested_by", "progress", "approval").annotate(
        json_sha256=F("document__json_sha256"), pdf_sha256=F("document__pdf_sha256")
    )
    if user.has_perm(READ_EVERY_REPORT):
        return runs
    return runs.filter(system__in=[system.slug for system in reportable_systems(user)])


def may_read_reports(user: User) -> bool:
    return user.has_perm(READ_EVERY_REPORT) or user.has_perm(ISSUE_REPORTS)
