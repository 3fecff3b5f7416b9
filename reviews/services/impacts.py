"""What is really at stake in a case, where the caller said something else."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, User
from reviews.ladders import Trigger
from reviews.models import Case, Escalation
from reviews.services.claiming import held_case
from reviews.services.climbing import climb
from reviews.services.staffing import check_staffing


@transaction.atomic
def correct_impact(*, case_id: UUID, reviewer: User, impact: Decimal, now: datetime) -> Case:
    """Keep what `reviewer`, who holds the case, says is at stake, in the type's unit.

    Whose right does not reach the higher of the two figures may not rule any more. Where its
    ladder says so the case climbs. The same figure again changes nothing.

    Raises what `claiming.held_case` raises, InputInvalid for a type without a unit of impact.
    """
    case = held_case(case_id=case_id, reviewer=reviewer, now=now)
    if not case.decision.decision_type.impact_unit:
        raise InputInvalid(
            "The impact cannot be corrected",
            errors=[FieldError("/impact", "This type has no unit of impact.", "unexpected")],
        )
    known = case.decision.impact if case.impact is None else case.impact
    if known == impact:
        return case
    actor = Actor.of(reviewer)
    case.impact = impact
    record.keep(
        case,
        "reviews.case.impact_corrected",
        actor=actor,
        at=now,
        fields=["impact"],
        body={"impact": f"{impact:f}", "before": None if known is None else f"{known:f}"},
    )
    if case.climbs_on(Trigger.IMPACT_CHANGED):
        reason = Escalation.Reason.IMPACT_CHANGED
        record.append_all(climb(case, reason, actor, now), actor=actor, at=now)
    check_staffing([case], now=now)
    return case
