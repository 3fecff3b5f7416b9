"""The one gate: who may rule on a case, asked at claim and again at verdict by every door.

Four conditions: a decision right, competence, separation, and sight of the queue. The judgement
itself is pure (`governance.rights`); here its facts are gathered, and its outcome is a refusal.
For lists and for `claim_next` the same rules stand here once more, as a filter; a test holds the
two to each other.
Source: Regulation (EU) 2024/1689 Art. 26(2), Art. 14(4); design section 5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.errors import DomainError
from governance.models import ApiClient, Conflict, User
from governance.policies import VerdictWord
from governance.rights import Condition, HeldRight, Judgement, judge
from governance.selectors.candidates import candidate_of
from models_registry.models import AISystem, ModelVersion
from reviews.errors import CaseNotVisible, CompetenceMissing, NotSeparate, RightMissing
from reviews.models import Case, Recusal, Verdict, VerdictKind
from reviews.selectors.matters import matter_of

_NOT_THERE = "There is no such thing, or it is not yours to see."
_REFUSALS: dict[Condition, type[DomainError]] = {
    Condition.SIGHT: CaseNotVisible,
    Condition.SEPARATION: NotSeparate,
    Condition.RIGHT: RightMissing,
    Condition.COMPETENCE: CompetenceMissing,
}


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a person's ruling rests on, by id. `delegation`: the one through which the right was
    lent last, None for the person's own."""

    right: UUID
    qualification: UUID
    delegation: UUID | None


def judgement(
    *,
    case: Case,
    person: User,
    now: datetime,
    kind: VerdictKind | None = None,
    outcome: str = "",
    hides_outcome: bool = False,
) -> Judgement:
    """All four conditions for `person` ruling on `case`, thus or at all where `kind` is None:
    "why may I, or why not?" in words. `hides_outcome`: for who must judge before they see it, so
    that whether a right reaches the AI's own outcome does not give it away."""
    queues = [case.queue_id] if person.queue_memberships.filter(queue=case.queue_id) else []
    word = None if kind is None else VerdictWord(kind.value)
    matter = matter_of(case, now)
    if hides_outcome:
        matter = replace(matter, outcome="")
    return judge(candidate_of(person, now, queues), matter, word, outcome)


def entitlement(
    *,
    case: Case,
    person: User,
    now: datetime,
    kind: VerdictKind | None = None,
    outcome: str = "",
) -> Entitlement:
    """What lets `person` rule on `case`, thus or at all where `kind` is None. Who upholds chooses
    the AI's own outcome, on a contestation the one that stands, and needs the right to it.

    Raises CaseNotVisible, NotSeparate, RightMissing or CompetenceMissing, each saying what is
    missing.
    """
    found = judgement(case=case, person=person, now=now, kind=kind, outcome=outcome)
    for condition, refusal in _REFUSALS.items():
        finding = found.finding(condition)
        if not finding.met:
            sentence = _NOT_THERE if condition is Condition.SIGHT else finding.sentence
            raise refusal(sentence, about=case.pk)
    assert found.right is not None and found.proof is not None  # noqa: PT018
    loans = found.right.loans
    return Entitlement(
        found.right.right, found.proof.qualification, loans[-1].delegation if loans else None
    )


def visible_case(cases: QuerySet[Case], case_id: UUID) -> Case:
    """The case, of those that the person sees.

    Raises CaseNotVisible for a case of another's queue and for none at all alike. Both are entered
    as refused tries: were only one of them, its answer would take longer, and so tell which ids
    are cases.
    """
    case = cases.filter(pk=case_id).first()
    if case is None:
        raise unseen(case_id)
    return case


def unseen(about: UUID) -> CaseNotVisible:
    """The refusal of what the person does not see, be it there or not. Raise it."""
    return CaseNotVisible(_NOT_THERE, about=about)


def rulable_by(person: User, now: datetime) -> Q:
    """The cases `person` could rule on at all, as a filter over Case."""
    candidate = candidate_of(person, now)
    if candidate.is_absent or not candidate.is_active:
        return Q(pk__in=[])
    right = Q(pk__in=[])
    for held in candidate.rights:
        right |= _covered(held, now)
    competent = Q(pk__in=[])
    for proof in candidate.proofs:
        covered = Q(decision__system__slug=proof.system)
        if proof.model_version:
            covered &= Q(decision__model_version__version=proof.model_version)
        competent |= covered
    given = Q(for_person=None) | Q(for_person=person)
    return right & competent & ~_near(person.pk, now) & Q(queue__memberships__person=person) & given


def _near(person: UUID, now: datetime) -> Q:
    rulings = Verdict.objects.filter(case__decision=OuterRef("decision"))
    lent = (
        Q(delegation__delegator=person)
        | Q(delegation__parent__delegator=person)
        | Q(delegation__parent__parent__delegator=person)
    )
    conflicts = Conflict.objects.in_force(now).filter(person=person)
    return (
        # Or has ever been: nobody gets away from what they stood for by handing it to another.
        Q(decision__system__in=AISystem.history.filter(owner=person).values("id"))
        | Q(decision__model_version__in=ModelVersion.history.filter(author=person).values("id"))
        | Q(decision__submitted_by__in=ApiClient.history.filter(owner=person).values("id"))
        | Q(Exists(rulings.filter(Q(ruled_by=person) | lent)))
        | Q(Exists(Recusal.objects.filter(decision=OuterRef("decision"), person=person)))
        | Q(
            Exists(
                conflicts.filter(
                    Q(subject=OuterRef("decision__subject"))
                    | Q(organisation=OuterRef("decision__system__organisation"))
                    & ~Q(organisation="")
                )
            )
        )
    )


def _covered(right: HeldRight, now: datetime) -> Q:
    # Not an empty Q: "anything" must not vanish when it is or-ed with the others.
    covered = Q(pk__isnull=False)
    if right.system:
        covered &= Q(decision__system__slug=right.system)
    if right.decision_type:
        covered &= Q(decision__decision_type__slug=right.decision_type)
    if right.max_impact is not None:
        # An unknown impact may be above any ceiling.
        said = Q(decision__impact__lte=right.max_impact) | Q(
            decision__impact=None, impact__isnull=False
        )
        covered &= said & (Q(impact=None) | Q(impact__lte=right.max_impact))
    covered &= Q(stage_roles=None) | Q(stage_roles=[]) | Q(stage_roles__contains=[right.role])
    covered &= Q(for_role=None) | Q(for_role=right.role)
    covered &= ~Q(kind=Case.Kind.CONTESTATION) | ~Q(Exists(_above(right)))
    for lender in right.lenders:
        covered &= ~_near(lender, now)
    return covered


def _above(right: HeldRight) -> QuerySet[Verdict]:
    """Earlier rulings on the same decision that rest on a higher right than this one."""
    ceiling = Q(pk__in=[])
    if right.max_impact is not None:
        ceiling = Q(right__max_impact=None) | Q(right__max_impact__gt=right.max_impact)
    choices = Q(pk__in=[])
    if right.outcomes:
        choices = Q(right__outcomes=[]) | ~Q(right__outcomes__contained_by=sorted(right.outcomes))
    kinds = ~Q(right__verdicts__contained_by=sorted(right.verdicts))
    earlier = Verdict.objects.filter(case__decision=OuterRef("decision"))
    return earlier.exclude(case=OuterRef("pk")).filter(ceiling | choices | kinds)
