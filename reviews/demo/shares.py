"""Which part of the demo's decisions something happens to: the same ones in every load."""

from __future__ import annotations

import hashlib

# The rest of the cases wait for the person at the screen.
RULED_BY_SIMULATION = 0.5
# Of some decisions the truth is never learned, and some permits are never used.
TRUTH_KNOWN = 0.75
CARRIED_OUT = 0.9


def falls_in(share: float, external_id: str, what: str) -> bool:
    """Whether a decision belongs to the `share` (0.0 to 1.0) for which `what` happens."""
    digest = hashlib.sha256(f"{what}:{external_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < share
