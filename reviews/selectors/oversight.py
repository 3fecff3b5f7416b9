"""Which AI systems are under oversight, and how."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from governance.models import PolicyVersion, Qualification, User
from models_registry.models import DecisionType


def decision_types_of(person: User, now: datetime) -> QuerySet[DecisionType]:
    """The decision types that `person` may see, each with `mode`, None without a policy version.

    All for those who oversee; for a reviewer those of the systems they have a valid proof of
    competence for.
    """
    version = (
        PolicyVersion.objects.published(now)
        .filter(Q(valid_from=None) | Q(valid_from__lte=now), policy=OuterRef("policy"))
        .newest_first()
    )
    types = (
        DecisionType.objects.select_related("system", "policy")
        .annotate(mode=Subquery(version.values("mode")[:1]))
        .order_by("system__name", "name")
    )
    if person.has_perm("reviews.view_every_decision"):
        return types
    proofs = Qualification.objects.in_force(now).filter(person=person)
    return types.filter(system__slug__in=proofs.values("system"))
