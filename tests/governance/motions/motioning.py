"""Motions to test with: the act that changes a quorum needs no system and no decision."""

from typing import Any

from governance.models import ActQuorum, Motion, MotionBallot, User
from governance.motions.act_quorums import NAME
from governance.quorum import PRESETS, QuorumRule
from governance.services.motions import cast_ballot, move
from tests.factories import NOON, change, make_person

ACT = NAME


def officers(number: int) -> list[User]:
    return [make_person(roles=["compliance-officer"]) for _ in range(number)]


def content(quorum: QuorumRule = PRESETS["two_of_three"], act: str = ACT) -> dict[str, Any]:
    return {"act": act, "quorum": quorum.to_json()}


def moved(mover: User, asked: dict[str, Any] | None = None, *, now: Any = NOON) -> Motion:
    return move(act=ACT, content=asked or content(), reason="More eyes.", mover=mover, now=now)


def vote(motion: Motion, voter: User, choice: str = "approve", **changes: Any) -> Motion:
    given = {
        "motion_id": motion.pk,
        "voter": voter,
        "choice": choice,
        "reason": "I have read it.",
        "digest": motion.digest,
        "now": NOON,
    } | changes
    return cast_ballot(**given)


def takes(rule: QuorumRule, act: str = ACT) -> ActQuorum:
    """The act takes this quorum from now on."""
    kept = ActQuorum.objects.filter(act=act).first() or ActQuorum(act=act)
    kept.quorum = rule.to_json()
    change(kept)
    return kept


def votes_on(motion: Motion) -> list[tuple[User, str]]:
    return [
        (ballot.voter, ballot.choice)
        for ballot in MotionBallot.objects.filter(motion=motion).order_by("id")
    ]
