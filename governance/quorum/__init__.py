"""How many distinct people must say the same, in which order and in which roles.

Pure: no database, no settings, no clock. One engine for verdicts on a case and for the acts of
governance that take more than one person (`governance.motions`).
"""

from governance.quorum.presets import PRESETS, plain
from governance.quorum.reach import can_still_settle_on
from governance.quorum.rule import QuorumInvalid, QuorumRule, Stage
from governance.quorum.tally import Ballot, BallotTwice, Tally, VoteState, tally

__all__ = [
    "PRESETS",
    "Ballot",
    "BallotTwice",
    "QuorumInvalid",
    "QuorumRule",
    "Stage",
    "Tally",
    "VoteState",
    "can_still_settle_on",
    "plain",
    "tally",
]
