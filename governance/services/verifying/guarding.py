"""The guards of the tables, as a share of a verification."""

from __future__ import annotations

from governance.ledger.guards import guard_faults, pinned_guards
from governance.ledger.hardened import right_faults
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.plan import Share
from governance.services.verifying.reading import one_moment


def check_guards(share: Share) -> Outcome:
    """Compare the triggers of all tables, and the functions behind them, with those pinned; and
    of a hardened database the owners and rights."""
    outcome = Outcome()
    with one_moment():
        outcome.add(guard_faults())
        outcome.add(right_faults())
    outcome.counts["guards"] += sum(map(len, pinned_guards().tables.values()))
    return outcome
