"""The law as dated, sourced data: what bound a system on a day. Pure, no Django.

Summaries in our own words, not legal advice. Facts live in `data/`, one YAML file per instrument;
nothing about a date, a role or a provision is written in code.
"""

from .binding import Binding, binding, matching
from .law import ApplicationDate, Instrument, Law, Obligation
from .load import law, law_version
from .standing import Standing, StandingState, in_force
from .vocabulary import Confidence, Force, Reading, Role, Scope, SystemClass, Trait

__all__ = [
    "ApplicationDate",
    "Binding",
    "Confidence",
    "Force",
    "Instrument",
    "Law",
    "Obligation",
    "Reading",
    "Role",
    "Scope",
    "Standing",
    "StandingState",
    "SystemClass",
    "Trait",
    "binding",
    "in_force",
    "law",
    "law_version",
    "matching",
]
