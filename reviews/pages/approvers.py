"""Who approved what takes more than one person, as its page names them."""

from __future__ import annotations

from governance.models import Motion, MotionBallot, User


def approvers_of(motion: Motion | None) -> list[User]:
    """Those whose votes carried it; none for what was set up with the system. One query."""
    if motion is None or motion.state != Motion.State.CARRIED:
        return []
    ballots = motion.ballots.filter(choice=MotionBallot.Choice.APPROVE).select_related("voter")
    return [ballot.voter for ballot in ballots.order_by("cast_at", "pk")]
