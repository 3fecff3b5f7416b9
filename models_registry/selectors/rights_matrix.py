"""The decision rights in force at an instant: role by decision type, each right in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from governance.models import DecisionRight, Motion, MotionBallot, ReviewerRole
from governance.policies import VerdictWord
from models_registry.models import AISystem, DecisionType


def rights_at(at: datetime, *, system: str = "", role: str = "") -> QuerySet[DecisionRight]:
    """The rights in force at `at`, in an order that never changes. `system`: slug; those that
    apply to it, thus those on every system too. `role`: slug."""
    rights = DecisionRight.objects.in_force(at).select_related("role")
    if role:
        rights = rights.filter(role__slug=role)
    if system:
        types = DecisionType.objects.filter(system__slug=system).values("slug")
        rights = rights.filter(
            Q(system=system) | Q(system="") & (Q(decision_type="") | Q(decision_type__in=types))
        )
    ordered: QuerySet[DecisionRight] = rights.order_by(
        "role__slug", "system", "decision_type", "valid_from", "id"
    )
    return ordered


@dataclass(frozen=True, slots=True)
class Wording:
    """What is registered, for saying rights in words. `types`: by slug."""

    types: Mapping[str, DecisionType]
    systems: Mapping[str, AISystem]

    def unit(self, right: DecisionRight) -> str:
        """The unit of a right's ceiling: its type's, or the one that all types it covers share;
        empty where they differ."""
        units = {
            kind.impact_unit
            for kind in self.types.values()
            if right.decision_type in ("", kind.slug) and right.system in ("", kind.system.slug)
        }
        return units.pop() if len(units) == 1 else ""

    def place(self, right: DecisionRight) -> str:
        """What a right is on."""
        kind = self.types.get(right.decision_type)
        if right.decision_type:
            return kind.name if kind else right.decision_type
        system = self.systems.get(right.system)
        if right.system:
            return _("every type of %(system)s") % {
                "system": system.name if system else right.system
            }
        return _("every AI system")

    def right(self, right: DecisionRight) -> str:
        """Such as: uphold, override to Refuse up to 10,000 EUR until 2027-01-31."""
        said = ", ".join(_VERDICTS[word]() for word in VerdictWord if word.value in right.verdicts)
        if right.outcomes:
            said += " " + _("to %(outcomes)s") % {"outcomes": self._outcomes(right)}
        if right.max_impact is not None:
            unit = self.unit(right) or _("(in the type's unit)")
            said += " " + _("up to %(amount)s %(unit)s") % {
                "amount": in_digits(right.max_impact),
                "unit": unit,
            }
        if right.valid_until is not None:
            said += " " + _("until %(until)s") % {"until": in_days(right.valid_until)}
        return said

    def _outcomes(self, right: DecisionRight) -> str:
        kind = self.types.get(right.decision_type)
        specs = kind.outcome_specs if kind else {}
        return _(" or ").join(
            specs[key]["label"] if key in specs else key for key in right.outcomes
        )


# Said here, for the words of the verdicts belong to a floor above.
_VERDICTS = {
    VerdictWord.UPHOLD: lambda: _("uphold"),
    VerdictWord.OVERRIDE: lambda: _("override"),
    VerdictWord.REVERSE: lambda: _("reverse"),
    VerdictWord.ABSTAIN: lambda: _("abstain"),
}


def in_digits(amount: Decimal) -> str:
    """1234.5000 -> 1,234.5"""
    return f"{amount.normalize():,f}"


def in_days(instant: datetime) -> str:
    """A day, with its time of day where that is not midnight; UTC."""
    is_midnight = not (instant.hour or instant.minute or instant.second or instant.microsecond)
    return f"{instant:%Y-%m-%d}" if is_midnight else f"{instant:%Y-%m-%d %H:%M} UTC"


def wording() -> Wording:
    """Two queries."""
    types = DecisionType.objects.select_related("system").order_by("system__name", "name", "slug")
    return Wording(
        {kind.slug: kind for kind in types},
        {system.slug: system for system in AISystem.objects.order_by("name", "slug")},
    )


@dataclass(frozen=True, slots=True)
class Column:
    """`system`, `decision_type`: slugs, empty: every."""

    system: str
    decision_type: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """The columns of one AI system, or of every."""

    label: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One right of a cell, in words."""

    right: DecisionRight
    words: str


@dataclass(frozen=True, slots=True)
class Cell:
    """`is_covered`: empty, yet the role has a right on every type that reaches here."""

    column: Column
    group: str
    rights: tuple[Said, ...]
    is_covered: bool


@dataclass(frozen=True, slots=True)
class Row:
    role: ReviewerRole
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Roles by decision types; every role has a row, and every row all cells."""

    groups: tuple[Group, ...]
    rows: tuple[Row, ...]

    @property
    def count(self) -> int:
        return sum(len(cell.rights) for row in self.rows for cell in row.cells)


def matrix_at(at: datetime, *, system: str = "", role: str = "") -> Matrix:
    """The matrix at `at`. Four queries, whatever there is. `system`, `role`: slugs to look at."""
    words = wording()
    held: defaultdict[tuple[UUID, str, str], list[Said]] = defaultdict(list)
    for right in rights_at(at, system=system, role=role):
        kind = words.types.get(right.decision_type)
        # A type belongs to one system, whether the right names it or not.
        of_system = kind.system.slug if kind else right.system
        said = Said(right, words.right(right))
        held[right.role_id, of_system, right.decision_type].append(said)
    groups = _groups(words, system, {place[1:] for place in held})
    roles = ReviewerRole.objects.order_by("name", "slug")
    return Matrix(
        groups,
        tuple(_row(one, groups, held) for one in (roles.filter(slug=role) if role else roles)),
    )


def _groups(words: Wording, system: str, held: Collection[tuple[str, str]]) -> tuple[Group, ...]:
    """Every registered type has its column; what rights name and nobody registered, too."""
    every = Group(_("Every AI system"), (Column("", "", _("every type")),))
    systems = [one for one in words.systems.values() if system in ("", one.slug)]
    found = [
        Group(
            one.name,
            (
                Column(one.slug, "", _("every type")),
                *(
                    Column(one.slug, kind.slug, kind.name)
                    for kind in words.types.values()
                    if kind.system_id == one.pk
                ),
            ),
        )
        for one in systems
    ]
    known = {(column.system, column.decision_type) for one in found for column in one.columns}
    strange = sorted(set(held) - known - {("", "")})
    if strange:
        columns = (Column(of, kind, kind or f"{of}, " + _("every type")) for of, kind in strange)
        found.append(Group(_("Not registered"), tuple(columns)))
    return (every, *found)


def _row(
    role: ReviewerRole,
    groups: Sequence[Group],
    held: Mapping[tuple[UUID, str, str], Sequence[Said]],
) -> Row:
    def rights(system: str, decision_type: str) -> tuple[Said, ...]:
        return tuple(held.get((role.pk, system, decision_type), ()))

    cells = []
    for group in groups:
        for column in group.columns:
            own = rights(column.system, column.decision_type)
            wider = bool(column.system) and bool(
                rights("", "") or (column.decision_type and rights(column.system, ""))
            )
            cells.append(Cell(column, group.label, own, not own and wider))
    return Row(role, tuple(cells))


@dataclass(frozen=True, slots=True)
class Origin:
    """Which motion granted a right and which ended it, with the pseudonyms of those who moved and
    of those who approved; None and empty for what was set up with the system."""

    granted: Motion | None = None
    granted_by: tuple[str, ...] = ()
    ended: Motion | None = None
    ended_by: tuple[str, ...] = ()


def origins_of(rights: Sequence[DecisionRight]) -> dict[UUID, Origin]:
    """Where each right comes from. Three queries: a right names the motion that changed it last,
    its first history row the one that granted it."""
    first = dict(
        DecisionRight.history.filter(
            id__in=[right.pk for right in rights], history_type="+"
        ).values_list("id", "motion_id")
    )
    wanted = {key for key in [*first.values(), *(right.motion_id for right in rights)] if key}
    motions = Motion.objects.select_related("moved_by").in_bulk(wanted)
    approving: defaultdict[UUID, list[str]] = defaultdict(list)
    ballots = MotionBallot.objects.filter(motion__in=wanted, choice=MotionBallot.Choice.APPROVE)
    for motion, voter in ballots.order_by("id").values_list("motion_id", "voter__pseudonym"):
        approving[motion].append(str(voter))
    found = {}
    for right in rights:
        granted, last = first.get(right.pk), right.motion_id
        ended = last if last != granted else None
        found[right.pk] = Origin(
            granted=motions.get(granted) if granted else None,
            granted_by=tuple(approving.get(granted, ())) if granted else (),
            ended=motions.get(ended) if ended else None,
            ended_by=tuple(approving.get(ended, ())) if ended else (),
        )
    return found
