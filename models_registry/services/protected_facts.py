"""Saying which facts of a decision type are protected attributes, or stand in for one.

Source: Regulation (EU) 2024/1689 Art. 4a (which took over Art. 10(5)); GDPR Art. 9 and 22(4).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor
from models_registry.models import DecisionType, FactSpec, ProtectedKind, ProtectedSpec
from models_registry.services.levels import held_type

LONGEST_BASIS = 500


@transaction.atomic
def mark_protected_facts(
    *,
    decision_type: DecisionType,
    marks: Mapping[str, ProtectedSpec],
    actor: Actor,
    now: datetime,
) -> DecisionType:
    """From now on these facts, and no others, are marked; an empty mapping says that none is one.
    The same marks again change nothing.

    Raises InputInvalid naming each faulty place.
    """
    held = held_type(decision_type)
    errors = protected_faults(marks, held.fact_specs)
    if errors:
        raise InputInvalid("The facts cannot be marked", errors=errors)
    if held.protected == marks:
        return held
    held.protected = dict(marks)
    held.save_by(actor, "protected")
    event = Event(
        "models_registry.decisiontype.protected_marked", held, {"protected": held.protected}
    )
    record.append_all([event], actor=actor, at=now)
    return held


def protected_faults(
    marks: Mapping[str, ProtectedSpec], facts: Mapping[str, FactSpec]
) -> list[FieldError]:
    """What is wrong with marks on these facts, each with its place."""
    faults = []
    for name, mark in marks.items():
        pointer = "/protected/" + name.replace("~", "~0").replace("/", "~1")
        if name not in facts:
            faults.append(FieldError(pointer, "The decision type has no such fact.", "unknown"))
        if mark.get("kind") not in ProtectedKind.values:
            sentence = f"Must be one of {', '.join(ProtectedKind.values)}."
            faults.append(FieldError(f"{pointer}/kind", sentence, "unknown"))
        if len(mark.get("basis", "")) > LONGEST_BASIS:
            sentence = f"Takes {LONGEST_BASIS} characters at most."
            faults.append(FieldError(f"{pointer}/basis", sentence, "length"))
    return faults
