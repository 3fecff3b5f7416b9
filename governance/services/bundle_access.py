"""Who may ask for evidence bundles, see that they were made, and have their files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files import File
from django.db.models import QuerySet

from governance.errors import DomainError, NotPermitted
from governance.evidence.registry import Asked, Scope, scope_of
from governance.models import EvidenceBundle, User
from governance.services.bundle_files import open_file

ISSUE_BUNDLES = "governance.issue_bundle"
VIEW_BUNDLES = "governance.view_evidencebundle"


class BundleNotDone(DomainError):
    code = "bundle_not_done"
    status = 404
    title = "There is no file yet"


class BundleWithdrawn(DomainError):
    code = "bundle_withdrawn"
    status = 410
    title = "The bundle was withdrawn"


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
    """What belongs into a bundle for who asked for it, by their rights at `at`: these may change
    between the request, the making and a download.

    Raises NotPermitted, and what the rule of its kind raises: ObjectDoesNotExist for what the
    person cannot see, other DomainErrors.
    """
    if not bundle.requested_by.has_perm(ISSUE_BUNDLES):
        raise NotPermitted("Evidence bundles take the right to issue them")
    period = None
    if bundle.period_start is not None and bundle.period_end is not None:
        period = (bundle.period_start, bundle.period_end)
    asked = Asked(bundle.about_id, bundle.requested_by, at, period)
    return scope_of(bundle.about, asked)


def file_for(bundle: EvidenceBundle, *, person: User, now: datetime) -> File[Any]:
    """The finished zip, for the person whose rights it was made by, and who still has them.

    Raises NotPermitted for anybody else, BundleNotDone, BundleWithdrawn when content in it was
    erased since, and what `scope_for` raises.
    """
    if bundle.requested_by != person:
        raise NotPermitted("The file holds what the person may see who asked for it. Ask for yours")
    if bundle.state != EvidenceBundle.State.DONE:
        raise BundleNotDone(f"The bundle is {bundle.get_state_display()}")
    scope_for(bundle, now)
    file = open_file(bundle)
    if file is None:
        raise BundleWithdrawn("Content in it was erased since. Ask for a new one")
    return file
