"""What the law's data holds once it is read: instruments, obligations and their dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .vocabulary import Confidence, Force, Reading, Role, Scope, SystemClass, Trait

HIGH_RISK = frozenset({SystemClass.ANNEX_III, SystemClass.ANNEX_I, SystemClass.ANNEX_III_DEROGATED})


@dataclass(frozen=True, slots=True)
class Amendment:
    """An act that changed an instrument."""

    act: str
    published: str
    in_force: date


@dataclass(frozen=True, slots=True)
class Instrument:
    """A statute, standard or framework. `status_date`: the day up to which it was followed."""

    key: str
    name: str
    force: Force
    status_date: date
    amended_by: tuple[Amendment, ...]


@dataclass(frozen=True, slots=True)
class ApplicationDate:
    """From when an obligation applies within one scope.

    `original` is None where the rule had no earlier date (inserted later). `amended_by` names the
    act that set `current`, None if no act moved it. `reading` is given where two readings of the
    same text lead to different dates; then the scope has one entry per reading.
    """

    scope: Scope
    original: date | None
    current: date
    amended_by: str | None
    confidence: Confidence
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty of one provision.

    Binds a holder of any role in `binds`, for a system of any class in `applies_to` that has all
    the traits in `needs`. `dates` is empty for drafts and undated standards.
    """

    id: str
    instrument: Instrument
    title: str
    summary: str
    binds: frozenset[Role]
    applies_to: frozenset[SystemClass]
    needs: frozenset[Trait]
    dates: tuple[ApplicationDate, ...]
    note: str
    evidence: tuple[str, ...]
    source: str
    checked: Confidence
    draft: bool

    def attaches_to(
        self, classes: frozenset[SystemClass], roles: frozenset[Role], traits: frozenset[Trait]
    ) -> bool:
        return bool(self.binds & roles and self.applies_to & classes) and self.needs <= traits

    @property
    def only_high_risk(self) -> bool:
        """Whether it reaches a system only because that system is, or would be, high-risk."""
        return self.applies_to <= HIGH_RISK


@dataclass(frozen=True, slots=True)
class Law:
    """All obligations known, by id in the order of their provisions, and the state they show."""

    instruments: Mapping[str, Instrument]
    obligations: Mapping[str, Obligation]
    status_date: date
    version: str
