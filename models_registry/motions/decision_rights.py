"""Granting and ending decision rights: a list of changes that two people make at once. Here,
because the systems and types that a right names must be registered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from governance.errors import DomainError, FieldError, InputInvalid, NotPermitted
from governance.ledger.leaf import instant as written
from governance.models import Actor, DecisionRight, Motion, ReviewerRole, RoleAssignment, User
from governance.motions.registry import Act, Content, Description, Matter, register
from governance.motions.shape import Reader, amount, instant, key, read_content, text, texts
from governance.policies import VerdictWord
from governance.services.accounts import end_right, grant_right
from models_registry.models import AISystem, DecisionType
from models_registry.selectors.rights_matrix import Wording, wording

NAME = "governance.decisionright.change"
PERMISSION = "governance.change_decisionright"
MOST_CHANGES = 50
_SLUG = 50
_OUTCOME = 64


class OwnAdvantage(NotPermitted):
    """Nobody widens what they may do themselves, neither as mover nor as second person."""

    code = "own_advantage"
    title = "Nobody widens their own rights"


@dataclass(frozen=True, slots=True)
class _Grant:
    role: ReviewerRole
    system: str
    decision_type: str
    max_impact: Decimal | None
    verdicts: tuple[str, ...]
    outcomes: tuple[str, ...]
    valid_from: datetime | None
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class _End:
    right: DecisionRight
    at: datetime | None


def grant(
    *,
    role: str,
    verdicts: Sequence[str],
    system: str = "",
    decision_type: str = "",
    max_impact: Decimal | None = None,
    outcomes: Sequence[str] = (),
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> dict[str, Any]:
    """One change: a role (slug) may rule."""
    return {
        "grant": {
            "role": role,
            "system": system,
            "decision_type": decision_type,
            "max_impact": None if max_impact is None else str(max_impact),
            "verdicts": list(verdicts),
            "outcomes": list(outcomes),
            "valid_from": None if valid_from is None else written(valid_from),
            "valid_until": None if valid_until is None else written(valid_until),
        }
    }


def end(right: UUID, at: datetime | None = None) -> dict[str, Any]:
    """One change: a right ends at `at`, or as soon as it is approved."""
    return {"end": {"id": str(right), "at": None if at is None else written(at)}}


def content_of(changes: Sequence[dict[str, Any]]) -> Content:
    return {"changes": list(changes)}


def check(content: Content, mover: User, now: datetime) -> Matter:
    """Raises InputInvalid naming each fault by its JSON pointer, OwnAdvantage."""
    changes = _read(content, now, is_moved=True)
    _check_no_own_advantage(content, mover, now)
    about = next((one.right for one in changes if isinstance(one, _End)), None)
    return Matter(_summary(changes), about if len(changes) == 1 else None)


def carry_out(motion: Motion, actor: Actor, now: datetime) -> DecisionRight:
    """All changes or none; the rows name the motion. Raises what `check` raises, of the person
    whose vote decides too, and RightEnded."""
    ending = [one["end"]["id"] for one in motion.content["changes"] if "end" in one]
    # Held before they are looked at, so that two motions that end the same right take turns.
    list(DecisionRight.objects.select_for_update(no_key=True).filter(pk__in=ending).order_by("pk"))
    changes = _read(motion.content, now, is_moved=False)
    for person in (motion.moved_by, User.objects.get(pseudonym=actor.handle)):
        _check_no_own_advantage(motion.content, person, now)
    done = [_carried_out(one, motion, actor, now) for one in changes]
    return done[0]


def describe(motion: Motion) -> Description:
    """Each change in words; while it waits, also what has come in its way since it was moved."""
    words = wording()
    changes: list[dict[str, Any]] = motion.content["changes"]
    ending = DecisionRight.objects.select_related("role").in_bulk(
        [UUID(one["end"]["id"]) for one in changes if "end" in one]
    )
    rows = tuple(_told(one, ending, words) for one in changes)
    links = tuple(
        (_("The right that would end"), "admin:governance_decisionright_change", str(right))
        for right in ending
    )
    return Description(rows=rows, notes=_notes(motion), links=links)


def bar(motion: Motion, voter: User) -> str:
    """Why a person must not vote: they hold a role that would be given more."""
    held = _roles_held(voter, Now()) & _roles_granted(motion.content)
    return _why_barred(held) if held else ""


def votable(person: User) -> Q:
    """The motions on which `bar` lets them vote."""
    barred = Q(pk__in=[])
    for role in _roles_held(person, Now()):
        barred |= Q(content__contains={"changes": [{"grant": {"role": role}}]})
    return ~barred


def _check_no_own_advantage(content: Content, person: User, now: datetime) -> None:
    held = _roles_held(person, now) & _roles_granted(content)
    if held:
        raise OwnAdvantage(_why_barred(held))


def _why_barred(held: set[str]) -> str:
    return _(
        "You hold the role %(roles)s, which would be given more; ask somebody who does not"
    ) % {"roles": ", ".join(sorted(held))}


def _roles_held(person: User, now: Any) -> set[str]:
    """Slugs of the roles that a person holds, or will."""
    held = RoleAssignment.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=now), person=person
    )
    return set(held.values_list("role__slug", flat=True))


def _roles_granted(content: Content) -> set[str]:
    return {one["grant"]["role"] for one in content["changes"] if "grant" in one}


def _carried_out(
    change: _Grant | _End, motion: Motion, actor: Actor, now: datetime
) -> DecisionRight:
    if isinstance(change, _End):
        return end_right(right=change.right, at=change.at, motion=motion, actor=actor, now=now)
    return grant_right(
        role=change.role,
        system=change.system,
        decision_type=change.decision_type,
        max_impact=change.max_impact,
        verdicts=change.verdicts,
        outcomes=change.outcomes,
        valid_from=change.valid_from,
        valid_until=change.valid_until,
        motion=motion,
        actor=actor,
        now=now,
    )


# Reading: first the shape of each change, then what it refers to. Faults are collected over all.


def _optional(read: Reader, default: Any) -> Reader:
    return lambda value: default if value is None else read(value)


def _slug_or_empty(value: Any) -> str:
    return "" if value in (None, "") else str(text(_SLUG)(value))


_GRANT: dict[str, Reader] = {
    "role": text(_SLUG),
    "system": _slug_or_empty,
    "decision_type": _slug_or_empty,
    "max_impact": amount,
    "verdicts": texts(16),
    "outcomes": _optional(texts(_OUTCOME), []),
    "valid_from": _optional(instant, None),
    "valid_until": _optional(instant, None),
}
_END: dict[str, Reader] = {"id": key, "at": _optional(instant, None)}


def _read(content: Content, now: datetime, *, is_moved: bool) -> list[_Grant | _End]:
    """The changes. `is_moved`: an instant that is named must lie ahead; later, while people vote,
    it may have passed, and then counts from the deciding vote on."""
    listed = read_content(content, {"changes": _list_of_changes})["changes"]
    faults: list[FieldError] = []
    shaped: list[tuple[str, str, dict[str, Any]]] = []
    for index, change in enumerate(listed):
        place = f"/changes/{index}"
        try:
            shaped.append((place, *_shaped(change)))
        except InputInvalid as fault:
            faults += [
                FieldError(place + error.pointer, error.detail, error.code)
                for error in fault.errors
            ]
    known = _Known.of([values for _place, _kind, values in shaped])
    read: list[_Grant | _End] = []
    for place, kind, values in shaped:
        look: Callable[..., Iterator[FieldError]] = (
            known.faults_of_grant if kind == "grant" else known.faults_of_end
        )
        found = [
            FieldError(f"{place}/{kind}{error.pointer}", error.detail, error.code)
            for error in look(values, now, is_moved=is_moved)
        ]
        faults += found
        if not found:
            read.append(known.grant(values) if kind == "grant" else known.end(values))
    if faults:
        raise InputInvalid("The decision rights cannot be changed like this", errors=faults)
    return read


def _list_of_changes(value: Any) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_CHANGES:
        raise ValueError(f"Takes a list of 1 to {MOST_CHANGES} changes.")
    return value


def _shaped(change: Any) -> tuple[str, dict[str, Any]]:
    kinds = list(change) if isinstance(change, dict) else []
    if kinds not in (["grant"], ["end"]) or not isinstance(change[kinds[0]], dict):
        detail = 'Is {"grant": {...}} or {"end": {...}}.'
        raise InputInvalid("No change", errors=[FieldError("", detail, "shape")])
    kind = kinds[0]
    try:
        return kind, read_content(change[kind], _GRANT if kind == "grant" else _END)
    except InputInvalid as fault:
        raise InputInvalid(
            fault.detail,
            errors=[
                FieldError(f"/{kind}{error.pointer}", error.detail, error.code)
                for error in fault.errors
            ],
        ) from fault


@dataclass(frozen=True, slots=True)
class _Known:
    """What the changes refer to, read in four queries however many there are."""

    roles: dict[str, ReviewerRole]
    systems: frozenset[str]
    types: dict[str, DecisionType]
    rights: dict[UUID, DecisionRight]
    ended: Counter[UUID]

    @classmethod
    def of(cls, changes: Sequence[dict[str, Any]]) -> _Known:
        def named(field: str) -> set[Any]:
            return {values[field] for values in changes if values.get(field)}

        roles = ReviewerRole.objects.filter(slug__in=named("role"))
        systems = AISystem.objects.filter(slug__in=named("system"))
        types = DecisionType.objects.filter(slug__in=named("decision_type"))
        return cls(
            roles={role.slug: role for role in roles},
            systems=frozenset(systems.values_list("slug", flat=True)),
            types={kind.slug: kind for kind in types.select_related("system")},
            rights=DecisionRight.objects.select_related("role").in_bulk(named("id")),
            ended=Counter(values["id"] for values in changes if "id" in values),
        )

    def grant(self, values: dict[str, Any]) -> _Grant:
        return _Grant(
            **values
            | {
                "role": self.roles[values["role"]],
                "verdicts": tuple(values["verdicts"]),
                "outcomes": tuple(values["outcomes"]),
            }
        )

    def end(self, values: dict[str, Any]) -> _End:
        return _End(self.rights[values["id"]], values["at"])

    def faults_of_grant(
        self, values: dict[str, Any], now: datetime, *, is_moved: bool
    ) -> Iterator[FieldError]:
        role, system, kind = values["role"], values["system"], values["decision_type"]
        if role not in self.roles:
            yield FieldError("/role", f"There is no role {role!r}.", "unknown")
        if system and system not in self.systems:
            yield FieldError("/system", f"There is no AI system {system!r}.", "unknown")
        known = self.types.get(kind)
        if kind and known is None:
            yield FieldError("/decision_type", f"There is no decision type {kind!r}.", "unknown")
        if known is not None and system and known.system.slug != system:
            detail = f"{kind} is a type of {known.system.slug}, not of {system}."
            yield FieldError("/decision_type", detail, "other_system")
        if values["max_impact"] is not None and values["max_impact"] < 0:
            yield FieldError("/max_impact", "Must not be below 0.", "negative")
        yield from _faults_of_verdicts(values["verdicts"])
        yield from _faults_of_outcomes(values["outcomes"], known)
        yield from _faults_of_span(values, now, is_moved=is_moved)

    def faults_of_end(
        self, values: dict[str, Any], now: datetime, *, is_moved: bool
    ) -> Iterator[FieldError]:
        right, at = self.rights.get(values["id"]), values["at"]
        if right is None:
            yield FieldError("/id", "There is no such decision right.", "unknown")
            return
        if self.ended[right.pk] > 1:
            yield FieldError("/id", "Is ended twice.", "twice")
        if is_moved and at is not None and at <= now:
            yield FieldError("/at", "Must lie ahead; empty: as soon as it is approved.", "past")
            return
        ends = now if at is None else max(at, now)
        if right.valid_until is not None and right.valid_until <= ends:
            detail = f"Ends at {right.valid_until:%Y-%m-%d %H:%M} UTC already."
            yield FieldError("/id" if at is None else "/at", detail, "ended")
        if right.valid_from >= ends:
            detail = f"Begins at {right.valid_from:%Y-%m-%d %H:%M} UTC; name a later instant."
            yield FieldError("/at", detail, "not_begun")


def _faults_of_verdicts(verdicts: Sequence[str]) -> Iterator[FieldError]:
    words = [word.value for word in VerdictWord]
    if not verdicts:
        yield FieldError("/verdicts", f"At least one of: {', '.join(words)}.", "empty")
    if len(set(verdicts)) != len(verdicts):
        yield FieldError("/verdicts", "Names one twice.", "twice")
    for index, verdict in enumerate(verdicts):
        if verdict not in words:
            yield FieldError(f"/verdicts/{index}", f"One of: {', '.join(words)}.", "unknown")


def _faults_of_outcomes(outcomes: Sequence[str], kind: DecisionType | None) -> Iterator[FieldError]:
    if outcomes and kind is None:
        yield FieldError(
            "/outcomes", "Outcomes are those of one decision type; name it.", "no_type"
        )
        return
    if len(set(outcomes)) != len(outcomes):
        yield FieldError("/outcomes", "Names one twice.", "twice")
    for index, outcome in enumerate(outcomes):
        if kind is not None and outcome not in kind.outcome_specs:
            detail = f"{kind.slug} has no outcome {outcome!r}."
            yield FieldError(f"/outcomes/{index}", detail, "unknown")


def _faults_of_span(
    values: dict[str, Any], now: datetime, *, is_moved: bool
) -> Iterator[FieldError]:
    start, until = values["valid_from"], values["valid_until"]
    if is_moved and start is not None and start <= now:
        detail = "Must lie ahead; empty: as soon as it is approved."
        yield FieldError("/valid_from", detail, "past")
    if until is not None and until <= now:
        yield FieldError("/valid_until", "Must lie ahead.", "past")
    elif until is not None and start is not None and until <= start:
        yield FieldError("/valid_until", "Must come after the beginning.", "order")


# Words: for the motion's line, and for the second person.


def _summary(changes: Sequence[_Grant | _End]) -> str:
    [first] = changes[:1]
    if len(changes) > 1:
        return f"Change {len(changes)} decision rights"
    if isinstance(first, _End):
        return f"End a decision right of the role {first.right.role.slug}"
    where = first.decision_type or first.system or "every AI system"
    return f"Grant the role {first.role.slug} a decision right on {where}"


def _told(
    change: dict[str, Any], ending: dict[UUID, DecisionRight], words: Wording
) -> tuple[str, str]:
    if "end" in change:
        right, at = ending[UUID(change["end"]["id"])], change["end"].get("at")
        when = instant(at) if at else None
        until = f"{when:%Y-%m-%d %H:%M} UTC" if when else _("as soon as it is approved")
        label = _("End, role %(role)s") % {"role": right.role.slug}
        return label, f"{words.place(right)}: {words.right(right)}. {_('Ends')}: {until}"
    given = read_content(change["grant"], _GRANT)
    right = DecisionRight(**{name: value for name, value in given.items() if name != "role"})
    label = _("Grant, role %(role)s") % {"role": given["role"]}
    start = right.valid_from
    begins = f" {_('Begins')}: {start:%Y-%m-%d %H:%M} UTC" if start else ""
    return label, f"{words.place(right)}: {words.right(right)}.{begins}"


def _notes(motion: Motion) -> tuple[str, ...]:
    if motion.state != Motion.State.PENDING:
        return ()
    count = len(motion.content["changes"])
    notes = [
        ngettext(
            "%(n)d change, made when the vote is settled.",
            "%(n)d changes, made together when the vote is settled, or none of them.",
            count,
        )
        % {"n": count}
    ]
    try:
        _read(motion.content, motion.moved_at, is_moved=False)
    except DomainError as fault:
        notes += [f"{error.pointer}: {error.detail}" for error in fault.errors]
    return tuple(notes)


register(
    Act(
        name=NAME,
        title=gettext_noop("Change decision rights"),
        move_perm=PERMISSION,
        vote_perm=PERMISSION,
        check=check,
        carry_out=carry_out,
        describe=describe,
        bar=bar,
        votable=votable,
    )
)
