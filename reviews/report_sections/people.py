"""Chapter 3 of the oversight report: who could rule, what proved their competence, who did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count

from governance.models import Delegation, Qualification, RoleAssignment, User
from governance.reports.blocks import Cell, Column, Finding, Paragraph, Result, Table
from governance.reports.document import Section
from governance.reports.period import Period
from governance.reports.sections import section
from governance.reports.wording import instant
from governance.selectors.as_of import known_at
from reviews.report_sections import population
from reviews.report_sections.measured import Certified, certified
from reviews.report_sections.population import sample
from reviews.selectors.lenders import LENDERS_OF_DELEGATION, lenders_named, on_behalf

MOST_PEOPLE = 200


@section(
    report="human_oversight",
    order=30,
    id="people",
    title="People",
    law=("AI Act Art. 26(2)", "AI Act Art. 4"),
)
def people(period: Period) -> Section:
    proofs = _proofs(period)
    ruled = {
        row["ruled_by"]: row["n"]
        for row in population.verdicts(period).values("ruled_by").annotate(n=Count("pk"))
    }
    if not proofs and not ruled:
        return Section(
            empty_because=(
                "Nobody held a qualification for the system in the period, and nobody ruled."
            )
        )
    proven = certified(period)
    known = {proof.person_id for proof in proofs} | ruled.keys()
    persons = list(User.objects.filter(pk__in=known).order_by("pseudonym")[:MOST_PEOPLE])
    return Section(
        blocks=(
            Paragraph(
                "People appear under the pseudonym by which the ledger knows them. Support by "
                "colleagues and substitutes beyond those listed is not recorded."
            ),
            proven.figure,
            _finding(proven),
            _roster(persons, period, ruled),
            _matrix(proofs, period),
            *_lent(period),
        )
    )


def _proofs(period: Period) -> list[Qualification]:
    found: list[Qualification] = known_at(Qualification, period.cut_off, system=period.system_slug)
    return [proof for proof in found if _touches(proof, period)]


def _touches(row: Qualification | RoleAssignment, period: Period) -> bool:
    """Whether the row was in force at some moment of the period."""
    return row.valid_from < period.end and (
        row.valid_until is None or row.valid_until > period.start
    )


def _roster(persons: list[User], period: Period, ruled: dict[UUID, int]) -> Table:
    held: dict[UUID, list[str]] = {}
    assigned: list[RoleAssignment] = known_at(
        RoleAssignment, period.cut_off, person_id__in=[person.pk for person in persons]
    )
    names = dict(
        RoleAssignment.objects.filter(pk__in=[one.pk for one in assigned]).values_list(
            "pk", "role__name"
        )
    )
    for one in assigned:
        if _touches(one, period):
            held.setdefault(one.person_id, []).append(names[one.pk])
    rows: Iterable[tuple[Cell, ...]] = (
        (
            str(person.pseudonym),
            "simulated" if person.is_simulated else "person",
            ", ".join(sorted(set(held.get(person.pk, [])))) or "none in the period",
            ruled.get(person.pk, 0),
        )
        for person in persons
    )
    return Table(
        "Roster",
        (
            Column("Pseudonym"),
            Column("Kind"),
            Column("Roles"),
            Column("Verdicts", numeric=True),
        ),
        tuple(rows),
        note=f"At most {MOST_PEOPLE} people are listed.",
    )


def _lent(period: Period) -> list[Table]:
    """Who ruled for whom; nothing where every verdict rests on a right of the person's own."""
    given = (
        population.verdicts(period)
        .exclude(delegation=None)
        .values_list("ruled_by__pseudonym", "delegation")
        .annotate(n=Count("pk"))
    )
    counted = list(given.order_by("ruled_by__pseudonym", "delegation"))
    delegations = Delegation.objects.select_related(*LENDERS_OF_DELEGATION).in_bulk(
        {delegation for _, delegation, _ in counted}
    )
    pairs: Counter[str] = Counter()
    for pseudonym, delegation, n in counted:
        lenders = [str(one.pseudonym) for one in lenders_named(delegations[delegation])]
        pairs[on_behalf(str(pseudonym), lenders)] += n
    if not pairs:
        return []
    return [
        Table(
            "Verdicts under a delegation",
            (Column("Who for whom"), Column("Verdicts", numeric=True)),
            tuple(sorted(pairs.items())[:MOST_PEOPLE]),
            note="Both names stay on every ruling that rests on a lent right.",
        )
    ]


def _matrix(proofs: list[Qualification], period: Period) -> Table:
    pseudonyms = dict(
        User.objects.filter(pk__in={proof.person_id for proof in proofs}).values_list(
            "pk", "pseudonym"
        )
    )
    rows = sorted(
        (
            str(pseudonyms[proof.person_id]),
            str(Qualification.Kind(proof.kind).label),
            proof.model_version or "every version",
            instant(proof.valid_from),
            instant(proof.valid_until) if proof.valid_until else "open",
        )
        for proof in proofs
    )
    columns = ("Pseudonym", "Proof", "Version", "Valid from", "Valid until")
    return Table("Competence matrix", tuple(map(Column, columns)), tuple(rows[:MOST_PEOPLE]))


def _finding(proven: Certified) -> Finding:
    given = proven.figure.n
    if not given:
        result, reason = Result.NOT_ASSESSABLE, "No verdict was given in the period."
    elif proven.lapsed_count:
        result = Result.NOT_MET
        reason = f"{proven.lapsed_count} of {given} verdicts were given without a valid proof."
    else:
        result = Result.MET
        reason = f"All {given} verdicts were given under a proof that was valid at the time."
    return Finding(
        check="qualified-reviewers",
        title="Every verdict was given by a person qualified for the version",
        obligations=("eu-ai-act:26.2", "eu-ai-act:14.4.a"),
        result=result,
        reason=reason,
        sample=sample(proven.lapsed) if proven.lapsed_count else (),
    )
