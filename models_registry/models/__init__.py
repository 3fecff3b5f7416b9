"""What is governed: AI systems, their versions and decision types, halts and mandates."""

from models_registry.models.ai_system import AISystem, Classification
from models_registry.models.decision_type import (
    DecisionType,
    FactSpec,
    OutcomeSpec,
    ProtectedKind,
    ProtectedSpec,
)
from models_registry.models.halt import Halt
from models_registry.models.level_change import LevelChange
from models_registry.models.mandate import Mandate, MandateUse
from models_registry.models.model_version import ModelVersion

__all__ = [
    "AISystem",
    "Classification",
    "DecisionType",
    "FactSpec",
    "Halt",
    "LevelChange",
    "Mandate",
    "MandateUse",
    "ModelVersion",
    "OutcomeSpec",
    "ProtectedKind",
    "ProtectedSpec",
]
