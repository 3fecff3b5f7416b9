"""Motions as people see them: which ones, which wait for them, and where the vote stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.models import Motion, MotionBallot, RoleAssignment, User
from governance.motions.registry import Act, known_acts
from governance.quorum import Ballot, QuorumRule, Stage, Tally, tally

READ_EVERY_MOTION = "governance.view_motion"
MOST_WAITING = 100


def readable_motions(person: User) -> QuerySet[Motion]:
    """The motions that `person` may read: all, or their own and those of acts that they may move
    or vote on. Doors and verbs start here, so that others' motions answer 404."""
    motions = Motion.objects.select_related("moved_by")
    if person.has_perm(READ_EVERY_MOTION):
        return motions
    acts = [act for act in known_acts() if _concerns(act, person)]
    scopes = [act.scope(person) for act in acts]
    return motions.filter(_of(acts, scopes) | Q(moved_by=person))


def may_read_motions(person: User) -> bool:
    """Whether a list of motions is of use to them."""
    return person.has_perm(READ_EVERY_MOTION) or any(_concerns(act, person) for act in known_acts())


def awaiting(person: User, now: datetime) -> QuerySet[Motion]:
    """The pending motions on which `person` may vote and has not voted; in a vote of several
    stages their turn may come later, see `waiting_for`."""
    acts = [act for act in known_acts() if person.has_perm(act.vote_perm)]
    voted = MotionBallot.objects.filter(motion=OuterRef("pk"), voter=person)
    return (
        Motion.objects.pending()
        .filter(_of(acts, [act.votable(person) for act in acts]), expires_at__gt=now)
        .exclude(moved_by=person)
        .filter(~Exists(voted))
    )


def waiting_for(person: User, now: datetime) -> list[Motion]:
    """The motions whose next ballot could be theirs, those that expire first coming first; at most
    MOST_WAITING."""
    motions = awaiting(person, now).select_related("moved_by").prefetch_related("ballots")
    found = list(motions.order_by("expires_at", "id")[:MOST_WAITING])
    if not found:
        return []
    held = RoleAssignment.objects.in_force(now).filter(person=person)
    roles = frozenset(held.values_list("role__slug", flat=True))
    return [
        motion
        for motion in found
        if is_their_turn(stage_awaited(motion, motion.ballots.all()), roles)
    ]


def stage_awaited(motion: Motion, ballots: Iterable[MotionBallot]) -> Stage:
    """The stage that the next ballot belongs to, of a pending motion."""
    stages = QuorumRule.from_json(motion.quorum).stages
    return stages[standing(motion, ballots).stage or 0]


def is_their_turn(stage: Stage, roles: Iterable[str]) -> bool:
    """Whether the holder of these roles may vote in the stage."""
    return not stage.roles or not frozenset(stage.roles).isdisjoint(roles)


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


def _concerns(act: Act, person: User) -> bool:
    return person.has_perm(act.move_perm) or person.has_perm(act.vote_perm)


def _of(acts: Iterable[Act], scopes: Iterable[Q]) -> Q:
    """Motions of these acts, each within its scope."""
    found = Q(pk__in=[])
    for act, scope in zip(acts, scopes, strict=True):
        found |= Q(act=act.name) & scope
    return found
