"""One look of a monitor: gathering what it takes, and asking the statistics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from governance.policies.monitors import MonitorSpec, Watches
from models_registry.models import DecisionType
from reviews.models import Case, DecisionTally, MonitorState
from reviews.monitors import drift
from reviews.monitors.calibration import look_at_calibration
from reviews.monitors.disagreement import look_at_disagreement, look_at_groups
from reviews.monitors.looks import Look, per_look
from reviews.monitors.sequential import Evidence, Shares, followed, look_of
from reviews.monitors.silence import look_at_silence
from reviews.monitors.volume import look_at_volume
from reviews.selectors import ruled
from reviews.services.tallying import (
    HOUR,
    SETTLES_IN,
    Counted,
    counted_live,
    hour_of,
    settled_until,
    summed,
    tallied,
    tally,
)

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Looking:
    """What a look is about. `alpha`: its level, of the rate that the policy states."""

    kind: DecisionType
    spec: MonitorSpec
    state: MonitorState
    now: datetime

    @property
    def alpha(self) -> float:
        return per_look(self.spec.false_alarm_rate, self.spec.looks)

    @property
    def start(self) -> datetime:
        """Of the window: a whole hour, so that it is up to an hour longer than stated."""
        return hour_of(self.now - self.spec.window)

    @property
    def reference_start(self) -> datetime:
        return hour_of(self.start - self.spec.reference)


def look(looking: Looking) -> Look | None:
    """What the monitor finds now; None while the hours it needs are still being counted.

    A sequential monitor's evidence is changed in `state.memory`, which the caller saves.
    """
    return _LOOKS[looking.spec.watches](looking)


def _compared(looking: Looking, judge: Callable[[Counted, Counted, float], Look]) -> Look | None:
    if not tally(looking.kind, looking.reference_start, looking.now):
        return None
    until = settled_until(looking.now)
    rows = tallied(looking.kind, looking.reference_start, until)
    window = summed(row for row in rows if row.hour >= looking.start)
    window.add(counted_live(looking.kind, max(until, looking.start), looking.now))
    return judge(summed(row for row in rows if row.hour < looking.start), window, looking.alpha)


def _confidence(judge: Callable[[list[int], list[int], float], Look]) -> Callable[..., Look | None]:
    return lambda looking: _compared(
        looking,
        lambda reference, window, alpha: judge(reference.steps, window.steps, alpha),
    )


def _outcome(judge: Callable[..., Look]) -> Callable[..., Look | None]:
    return lambda looking: _compared(
        looking,
        lambda reference, window, alpha: judge(reference.outcomes, window.outcomes, alpha),
    )


def _volume(looking: Looking) -> Look | None:
    """Whole hours alone: the reference has no parts of hours to compare one with."""
    end = settled_until(looking.now)
    start = end - looking.spec.window
    weeks = int(looking.spec.reference / _WEEK)
    if not tally(looking.kind, start - weeks * _WEEK, looking.now):
        return None
    counts = {row.hour: row.total for row in tallied(looking.kind, start - weeks * _WEEK, end)}
    first = (
        DecisionTally.objects.filter(decision_type=looking.kind, total__gt=0)
        .order_by("hour")
        .values_list("hour", flat=True)
        .first()
    )
    hours = [start + HOUR * number for number in range(int((end - start) / HOUR))]
    # Weeks from before the first decision ever would say that nothing is usual.
    usual = [
        [counts[hour - _WEEK * back] for hour in hours]
        for back in range(1, weeks + 1)
        if first is not None and start - _WEEK * back >= first
    ]
    return look_at_volume(sum(counts[hour] for hour in hours), usual, looking.alpha)


def _silence(looking: Looking) -> Look | None:
    if not tally(looking.kind, looking.reference_start, looking.now):
        return None
    until = settled_until(looking.now)
    live = counted_live(looking.kind, until, looking.now)
    last_at = live.last_at
    if last_at is None:
        busy = DecisionTally.objects.filter(decision_type=looking.kind, total__gt=0)
        newest = busy.order_by("-hour").first()
        last_at = None if newest is None else newest.last_at
    seconds = None if last_at is None else (looking.now - last_at).total_seconds()
    known = summed(tallied(looking.kind, looking.reference_start, until))
    allowed = looking.spec.silence or timedelta()
    return look_at_silence(seconds, allowed.total_seconds(), known.total + live.total)


def _sequential(looking: Looking) -> Look:
    """Items since the last look, each once. Those of the last minutes wait for the next one: their
    transactions may not be committed yet."""
    spec, memory = looking.spec, looking.state.memory
    until = looking.now - SETTLES_IN
    cursor = datetime.fromisoformat(memory["upto"]) if memory else looking.start
    shares = Shares(spec.expected or 0.0, spec.unacceptable or 0.0, spec.run, spec.false_alarm_rate)
    before = Evidence(memory.get("evidence", 0.0), memory.get("in_alarm", False))
    evidence, reached = followed(
        shares, before, ruled.overruled_in_order(_ruled(looking, cursor, until))
    )
    looking.state.memory = {
        "upto": max(cursor, until).isoformat(),
        "evidence": evidence.value,
        "in_alarm": evidence.in_alarm,
    }
    return look_of(shares, evidence, reached, _ruled(looking, looking.start, until).count())


def _ruled(looking: Looking, start: datetime, end: datetime) -> QuerySet[Case]:
    cases = ruled.decided(looking.kind, start, end)
    return ruled.not_picked(cases) if looking.spec.watches is Watches.ERROR_RATE else cases


def _calibration(looking: Looking) -> Look:
    items = ruled.judged(looking.kind, looking.start, looking.now)
    return look_at_calibration(items, looking.alpha)


def _disagreement(looking: Looking) -> Look:
    cases = ruled.decided(looking.kind, looking.start, looking.now)
    if looking.spec.segment is not None:
        segments = ruled.overruled_by_segment(cases, looking.spec.segment)
        return look_at_disagreement(segments, looking.alpha)
    groups = looking.kind.protected_groups
    return look_at_groups(
        {fact: ruled.overruled_by_segment(cases, fact) for fact in groups}, looking.alpha
    )


_LOOKS: dict[Watches, Callable[[Looking], Look | None]] = {
    Watches.CONFIDENCE_PSI: _confidence(drift.psi_of_confidence),
    Watches.CONFIDENCE_KS: _confidence(drift.ks_of_confidence),
    Watches.OUTCOME_PSI: _outcome(drift.psi_of_outcomes),
    Watches.OUTCOME_CHI_SQUARE: _outcome(drift.chi_square_of_outcomes),
    Watches.OVERRIDE_RATE: _sequential,
    Watches.ERROR_RATE: _sequential,
    Watches.VOLUME: _volume,
    Watches.SILENCE: _silence,
    Watches.CALIBRATION: _calibration,
    Watches.DISAGREEMENT: _disagreement,
}
