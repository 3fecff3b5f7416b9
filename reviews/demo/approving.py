"""What takes two people in the demo: one simulated person moves it, another approves."""

from __future__ import annotations

from datetime import datetime

from governance.models import Motion, MotionBallot, User
from governance.motions.registry import Content, digest_of
from governance.services.motions import cast_ballot, move

_READ = "Read, and in order"


def carried_by_two(
    *, act: str, content: Content, reason: str, mover: User, second: User, now: datetime
) -> Motion:
    """Move an act and approve it. One that an interrupted load has moved is only approved."""
    pending = Motion.objects.pending().filter(act=act, digest=digest_of(content)).first()
    motion = pending or move(act=act, content=content, reason=reason, mover=mover, now=now)
    return cast_ballot(
        motion_id=motion.pk,
        voter=second,
        choice=MotionBallot.Choice.APPROVE,
        reason=_READ,
        digest=motion.digest,
        now=now,
    )
