"""Why may somebody rule on a case, or why not: the gate's judgement, with what to do about it.

Asked, not acted on: the gate (`rights.entitlement`) judges anew at claim and at verdict.
Source: Regulation (EU) 2024/1689 Art. 26(2), Art. 14(4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from governance.models import Absence, User
from governance.quorum import Ballot, QuorumRule, Stage, plain, tally
from governance.rights import Condition, Finding, HeldRight, Judgement, Proof, judge
from governance.selectors.candidates import candidates
from reviews.models import Case, VerdictKind
from reviews.selectors.blindness import is_hidden_from
from reviews.selectors.matters import matter_of
from reviews.services.rights import judgement

RULE = "reviews.rule_on_case"


@dataclass(frozen=True, slots=True)
class Answer:
    """One condition. `remedy`: what can be done about it, empty where it is met."""

    finding: Finding
    remedy: str


@dataclass(frozen=True, slots=True)
class NextBallot:
    """The stage of the quorum that the next ballot belongs to; `number` counts from 1."""

    number: int
    of: int
    stage: Stage


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether and why a person may rule on a case. `may`: all four conditions are met.

    `obstacles`: what stands in the way beside them, such as another's claim. `withheld`: whether
    the right reaches the AI's own outcome is not said, because the asker is to judge blind.
    """

    person: User
    answers: tuple[Answer, ...]
    right: HeldRight | None
    proof: Proof | None
    next_ballot: NextBallot | None
    obstacles: tuple[str, ...]
    withheld: bool

    @property
    def may(self) -> bool:
        return all(answer.finding.met for answer in self.answers)


def eligibility(
    *,
    case: Case,
    person: User,
    asked_by: User,
    now: datetime,
    kind: VerdictKind | None = None,
    outcome: str = "",
) -> Eligibility:
    """Whether `person` may rule on `case`, thus or at all where `kind` is None, as `asked_by` may
    be told it. `case`: with its queue and `matters.NEEDED`."""
    withheld = kind is VerdictKind.UPHOLD and is_hidden_from(case, asked_by)
    found = judgement(
        case=case, person=person, now=now, kind=kind, outcome=outcome, hides_outcome=withheld
    )
    return Eligibility(
        person=person,
        answers=tuple(
            Answer(one, "" if one.met else _remedy(one.condition, case, person, now))
            for one in found.findings
        ),
        right=found.right,
        proof=found.proof,
        next_ballot=next_ballot(case),
        obstacles=tuple(_obstacles(case, person, now)),
        withheld=withheld,
    )


def who_may_rule(case: Case, now: datetime) -> list[tuple[User, Judgement]]:
    """Every reviewer of the case's queue with the judgement on them, those who may first, by name.

    The number of queries does not grow with the queue. `case`: with `matters.NEEDED`.
    """
    people = list(
        User.objects.filter(queue_memberships__queue=case.queue_id).order_by("display_name", "pk")
    )
    queues = {person.pk: [case.queue_id] for person in people}
    found = candidates(queues.keys(), now, queues)
    matter = matter_of(case, now)
    judged = [(person, judge(found[person.pk], matter)) for person in people]
    return sorted(judged, key=lambda one: not one[1].may)


def next_ballot(case: Case) -> NextBallot | None:
    """What the next ballot counts for; None where none is awaited."""
    if case.state not in Case.LIVE:
        return None
    if case.adjudication:
        return NextBallot(1, 1, Stage("adjudication", 1, 1, tuple(case.stage_roles or ())))
    rule = plain(case.verdicts_required)
    if case.quorum is not None:
        rule = QuorumRule.from_json(case.quorum)
    cast = case.verdicts.ballots().order_by("ruled_at", "id")
    ballots = [
        Ballot(person, f"{kind}:{outcome}", kind != VerdictKind.UPHOLD)
        for person, kind, outcome in cast.values_list("ruled_by", "kind", "outcome")
    ]
    stage = tally(rule, ballots).stage
    return None if stage is None else NextBallot(stage + 1, len(rule.stages), rule.stages[stage])


def _obstacles(case: Case, person: User, now: datetime) -> Iterator[str]:
    if not person.has_perm(RULE):
        yield _("No role held gives verdicts at all. An administrator can give one.")
    if case.state not in Case.LIVE:
        yield _("The case is closed, so nobody rules on it any more.")
    elif case.state == Case.State.CLAIMED and not case.is_held_by(person, now):
        yield _("Somebody holds the case; it is free again once they give it back or rule.")
    if is_hidden_from(case, person):
        yield _("Blind first: a judgement of one's own is committed before the verdict.")


def _remedy(condition: Condition, case: Case, person: User, now: datetime) -> str:
    decision = case.decision
    match condition:
        case Condition.SIGHT:
            return _("An officer can add the person to the reviewers of %(queue)s.") % {
                "queue": case.queue.name
            }
        case Condition.SEPARATION:
            return _(
                "Nothing to be done here: leave the case to another reviewer, or hand it up. "
                "Who rules must stand apart from the decision."
            )
        case Condition.COMPETENCE:
            return _(
                "Ask an officer to record a qualification for %(system)s %(version)s: a training, "
                "a certificate, or the instructions for use read."
            ) % {"system": decision.system.slug, "version": decision.model_version.version}
        case Condition.RIGHT:
            return _remedy_for_right(case, person, now)


def _remedy_for_right(case: Case, person: User, now: datetime) -> str:
    if not person.is_active:
        return _("An administrator can open the account again.")
    if Absence.objects.in_force(now).filter(person=person, ended_at=None).exists():
        return _("The absence can be ended early; until then every right rests.")
    if case.stage_roles:
        return _(
            "The next ballot is for somebody else: %(roles)s. An officer can give the role, or "
            "propose a decision right for it."
        ) % {"roles": ", ".join(case.stage_roles)}
    return _(
        "Ask an officer to propose a decision right that covers this, or ask a colleague who has "
        "one to lend it for a time."
    )
