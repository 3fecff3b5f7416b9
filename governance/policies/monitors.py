"""The monitors that a policy asks for: what each watches, over which time, what it may raise."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from governance.policies.decision_schema import DecisionSchema
from governance.policies.document import Document
from governance.policies.durations import parse_duration
from governance.policies.expression.errors import did_you_mean
from governance.policies.expression.values import FactType
from governance.policies.problems import MAX_PROBLEMS, Place, Problem
from governance.policies.vocabulary import Level

DAY, HOUR, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(weeks=1)
LEAST_EVERY, MOST_EVERY = timedelta(minutes=1), timedelta(hours=6)
LONGEST = timedelta(days=92)
_DEFAULT_EVERY_LEAST = timedelta(minutes=5)
_LOOKS_PER_WINDOW = 24
_FEWEST_WEEKS = 3
_ALLOWANCE = timedelta(minutes=5)


class Watches(StrEnum):
    """What a monitor can watch."""

    CONFIDENCE_PSI = "confidence_psi"
    CONFIDENCE_KS = "confidence_ks"
    OUTCOME_PSI = "outcome_psi"
    OUTCOME_CHI_SQUARE = "outcome_chi_square"
    OVERRIDE_RATE = "override_rate"
    ERROR_RATE = "error_rate"
    VOLUME = "volume"
    SILENCE = "silence"
    CALIBRATION = "calibration"
    DISAGREEMENT = "disagreement"


_MAY_BE_LEFT_OUT = frozenset({"run", "segment"})
SEQUENTIAL = frozenset({Watches.OVERRIDE_RATE, Watches.ERROR_RATE})
_SEGMENTS = frozenset({FactType.STRING, FactType.BOOL, FactType.INT})
# Which fields only one kind of monitor has a use for.
_OWN = {
    "segment": frozenset({Watches.DISAGREEMENT}),
    "silence": frozenset({Watches.SILENCE}),
    "expected": SEQUENTIAL,
    "unacceptable": SEQUENTIAL,
    "run": SEQUENTIAL,
}


@dataclass(frozen=True, slots=True)
class MonitorSpec:
    """One monitor of a policy. `segment`: None for the protected groups of the decision type.

    `window`: the time looked at, up to now; `reference`: the time before it that it is compared
    with; `every`: how often; `false_alarm_rate`: the chance of a false alarm in one window's
    length of looks, of a sequential monitor in `run` items. `raise_to`: the level that an alarm
    raises the decision type to, None for no level. `silence`: how long nothing may come.
    """

    id: str
    watches: Watches
    window: timedelta
    reference: timedelta
    every: timedelta
    false_alarm_rate: float
    segment: str | None = None
    raise_to: Level | None = None
    silence: timedelta | None = None
    expected: float | None = None
    unacceptable: float | None = None
    run: int = 1_000

    @property
    def looks(self) -> int:
        """How many looks fall into one window's length."""
        return math.ceil(self.window / self.every)

    @property
    def fresh_for(self) -> timedelta:
        """How long a look counts: one may be missed, and sweeps come a little late."""
        return 2 * self.every + _ALLOWANCE

    @property
    def digest(self) -> str:
        """Names the monitor with all its settings: another one begins anew."""
        return _digest(self)


@lru_cache(maxsize=1_024)
def _digest(spec: MonitorSpec) -> str:
    """Kept, for each decision of a policy with monitors asks for it."""
    return hashlib.sha256(json.dumps(asdict(spec), default=str).encode()).hexdigest()


def monitor_from(data: Mapping[str, Any]) -> MonitorSpec:
    """The monitor of a document of the published shape, with the defaults of what it leaves out."""
    window = _span(data, "window") or DAY
    raise_to = data.get("raise_to")
    return MonitorSpec(
        id=data["id"],
        watches=Watches(data["watches"]),
        window=window,
        reference=_span(data, "reference") or 4 * WEEK,
        every=_span(data, "every") or _every(window),
        false_alarm_rate=float(data.get("false_alarm_rate", 0.01)),
        segment=data.get("segment"),
        raise_to=None if raise_to is None else Level(raise_to),
        silence=_span(data, "silence"),
        expected=_share(data, "expected"),
        unacceptable=_share(data, "unacceptable"),
        run=int(data.get("run", 1_000)),
    )


def monitor_problems(monitors: Any, document: Document, schema: DecisionSchema) -> list[Problem]:
    """What is wrong with the monitors beside their shape, each with its place."""
    return _Checking(document, schema).all_of(monitors)


def without_groups(monitors: Sequence[MonitorSpec], schema: DecisionSchema) -> list[int]:
    """Which monitors compare the protected groups of a type that has none marked.

    Asked before a text is published, and never after: marks that are taken back later leave such a
    monitor without data, which holds decisions on the loop, and the text stays what it was.
    """
    if schema.protected_groups():
        return []
    return [
        number
        for number, spec in enumerate(monitors)
        if spec.watches is Watches.DISAGREEMENT and spec.segment is None
    ]


class _Checking:
    def __init__(self, document: Document, schema: DecisionSchema) -> None:
        self.document = document
        self.schema = schema
        self.problems: list[Problem] = []

    def all_of(self, monitors: Any) -> list[Problem]:
        ids: set[str] = set()
        for index, monitor in enumerate(monitors if isinstance(monitors, list) else []):
            if not isinstance(monitor, dict) or len(self.problems) >= MAX_PROBLEMS:
                continue
            at = f"/monitors/{index}"
            name = monitor.get("id")
            if isinstance(name, str):
                if name in ids:
                    self.problem(f"{at}/id", "repeated", f'another monitor is called "{name}" too')
                ids.add(name)
            watches = monitor.get("watches")
            if isinstance(watches, str) and watches in set(Watches):
                self.fields(monitor, at, Watches(watches))
            self.times(monitor, at)
        return self.problems

    def fields(self, monitor: Mapping[str, Any], at: str, watches: Watches) -> None:
        for field, kinds in _OWN.items():
            if field in monitor and watches not in kinds:
                self.problem(
                    f"{at}/{field}", "meaningless", f"a monitor of {watches} has no use for it"
                )
            elif field not in monitor and watches in kinds and field not in _MAY_BE_LEFT_OUT:
                self.problem(at, "missing_field", f'a monitor of {watches} needs "{field}"')
        if watches is Watches.DISAGREEMENT:
            self.segment(monitor.get("segment"), f"{at}/segment")
        if watches in SEQUENTIAL:
            self.shares(monitor, at)
        if watches is Watches.VOLUME:
            self.weeks(monitor, at)

    def segment(self, fact: Any, pointer: str) -> None:
        if not isinstance(fact, str):
            return
        kind = self.schema.facts.get(fact)
        if kind is None:
            hint = did_you_mean(fact, self.schema.facts)
            self.problem(pointer, "unknown_fact", f'there is no fact "{fact[:100]}"{hint}')
        elif kind not in _SEGMENTS:
            words = ", ".join(sorted(one.value for one in _SEGMENTS))
            self.problem(pointer, "no_segment", f"a segment is a fact of type {words}, not {kind}")

    def shares(self, monitor: Mapping[str, Any], at: str) -> None:
        low, high = monitor.get("expected"), monitor.get("unacceptable")
        if isinstance(low, int | float) and isinstance(high, int | float) and high <= low:
            self.problem(
                f"{at}/unacceptable", "no_difference", "this is not more than what is expected"
            )

    def weeks(self, monitor: Mapping[str, Any], at: str) -> None:
        reference, window = _span(monitor, "reference"), _span(monitor, "window")
        if reference is not None and (reference < _FEWEST_WEEKS * WEEK or reference % WEEK):
            message = f"volume is compared with whole weeks, at least {_FEWEST_WEEKS}, such as P28D"
            self.problem(f"{at}/reference", "no_weeks", message)
        if window is not None and (window > WEEK or window % HOUR):
            message = "the window of volume is whole hours, and at most a week"
            self.problem(f"{at}/window", "no_hours", message)

    def times(self, monitor: Mapping[str, Any], at: str) -> None:
        window = _span(monitor, "window") or DAY
        self.span(monitor, at, "window", lambda span: HOUR <= span <= LONGEST, "PT1H to P92D")
        self.span(monitor, at, "reference", lambda span: HOUR <= span <= LONGEST, "PT1H to P92D")
        self.span(
            monitor, at, "silence", lambda span: LEAST_EVERY <= span <= LONGEST, "PT1M to P92D"
        )
        most = min(MOST_EVERY, window)
        self.span(
            monitor,
            at,
            "every",
            lambda span: LEAST_EVERY <= span <= most,
            "PT1M to PT6H, and no longer than the window",
        )

    def span(
        self,
        monitor: Mapping[str, Any],
        at: str,
        field: str,
        fits: Callable[[timedelta], bool],
        said: str,
    ) -> None:
        found = _span(monitor, field)
        if found is not None and not fits(found):
            self.problem(f"{at}/{field}", "out_of_range", f"this takes {said}")

    def problem(self, pointer: str, code: str, message: str) -> None:
        place = self.document.places.get(pointer, Place(1, 1))
        self.problems.append(Problem(pointer, place, code, message))


def _every(window: timedelta) -> timedelta:
    return min(max(window / _LOOKS_PER_WINDOW, _DEFAULT_EVERY_LEAST), MOST_EVERY)


def _span(data: Mapping[str, Any], field: str) -> timedelta | None:
    text = data.get(field)
    return parse_duration(text) if isinstance(text, str) else None


def _share(data: Mapping[str, Any], field: str) -> float | None:
    value = data.get(field)
    return None if value is None else float(value)
