"""Acts on what is governed that take more than one person."""

from models_registry.motions import decision_rights, levels, mandates, policies

__all__ = ["decision_rights", "levels", "mandates", "policies"]
