"""Moving an act, voting on it, taking it back; and what a vote brings about.

Order of locks, for all that is here: the motion's row first, then whatever the act locks, then the
heads of the ledger. No act locks a motion, and none of the other verbs locks one, so nobody who
holds an act's rows ever waits for a motion: there is no circle to deadlock in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from governance.errors import DomainError, FieldError, InputInvalid, NotPermitted
from governance.ledger import record
from governance.models import Actor, ActQuorum, Motion, MotionBallot, RoleAssignment, User
from governance.motions.registry import (
    LONGEST_SUMMARY,
    Act,
    Content,
    act_named,
    digest_of,
    known_acts,
)
from governance.quorum import QuorumRule, VoteState, can_still_settle_on, tally
from governance.selectors.motions import counted, is_their_turn, readable_motions, stage_awaited
from governance.services.outbox import announce

LONGEST_REASON = 500
# So many are expired in one transaction; the next sweep takes the next ones.
_AT_ONCE = 200
_ONE_PENDING = "one_pending_motion_of_a_content"
_APPROVE, _REJECT = MotionBallot.Choice.APPROVE, MotionBallot.Choice.REJECT


class MotionPending(DomainError):
    code = "motion_pending"
    title = "Exactly this waits for approval already"


class MotionClosed(DomainError):
    code = "motion_closed"
    title = "This motion is closed"


class MotionExpired(DomainError):
    code = "motion_expired"
    title = "The time to vote on this motion is over"


class OtherContent(DomainError):
    """The voter was shown something else than what would be carried out."""

    code = "motion_other_content"
    title = "You were shown other content than this motion has"


class VotedAlready(DomainError):
    code = "voted_already"
    title = "You have voted on this motion"


class OwnMotion(NotPermitted):
    """Nobody approves what they moved themselves, in whichever role."""

    code = "own_motion"
    title = "You moved this yourself"


class NotOfThisStage(NotPermitted):
    code = "not_of_this_stage"
    title = "It is not your turn to vote on this motion"


class BarredFromVote(NotPermitted):
    code = "barred_from_vote"
    title = "You stand too close to this to vote on it"


class MoverWithoutRight(DomainError):
    """Whoever moved it has lost the account or the right to, so nobody stands for it any more."""

    code = "mover_without_right"
    title = "Whoever moved this may not do so any more"


@transaction.atomic
def move(*, act: str, content: Content, reason: str, mover: User, now: datetime) -> Motion:
    """Put an act forward. Nothing is done until its quorum approves exactly this content.

    The quorum is kept as it is now. Raises NotPermitted, InputInvalid for an act that is not
    known or a reason that is empty or too long, MotionPending where the same waits already, and
    what the act's own check raises.
    """
    known = {one.name: one for one in known_acts()}.get(act)
    if known is None:
        fault = FieldError("/act", f"There is no act {act!r}.", "unknown")
        raise InputInvalid("The motion cannot be made", errors=[fault])
    mover = User.objects.get(pk=mover.pk)
    if not mover.has_perm(known.move_perm):
        raise NotPermitted(f"To move this takes the permission {known.move_perm}")
    matter = known.check(content, mover, now)
    reason = _checked_reason(reason, is_needed=True)
    digest = _digest(content)
    _make_room(known, digest, now)
    motion = Motion(
        act=known.name,
        summary=matter.summary[:LONGEST_SUMMARY],
        content=dict(content),
        digest=digest,
        reason=reason,
        subject_type="" if matter.about is None else matter.about._meta.label_lower,
        subject_id=None if matter.about is None else matter.about.pk,
        quorum=_quorum_of(known).to_json(),
        moved_by=mover,
        moved_at=now,
        expires_at=now + known.open_for,
    )
    body = {"act": motion.act, "digest": digest, "quorum": motion.quorum}
    try:
        record.keep(motion, "governance.motion.moved", actor=Actor.of(mover), at=now, body=body)
    except IntegrityError as twin:
        if _ONE_PENDING not in str(twin):
            raise
        raise MotionPending("Somebody else has just moved the same; vote on theirs") from twin
    _announce(motion, "motion.moved", now)
    return motion


@transaction.atomic
def cast_ballot(
    *, motion_id: UUID, voter: User, choice: str, reason: str, digest: str, now: datetime
) -> Motion:
    """One person's vote, for good. `digest`: of the content that they were shown.

    The ballot that settles the vote carries the act out, or closes the motion as rejected, in the
    same transaction; when the act cannot be carried out the ballot does not count either.

    Raises Motion.DoesNotExist for one that is not theirs to see; NotPermitted and its kinds
    OwnMotion, BarredFromVote, NotOfThisStage; MotionClosed, MotionExpired, VotedAlready,
    OtherContent, MoverWithoutRight; InputInvalid; and what the act raises.
    """
    motion, voter = _held(motion_id, voter)
    act = act_named(motion.act)
    _check_open(motion, now)
    _check_voter(motion, act, voter)
    before = list(motion.ballots.all())
    _check_first(before, motion, voter)
    if not digest == motion.digest == digest_of(motion.content):
        raise OtherContent("Read it again and vote on what it says now", about=motion.pk)
    if choice not in MotionBallot.Choice.values:
        fault = FieldError("/choice", f"One of: {', '.join(MotionBallot.Choice.values)}.")
        raise InputInvalid("The vote says neither yes nor no", errors=[fault])
    reason = _checked_reason(reason, is_needed=choice == _REJECT)
    _check_stage(motion, before, voter, now)
    ballot = MotionBallot(
        motion=motion,
        voter=voter,
        mover_id=motion.moved_by_id,
        choice=choice,
        reason=reason,
        digest=digest,
        cast_at=now,
    )
    ballot.save(force_insert=True)
    # How they voted stands in the ballot, to which the entry commits, and is named by the entry
    # that closes the motion: those who read the ledger are not to follow suit either.
    record.append(
        "governance.motionballot.cast",
        subject=ballot,
        actor=Actor.of(voter),
        at=now,
        body={"motion": str(motion.pk), "digest": digest},
    )
    _settle(motion, act, [*before, ballot], Actor.of(voter), now)
    return motion


@transaction.atomic
def withdraw_motion(*, motion_id: UUID, mover: User, now: datetime) -> Motion:
    """Take a pending motion back. Raises Motion.DoesNotExist, NotPermitted for everybody but the
    mover, MotionClosed."""
    motion, mover = _held(motion_id, mover)
    if motion.moved_by_id != mover.pk or not mover.is_active:
        raise NotPermitted("Only the person who moved it takes it back", about=motion.pk)
    _check_pending(motion)
    _close(motion, Motion.State.WITHDRAWN, Actor.of(mover), now)
    return motion


@transaction.atomic
def expire_motions(*, actor: Actor, now: datetime) -> int:
    """Close the motions whose time is over; how many. Those that somebody holds are skipped, for
    they are being closed, and whoever holds them refuses a vote that comes too late."""
    lapsed = Motion.objects.lapsed(now).select_for_update(skip_locked=True).order_by("id")
    motions = list(lapsed[:_AT_ONCE])
    for motion in motions:
        _close(motion, Motion.State.EXPIRED, actor, now)
    return len(motions)


def why_not(motion: Motion, person: User, now: datetime) -> str:
    """Why `person` cannot vote on a motion now, a sentence; empty where they can. Reads only: the
    verb looks again."""
    ballots = list(motion.ballots.all())
    try:
        _check_open(motion, now)
        _check_voter(motion, act_named(motion.act), person)
        _check_first(ballots, motion, person)
        _check_stage(motion, ballots, person, now)
    except DomainError as refusal:
        return f"{refusal.title}. {refusal.detail}."
    return ""


def _held(motion_id: UUID, person: User) -> tuple[Motion, User]:
    """The motion, locked, if it is theirs to see; and the person as they are now, not as they
    were when the request began to wait for the lock."""
    readable = readable_motions(person).select_related(None)
    motion = readable.select_for_update(of=("self",)).get(pk=motion_id)
    return motion, User.objects.get(pk=person.pk)


def _check_pending(motion: Motion) -> None:
    if motion.state != Motion.State.PENDING:
        raise MotionClosed(f"It is {motion.get_state_display()}", about=motion.pk)


def _check_open(motion: Motion, now: datetime) -> None:
    _check_pending(motion)
    if motion.expires_at <= now:
        raise MotionExpired(
            f"It was open until {motion.expires_at.isoformat()}; it can be moved again",
            about=motion.pk,
        )


def _check_voter(motion: Motion, act: Act, voter: User) -> None:
    if not voter.has_perm(act.vote_perm):
        raise NotPermitted(f"To vote on this takes the permission {act.vote_perm}", about=motion.pk)
    if motion.moved_by_id == voter.pk:
        raise OwnMotion("It takes somebody else to approve or reject it", about=motion.pk)
    barred = act.bar(motion, voter)
    if barred:
        raise BarredFromVote(barred, about=motion.pk)


def _check_first(ballots: Sequence[MotionBallot], motion: Motion, voter: User) -> None:
    if any(ballot.voter_id == voter.pk for ballot in ballots):
        raise VotedAlready("A vote cannot be changed", about=motion.pk)


def _check_stage(
    motion: Motion, ballots: Sequence[MotionBallot], voter: User, now: datetime
) -> None:
    stage = stage_awaited(motion, ballots)
    held = RoleAssignment.objects.in_force(now).filter(person=voter)
    if not is_their_turn(stage, held.values_list("role__slug", flat=True)):
        raise NotOfThisStage(
            f"The stage {stage.name!r} is for the roles {', '.join(stage.roles)}", about=motion.pk
        )


def _settle(
    motion: Motion, act: Act, ballots: Sequence[MotionBallot], actor: Actor, now: datetime
) -> None:
    """What the newest ballot brings about: the deed, the end, or nothing yet."""
    rule, votes = QuorumRule.from_json(motion.quorum), counted(ballots)
    result = tally(rule, votes)
    if result.state is VoteState.MET and result.choice == _APPROVE:
        mover = User.objects.get(pk=motion.moved_by_id)
        if not mover.has_perm(act.move_perm):
            raise MoverWithoutRight(
                "Somebody who may has to move it again; this one can be rejected", about=motion.pk
            )
        row = act.carry_out(motion, actor, now)
        done = {"type": row._meta.label_lower, "id": str(row.pk)}
        _close(motion, Motion.State.CARRIED, actor, now, {**_votes(ballots), "result": done})
    elif not can_still_settle_on(rule, votes, _APPROVE):
        _close(motion, Motion.State.REJECTED, actor, now, _votes(ballots))


def _votes(ballots: Sequence[MotionBallot]) -> dict[str, object]:
    """Who voted how, by pseudonym: for the entry that ends the secret."""
    people = User.objects.in_bulk([ballot.voter_id for ballot in ballots])
    return {
        str(choice): [
            str(people[ballot.voter_id].pseudonym) for ballot in ballots if ballot.choice == choice
        ]
        for choice in (_APPROVE, _REJECT)
    }


def _close(
    motion: Motion,
    state: Motion.State,
    actor: Actor,
    now: datetime,
    more: dict[str, object] | None = None,
) -> None:
    motion.state, motion.closed_at = state, now
    record.keep(
        motion,
        f"governance.motion.{state}",
        actor=actor,
        at=now,
        fields=["state", "closed_at"],
        body={"act": motion.act, "digest": motion.digest, **(more or {})},
    )
    _announce(motion, "motion.closed", now)


def _make_room(act: Act, digest: str, now: datetime) -> None:
    """Refuse what waits already; what has only not been swept away yet makes room."""
    same = Motion.objects.pending().filter(act=act.name, digest=digest)
    twin = same.select_for_update().first()
    if twin is None:
        return
    if twin.expires_at > now:
        raise MotionPending(
            f"It was moved at {twin.moved_at.isoformat()}; vote on that one, or take it back first",
            about=twin.pk,
        )
    _close(twin, Motion.State.EXPIRED, Actor.system("move"), now)


def _digest(content: Content) -> str:
    try:
        return digest_of(content)
    except ValueError as fault:
        # Half a surrogate pair, a number beyond 2^53: nothing that two programs write alike.
        raise InputInvalid(f"The content has no canonical form: {fault}") from fault


def _quorum_of(act: Act) -> QuorumRule:
    kept = ActQuorum.objects.filter(act=act.name).first()
    return act.quorum if kept is None else QuorumRule.from_json(kept.quorum)


def _checked_reason(reason: str, *, is_needed: bool) -> str:
    reason = reason.strip()
    if len(reason) > LONGEST_REASON or (is_needed and not reason):
        least = 1 if is_needed else 0
        fault = FieldError("/reason", f"Takes {least} to {LONGEST_REASON} characters.", "length")
        raise InputInvalid("The reason does not fit", errors=[fault])
    return reason


def _announce(motion: Motion, event: str, now: datetime) -> None:
    body = {"motion": str(motion.pk), "act": motion.act, "state": motion.state}
    announce(event, subject_id=motion.pk, system="", body=body, now=now)
