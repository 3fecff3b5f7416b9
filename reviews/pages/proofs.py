"""What the pages say of proofs of competence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from governance.models import Qualification, User
from governance.selectors.lapsing import WARNING_SPAN

_STANDINGS: dict[str, tuple[StrOrPromise, str, str]] = {
    "coming": (_("Not yet"), "muted", "clock"),
    "valid": (_("Valid"), "good", "check"),
    "lapsing": (_("Lapses soon"), "warn", "clock"),
    "lapsed": (_("Lapsed"), "bad", "cross"),
}


@dataclass(frozen=True, slots=True)
class ShownProof:
    """A qualification as it stands now: a word with its tone and icon."""

    row: Qualification
    standing: str

    @property
    def word(self) -> StrOrPromise:
        return _STANDINGS[self.standing][0]

    @property
    def tone(self) -> str:
        return _STANDINGS[self.standing][1]

    @property
    def icon(self) -> str:
        return _STANDINGS[self.standing][2]


def shown(rows: Iterable[Qualification], now: datetime) -> list[ShownProof]:
    return [ShownProof(row, _standing(row, now)) for row in rows]


def _standing(row: Qualification, now: datetime) -> str:
    if row.valid_from > now:
        return "coming"
    if row.valid_until is None or row.valid_until > now + WARNING_SPAN:
        return "valid"
    return "lapsing" if row.valid_until > now else "lapsed"


@dataclass(frozen=True, slots=True)
class OwnProofs:
    """What one person is told of theirs. `count`: those that hold or lapsed lately; `told`: those
    that lapse soon, and those that lapsed and left nothing for their system and version."""

    count: int
    valid: int
    told: list[ShownProof]


def own_proofs(person: User, now: datetime) -> OwnProofs:
    """One query over what holds, or ended within the span in which a warning is given."""
    recent = Qualification.objects.filter(person=person).exclude(
        valid_until__lte=now - WARNING_SPAN
    )
    proofs = shown(recent.order_by("valid_until", "id"), now)
    held = {_covers(one.row) for one in proofs if one.standing in ("valid", "lapsing")}
    told = [
        one
        for one in proofs
        if one.standing == "lapsing"
        or (one.standing == "lapsed" and not held & {_covers(one.row), (one.row.system, "")})
    ]
    valid = sum(one.standing in ("valid", "lapsing") for one in proofs)
    return OwnProofs(len(proofs), valid, told)


def _covers(row: Qualification) -> tuple[str, str]:
    return row.system, row.model_version
