"""What those on the loop look at: audit rates, and passes that are still open to intervention."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from governance.models import User
from governance.policies import Disposition
from reviews.models import AuditRate, Case, Decision
from reviews.selectors.oversight import decision_types_of


def audit_rates_of(person: User, now: datetime) -> QuerySet[AuditRate]:
    """The rates of the decision types that `person` sees, with their figures."""
    types = decision_types_of(person, now).order_by().values("pk")
    return AuditRate.objects.filter(decision_type__in=types).select_related(
        "count", "decision_type__system", "policy_version__policy"
    )


def raised(rates: QuerySet[AuditRate]) -> QuerySet[AuditRate]:
    """Those that last went up, or have not come down since they started."""
    return rates.exclude(reason=AuditRate.Reason.PROVEN)


def with_errors(rates: QuerySet[AuditRate]) -> QuerySet[AuditRate]:
    """Those whose audits of the window found errors."""
    return rates.filter(count__errors__gt=0)


def still_open(windows: Iterable[tuple[UUID, timedelta]], now: datetime) -> QuerySet[Decision]:
    """Passes of these decision types within their windows that no case waits for and that nobody
    withdrew or reversed, the newest first."""
    within = Q(pk__in=[])
    for decision_type, window in windows:
        within |= Q(decision_type=decision_type, received_at__gt=now - window)
    waits = Case.objects.live().filter(decision=OuterRef("pk"))
    settled_otherwise = Case.objects.filter(
        Q(kind=Case.Kind.INTERVENTION) | ~Q(final_outcome=F("decision__outcome")),
        decision=OuterRef("pk"),
        state=Case.State.DECIDED,
    )
    return (
        Decision.objects.filter(
            within,
            evaluation__disposition=Disposition.PASS.value,
            withdrawal=None,
            reversal=None,
            contestations=None,
        )
        .exclude(Exists(waits))
        .exclude(Exists(settled_otherwise))
        .select_related("decision_type", "system", "evaluation__policy_version")
        .order_by("-id")
    )
