"""Whose right a verdict rests on, where it was lent: "X for Y"."""

from __future__ import annotations

from collections.abc import Sequence

from governance.models import Delegation, User

# What a query of verdicts selects so that naming lenders asks nothing more.
LENDERS_OF_DELEGATION = ("delegator", "parent__delegator", "parent__parent__delegator")
LENDERS = tuple(f"delegation__{path}" for path in LENDERS_OF_DELEGATION)


def lenders_named(delegation: Delegation | None) -> list[User]:
    """Whose right it is first, then those through whose hands it came; empty for one's own."""
    people: list[User] = []
    while delegation is not None:
        people.insert(0, delegation.delegator)
        delegation = delegation.parent
    return people


def on_behalf(ruled_by: str, lenders: Sequence[str]) -> str:
    """How both names stand: "X for Y", "X for Y through Z"."""
    if not lenders:
        return ruled_by
    through = f" through {', '.join(lenders[1:])}" if lenders[1:] else ""
    return f"{ruled_by} for {lenders[0]}{through}"
