"""The administration of what is governed, and of what refers to it by slug."""

from models_registry.admin import (
    classifications,
    clients,
    decision_types,
    levels,
    mandates,
    policies,
    qualifications,
    systems,
    versions,
)

__all__ = [
    "classifications",
    "clients",
    "decision_types",
    "levels",
    "mandates",
    "policies",
    "qualifications",
    "systems",
    "versions",
]
