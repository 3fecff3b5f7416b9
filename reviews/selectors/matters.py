"""What a case asks of whoever rules on it: the matter that people are judged against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from governance.models import ApiClient, Conflict
from governance.rights import HeldRight, Matter
from governance.selectors.candidates import held_right
from models_registry.models import AISystem, ModelVersion
from reviews.models import Case, Recusal, Verdict
from reviews.selectors.contested import outcome_that_stands

NEEDED = (
    "decision__system",
    "decision__decision_type",
    "decision__model_version",
    "decision__submitted_by",
)
OWNER = "Owns, or has owned, the AI system that made this decision."
AUTHOR = "Made the model that made this decision."
SUBMITTER = "Answers, or has answered, for the program that submitted this decision."
RULED = "Has already ruled on this decision."
LENT = "Lent the right under which this decision was ruled on already."
RECUSED = "Has stepped aside from this decision."
IN_CONFLICT = "Has a standing conflict of interest with whom this decision concerns."


def matter_of(case: Case, now: datetime) -> Matter:
    """The matter of one case; `NEEDED` should be selected with it."""
    return matters_of([case], now)[case.pk]


def matters_of(cases: Sequence[Case], now: datetime) -> dict[UUID, Matter]:
    """The matter of each case, in a number of queries that does not grow with them."""
    decisions = {case.decision_id for case in cases}
    rulings: defaultdict[UUID, list[Verdict]] = defaultdict(list)
    for verdict in Verdict.objects.filter(case__decision__in=decisions).select_related(
        "case", "right__role", "delegation__parent__parent"
    ):
        rulings[verdict.case.decision_id].append(verdict)
    recused: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for decision, person in Recusal.objects.filter(decision__in=decisions).values_list(
        "decision_id", "person_id"
    ):
        recused[decision].add(person)
    conflicts = list(
        Conflict.objects.in_force(now)
        .filter(
            Q(subject__in={case.decision.subject_id for case in cases})
            | Q(organisation__in={case.decision.system.organisation for case in cases})
            & ~Q(organisation="")
        )
        .values_list("person_id", "subject_id", "organisation")
    )
    behind = _people_behind(cases)
    return {
        case.pk: Matter(
            system=case.decision.system.slug,
            decision_type=case.decision.decision_type.slug,
            model_version=case.decision.model_version.version,
            impact=case.at_stake,
            outcome=_to_uphold(case, rulings[case.decision_id]),
            queue=case.queue_id,
            roles=tuple(case.stage_roles or ()),
            role=case.for_role or "",
            person=case.for_person_id,
            near=dict(
                _near(case, behind, rulings[case.decision_id], recused[case.decision_id], conflicts)
            ),
            at_least=_at_least(case, rulings[case.decision_id]),
        )
        for case in cases
    }


def _people_behind(cases: Sequence[Case]) -> defaultdict[UUID, set[UUID]]:
    """Who owns, made or answers for the system, model version and program behind each case, or has
    ever done so: nobody gets away from what they stood for by handing it to another."""
    decisions = [case.decision for case in cases]
    owners = AISystem.history.filter(id__in={one.system_id for one in decisions})
    authors = ModelVersion.history.filter(id__in={one.model_version_id for one in decisions})
    submitters = ApiClient.history.filter(id__in={one.submitted_by_id for one in decisions})
    rows = owners.values_list("id", "owner_id").union(
        authors.exclude(author=None).values_list("id", "author_id"),
        submitters.values_list("id", "owner_id"),
    )
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for key, person in rows:
        found[key].add(person)
    return found


def _near(
    case: Case,
    behind: Mapping[UUID, set[UUID]],
    rulings: Sequence[Verdict],
    recused: set[UUID],
    conflicts: Sequence[tuple[UUID, UUID | None, str]],
) -> Iterator[tuple[UUID, str]]:
    """Who stands too near, and why; what is said last of a person is what they are told."""
    decision = case.decision
    for person, subject, organisation in conflicts:
        if subject == decision.subject_id or (
            organisation and organisation == decision.system.organisation
        ):
            yield person, IN_CONFLICT
    for verdict in rulings:
        for lender in lenders_of(verdict):
            yield lender, LENT
    for person in recused:
        yield person, RECUSED
    for verdict in rulings:
        yield verdict.ruled_by_id, RULED
    for key, sentence in (
        (decision.submitted_by_id, SUBMITTER),
        (decision.model_version_id, AUTHOR),
        (decision.system_id, OWNER),
    ):
        for person in behind.get(key, ()):
            yield person, sentence


def lenders_of(verdict: Verdict) -> Iterator[UUID]:
    """Everybody through whose hands the right came that a verdict rests on."""
    delegation = verdict.delegation
    while delegation is not None:
        yield delegation.delegator_id
        delegation = delegation.parent


def _to_uphold(case: Case, rulings: Sequence[Verdict]) -> str:
    """What whoever upholds chooses: the AI's outcome, or the one that stands and is contested."""
    if case.kind != Case.Kind.CONTESTATION:
        return case.decision.outcome
    others = [verdict.case for verdict in rulings if verdict.case_id != case.pk]
    return outcome_that_stands(case.decision, others)


def _at_least(case: Case, rulings: Sequence[Verdict]) -> tuple[HeldRight, ...]:
    """A contested ruling is looked at by a person of equal or higher right, GDPR Art. 22(3)."""
    if case.kind != Case.Kind.CONTESTATION:
        return ()
    earlier = [verdict for verdict in rulings if verdict.case_id != case.pk]
    return tuple(held_right(verdict.right) for verdict in earlier)
