"""Acts on what is governed that take more than one person."""

from models_registry.motions import mandates, policies

__all__ = ["mandates", "policies"]
