"""Whether an obligation is in force for a scope on a day: the one answer that every report uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .law import ApplicationDate, Law, Obligation
from .load import LEGACY_RULE, law
from .vocabulary import Confidence, Force, Scope

_LEGACY_SCOPES = frozenset({Scope.LEGACY, Scope.LEGACY_PUBLIC_AUTHORITY})


class StandingState(StrEnum):
    """Where an obligation stands, the strictest first."""

    APPLIES = "applies"
    DISPUTED = "disputed"
    APPLIES_FROM = "applies from"
    LEGACY = "legacy"
    VOLUNTARY = "voluntary"
    DRAFT = "draft"
    NOT_ASSESSABLE = "not assessable"


@dataclass(frozen=True, slots=True)
class Standing:
    """An obligation's standing on the day `on`.

    `since`: first day of application, None where there is no date. While two readings are in
    dispute it is the earlier day; once both are past it is the later, the one that is certain.
    `dates`: what the answer rests on. `forecast`: `on` lies after the last day up to which the law
    was followed, so a later act may have changed the answer.
    """

    obligation_id: str
    scope: str
    on: date
    state: StandingState
    since: date | None
    confidence: Confidence | None
    reason: str
    dates: tuple[ApplicationDate, ...] = ()
    forecast: bool = False

    @property
    def phrase(self) -> str:
        """The standing in a few words, for a table cell."""
        match self.state:
            case StandingState.APPLIES:
                return f"applies since {self.since}"
            case StandingState.APPLIES_FROM:
                return f"applies from {self.since}"
            case StandingState.DISPUTED:
                days = " or ".join(str(entry.current) for entry in self.dates)
                return f"disputed: two readings, {days}"
            case StandingState.LEGACY if self.since:
                return f"legacy: applies from {self.since}, or after a significant design change"
            case StandingState.LEGACY:
                return "legacy: applies only after a significant design change"
            case StandingState.VOLUNTARY:
                return f"voluntary, published {self.since}" if self.since else "voluntary"
            case StandingState.DRAFT:
                return "draft"
            case StandingState.NOT_ASSESSABLE:
                return "not assessable"

    @property
    def rank(self) -> tuple[int, date]:
        """Sort key, strictest first; what has no date comes after what has one."""
        return list(StandingState).index(self.state), self.since or date.max


def in_force(obligation_id: str, scope: str, on: date, known_law: Law | None = None) -> Standing:
    """Where `obligation_id` stands for systems of `scope` on the day `on`.

    `scope`: a value of Scope. Never raises: an unknown obligation, an unknown scope and a scope
    without a date are `not assessable`, with the reason.
    Source: Regulation (EU) 2024/1689 Arts 111 and 113, as amended by Regulation (EU) 2026/1744.
    """
    known = known_law or law()
    obligation = known.obligations.get(obligation_id)
    forecast = on > known.status_date

    def answer(
        state: StandingState,
        reason: str,
        *,
        since: date | None = None,
        confidence: Confidence | None = None,
        dates: Sequence[ApplicationDate] = (),
    ) -> Standing:
        return Standing(
            obligation_id, scope, on, state, since, confidence, reason, tuple(dates), forecast
        )

    if obligation is None:
        return answer(StandingState.NOT_ASSESSABLE, "This obligation is not in the library.")
    if scope not in set(Scope):
        return answer(StandingState.NOT_ASSESSABLE, f"There is no scope {scope!r}.")
    if obligation.draft:
        return answer(StandingState.DRAFT, obligation.note, confidence=obligation.checked)

    dates = _dates_for(obligation, scope)
    if obligation.instrument.force is Force.VOLUNTARY:
        first = dates[0] if dates else None
        return answer(
            StandingState.VOLUNTARY,
            obligation.note,
            since=first.current if first else None,
            confidence=first.confidence if first else obligation.checked,
            dates=dates,
        )
    if scope in _LEGACY_SCOPES and obligation.only_high_risk and obligation.id != LEGACY_RULE:
        rule = known.obligations[LEGACY_RULE]
        # Only the public authorities' scope has a day by which everyone must comply.
        dates = _dates_for(rule, scope) if scope == Scope.LEGACY_PUBLIC_AUTHORITY else ()
        if not dates or on < dates[0].current:
            since = dates[0].current if dates else None
            return answer(
                StandingState.LEGACY,
                rule.summary,
                since=since,
                confidence=rule.checked,
                dates=dates,
            )
    if not dates:
        return answer(
            StandingState.NOT_ASSESSABLE, f"The library has no date of this duty for {scope!r}."
        )
    days = [entry.current for entry in dates]
    state = _state(dates, on)
    return answer(
        state,
        obligation.note,
        # Once both readings are past, the duty applies by either: certain only since the later.
        since=max(days) if state is StandingState.APPLIES else min(days),
        confidence=dates[0].confidence,
        dates=dates,
    )


def _dates_for(obligation: Obligation, scope: str) -> tuple[ApplicationDate, ...]:
    exact = tuple(entry for entry in obligation.dates if entry.scope == scope)
    return exact or tuple(entry for entry in obligation.dates if entry.scope == Scope.ALL)


def _state(dates: Sequence[ApplicationDate], on: date) -> StandingState:
    applied = [entry.current <= on for entry in dates]
    if all(applied):
        return StandingState.APPLIES
    return StandingState.DISPUTED if len(dates) > 1 else StandingState.APPLIES_FROM
