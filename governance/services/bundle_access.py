"""Who may ask for evidence bundles, see that they were made, and have their files."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from governance.evidence.registry import Asked, Scope, scope_of
from governance.models import EvidenceBundle, User

ISSUE_BUNDLES = "governance.issue_bundle"
VIEW_BUNDLES = "governance.view_evidencebundle"


def may_see_bundles(person: User) -> bool:
    return person.has_perm(ISSUE_BUNDLES) or person.has_perm(VIEW_BUNDLES)


def visible_bundles(person: User) -> QuerySet[EvidenceBundle]:
    """The bundles that `person` may know of: their own, or all for those who view them.

    Doors start here, so that others' answer 404.
    """
    bundles = EvidenceBundle.objects.select_related("requested_by", "progress")
    if person.has_perm(VIEW_BUNDLES):
        return bundles
    return bundles.filter(requested_by=person)


def scope_for(bundle: EvidenceBundle, at: datetime) -> Scope:
    """What belongs into a bundle for who asked for it, by their rights at `at`.

    Raises ObjectDoesNotExist, DomainError: what they could see or had a right to may have changed.
    """
    period = None
    if bundle.period_start is not None and bundle.period_end is not None:
        period = (bundle.period_start, bundle.period_end)
    asked = Asked(bundle.about_id, bundle.requested_by, at, period)
    return scope_of(bundle.about, asked)
