"""Which policy version rules a decision, read once and kept ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from governance.models import PolicyVersion
from governance.policies.decision_schema import DecisionSchema
from governance.policies.expression.values import FactType
from governance.policies.parsing import parse_policy
from governance.policies.problems import PolicyInvalid
from governance.policies.rules import Rules
from models_registry.models import DecisionType

_KEPT_READY = 512


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A published version, and its rules as they read for one decision type."""

    version: PolicyVersion
    rules: Rules


def rulebook_for(decision_type: DecisionType, now: datetime) -> Rulebook | None:
    """The newest version of the type's policy that has begun to hold by `now`.

    None when none was published, or when the type was changed so that its text no longer fits:
    then nothing may pass. A version that has run out is returned: the evaluation holds it.
    """
    version = (
        PolicyVersion.objects.published(now)
        .filter(Q(valid_from=None) | Q(valid_from__lte=now), policy=decision_type.policy_id)
        .newest_first()
        .first()
    )
    return None if version is None else rulebook_of(version, decision_type)


def rulebook_of(version: PolicyVersion, decision_type: DecisionType) -> Rulebook | None:
    """A version as it reads for the type; None when its text does not fit the type any more."""
    schema = decision_type.policy_schema()
    rules = _rules(
        version.pk,
        version.text,
        tuple(sorted(schema.facts.items())),
        schema.outcomes,
        schema.adverse,
    )
    return None if rules is None else Rulebook(version, rules)


@lru_cache(maxsize=_KEPT_READY)
def _rules(
    version_id: UUID,
    text: str,
    facts: tuple[tuple[str, FactType], ...],
    outcomes: frozenset[str],
    adverse: frozenset[str],
) -> Rules | None:
    schema = DecisionSchema(facts=dict(facts), outcomes=outcomes, adverse=adverse)
    try:
        return parse_policy(text, schema=schema)
    except PolicyInvalid:
        return None
