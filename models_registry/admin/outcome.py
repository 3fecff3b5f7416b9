"""A classification's outcome, as it is shown: class, flags, tasks, duties and their standing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.obligations import Binding, Role, SystemClass, Trait, binding
from models_registry.classification import Flag, RiskClass


@dataclass(frozen=True, slots=True)
class OutcomeShown:
    """In words. `duties`: what attaches, with its standing by law on the day it is shown."""

    classes: Sequence[str]
    flags: Sequence[str]
    tasks: Sequence[str]
    duties: Sequence[Binding]
    law_version: str
    activation_blocked: bool

    @classmethod
    def of(cls, outcome: Mapping[str, Any], at: datetime) -> OutcomeShown:
        """From the stored outcome, so that a page shows what was recorded."""
        return cls(
            classes=[RiskClass(value).label for value in outcome["classes"]],
            flags=[Flag(value).label for value in outcome["flags"]],
            tasks=[task["text"] for task in outcome["tasks"]],
            duties=binding(
                [SystemClass(value) for value in outcome["system_classes"]],
                [Role(value) for value in outcome["roles"]],
                at.date(),
                [Trait(value) for value in outcome["traits"]],
            ),
            law_version=outcome["law_version"],
            activation_blocked=outcome["activation_blocked"],
        )
