"""Motions as people see them: which ones, which wait for them, and where the vote stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.models import Motion, MotionBallot, User
from governance.motions.registry import known_acts
from governance.quorum import Ballot, QuorumRule, Tally, tally

READ_EVERY_MOTION = "governance.view_motion"


def readable_motions(person: User) -> QuerySet[Motion]:
    """The motions that `person` may read: all, or their own and those of acts that they may move
    or vote on. Doors and verbs start here, so that others' motions answer 404."""
    motions = Motion.objects.select_related("moved_by")
    if person.has_perm(READ_EVERY_MOTION):
        return motions
    acts = [act.name for act in known_acts() if person.has_perms([act.move_perm])]
    acts += _votable(person)
    return motions.filter(Q(act__in=acts) | Q(moved_by=person))


def may_read_motions(person: User) -> bool:
    """Whether a list of motions is of use to them."""
    return person.has_perm(READ_EVERY_MOTION) or any(
        person.has_perm(act.move_perm) or person.has_perm(act.vote_perm) for act in known_acts()
    )


def awaiting(person: User, now: datetime) -> QuerySet[Motion]:
    """The pending motions on which `person` has the permission to vote and has not voted. Whether
    the act or the stage bars them is looked at when they open it."""
    voted = MotionBallot.objects.filter(motion=OuterRef("pk"), voter=person)
    return (
        Motion.objects.pending()
        .filter(act__in=_votable(person), expires_at__gt=now)
        .exclude(moved_by=person)
        .filter(~Exists(voted))
    )


def standing(motion: Motion, ballots: Iterable[MotionBallot]) -> Tally:
    """Where the vote stands after these ballots of it."""
    return tally(QuorumRule.from_json(motion.quorum), counted(ballots))


def counted(ballots: Iterable[MotionBallot]) -> list[Ballot]:
    """The ballots as the quorum sees them, in the order in which they were cast."""
    in_order = sorted(ballots, key=lambda ballot: ballot.pk)
    return [
        Ballot(ballot.voter_id, ballot.choice, ballot.choice == MotionBallot.Choice.REJECT)
        for ballot in in_order
    ]


def shown_ballots(motion: Motion) -> list[tuple[MotionBallot, str]]:
    """Who has voted, and how: empty until the motion is closed, for nobody is to follow suit."""
    ballots = motion.ballots.select_related("voter").order_by("id")
    if motion.state == Motion.State.PENDING:
        return [(ballot, "") for ballot in ballots]
    return [(ballot, ballot.choice) for ballot in ballots]


def _votable(person: User) -> list[str]:
    return [act.name for act in known_acts() if person.has_perm(act.vote_perm)]
