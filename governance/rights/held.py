"""A decision right as one person holds it: their own, or lent by another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Loan:
    """A delegation as it narrows what is lent. `system`, `decision_type`: slugs, empty: every;
    `max_impact`: in the type's unit, None: the right's own."""

    delegation: UUID
    lender: UUID
    system: str = ""
    decision_type: str = ""
    max_impact: Decimal | None = None


@dataclass(frozen=True, slots=True)
class HeldRight:
    """What one right lets its holder do.

    `role`: slug of the role that carries it; `depth`: how often it may be lent. `system`,
    `decision_type`: slugs, empty: every. `max_impact`: inclusive, None: no ceiling. `outcomes`:
    that may be chosen, empty: all. `loans`: the delegations it came through, the owner's first.
    """

    right: UUID
    role: str
    system: str
    decision_type: str
    max_impact: Decimal | None
    verdicts: frozenset[str]
    outcomes: frozenset[str] = frozenset()
    depth: int = 0
    loans: tuple[Loan, ...] = ()

    @property
    def lenders(self) -> tuple[UUID, ...]:
        """Whose right it is, and through whose hands it came; empty for one's own."""
        return tuple(loan.lender for loan in self.loans)

    def lent(self, loan: Loan) -> HeldRight | None:
        """The right as the borrower holds it; None where it may not be lent (on), or where
        nothing of it is left. It never grows."""
        if len(self.loans) >= self.depth:
            return None
        system = _narrowed(self.system, loan.system)
        decision_type = _narrowed(self.decision_type, loan.decision_type)
        if system is None or decision_type is None:
            return None
        ceilings = [one for one in (self.max_impact, loan.max_impact) if one is not None]
        return replace(
            self,
            system=system,
            decision_type=decision_type,
            max_impact=min(ceilings, default=None),
            loans=(*self.loans, loan),
        )

    def covers(self, system: str, decision_type: str, impact: Decimal | None) -> bool:
        """An unknown impact may be above any ceiling."""
        return (
            self.system in ("", system)
            and self.decision_type in ("", decision_type)
            and (self.max_impact is None or (impact is not None and impact <= self.max_impact))
        )

    def allows(self, verdict: str, outcome: str) -> bool:
        """`outcome`: the one chosen, empty where the verdict chooses none."""
        return verdict in self.verdicts and (
            not self.outcomes or not outcome or outcome in self.outcomes
        )

    def is_at_least(self, other: HeldRight) -> bool:
        """Whether it allows all that `other` does, as far as impact, verdicts and outcomes go."""
        return (
            (
                self.max_impact is None
                or (other.max_impact is not None and other.max_impact <= self.max_impact)
            )
            and other.verdicts <= self.verdicts
            and (not self.outcomes or (bool(other.outcomes) and other.outcomes <= self.outcomes))
        )


def _narrowed(own: str, asked: str) -> str | None:
    """What both let through; empty stands for everything, None for nothing."""
    if own and asked and own != asked:
        return None
    return own or asked
