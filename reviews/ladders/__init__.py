"""Ladders: what becomes of a case that waits too long, as data. Pure: no Django."""

from reviews.ladders.explain import Step, also_climbs_when, explain
from reviews.ladders.parsing import LadderInvalid, Names, parse_ladder
from reviews.ladders.rules import LadderRules, Recipient, Rung, Trigger

__all__ = [
    "LadderInvalid",
    "LadderRules",
    "Names",
    "Recipient",
    "Rung",
    "Step",
    "Trigger",
    "also_climbs_when",
    "explain",
    "parse_ladder",
]
