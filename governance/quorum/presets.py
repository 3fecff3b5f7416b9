"""Quorums with a name of their own."""

from __future__ import annotations

from types import MappingProxyType

from governance.quorum.rule import QuorumRule, Stage


def plain(people: int) -> QuorumRule:
    """So many distinct people, all of one mind, in any order."""
    return QuorumRule((Stage("verdicts", people, people),))


PRESETS = MappingProxyType(
    {
        "single": QuorumRule((Stage("verdict", 1, 1),), "single"),
        # Regulation (EU) 2024/1689 Art. 14(5): verified and confirmed by at least two people.
        "article_14_5": QuorumRule((Stage("verification", 2, 2),), "article_14_5"),
        "two_of_three": QuorumRule((Stage("majority", 2, 3),), "two_of_three"),
        # An act of governance: whoever moves it, and a second person.
        "four_eyes": QuorumRule((Stage("second person", 1, 1),), "four_eyes"),
    }
)
