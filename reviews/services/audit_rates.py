"""The audit rates of passed decisions: read at intake, adapted by a sweep.

Source: Regulation (EU) 2024/1689 Art. 14(4)(a), to detect and address anomalies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from governance.ledger import record
from governance.models import Actor
from governance.policies import Facts
from models_registry.models import DecisionType
from reviews.metrics.audit_rates import IDLE, Evidence, Step, next_rate, upper_bound
from reviews.models import AuditCount, AuditRate
from reviews.selectors.audits import (
    Audited,
    Passed,
    Population,
    Segment,
    audited_between,
    audited_since,
    passed_between,
    segment_key,
)
from reviews.services.rulebook import Rulebook, rulebook_for

SETTLED_WITHIN = timedelta(seconds=30)
"""What a transaction wrote is counted so long after its clock, when it has surely committed."""
MOST_SEGMENTS = 200
"""Of one decision type. Further ones have no rate of their own, and thus the highest."""


def audit_rate_for(
    *, rulebook: Rulebook, decision_type: DecisionType, facts: Facts
) -> float | None:
    """The rate that the decision's segment has come to (a step of intake); one query.

    None where no rate adapts; the highest for a segment of which nothing is known yet.
    """
    plan = rulebook.rules.audit
    if plan is None:
        return None
    segment = plan.segment_of(facts)
    if segment is None:
        return plan.rate(None)
    rates = AuditRate.objects.of(decision_type, rulebook.version)
    kept = rates.filter(segment_key=segment_key(segment)).values_list("rate", flat=True).first()
    return plan.rate(kept)


@dataclass(frozen=True, slots=True)
class _Sweep:
    """One look at one decision type. `since`: up to when the last one counted, None for none."""

    of: Population
    start: float
    since: datetime | None
    until: datetime
    now: datetime
    actor: Actor

    @property
    def window_begins(self) -> datetime:
        return self.until - self.of.plan.window


@transaction.atomic
def adapt_audit_rates(*, decision_type_id: UUID, actor: Actor, now: datetime) -> int:
    """Bring the rates of one decision type to what its audits show; how many changed.

    What has been counted is not counted again: a second look at the same instant changes nothing,
    and of two at once one goes away empty. `now`: aware, UTC.
    """
    kind = (
        DecisionType.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(pk=decision_type_id)
        .first()
    )
    rulebook = None if kind is None else rulebook_for(kind, now)
    if kind is None or rulebook is None or rulebook.rules.audit is None:
        return 0
    of = Population(kind, rulebook.version, rulebook.rules.audit)
    until = now - SETTLED_WITHIN
    counts = AuditCount.objects.filter(
        rate__decision_type=kind, rate__policy_version=rulebook.version
    )
    since = counts.order_by("-counted_until").values_list("counted_until", flat=True).first()
    if since is not None and since >= until:
        return 0
    return _look(_Sweep(of, rulebook.rules.audit_rate, since, until, now, actor))


def _look(sweep: _Sweep) -> int:
    """One change of a rate at most for each segment."""
    of, since = sweep.of, sweep.since
    begins = sweep.window_begins
    passed = passed_between(of, begins if since is None else since, sweep.until)
    gone = {} if since is None else passed_between(of, since - of.plan.window, begins)
    audited = audited_between(of, begins, sweep.until)
    kept = {
        rate.segment_key: rate
        for rate in AuditRate.objects.filter(
            decision_type=of.decision_type, policy=of.version.policy_id
        ).select_related("count")
        if rate.segment.keys() == set(of.plan.segments)
    }
    changed = 0
    for key, segment in _segments(passed, audited).items():
        if key not in kept and len(kept) < MOST_SEGMENTS:
            kept[key] = _start(sweep, key, segment)
            changed += 1
    for key, rate in kept.items():
        changed += _adopt_or_adapt(sweep, rate, audited.get(key, Audited()))
        _count(
            sweep,
            rate,
            passed.get(key, Passed()),
            gone.get(key, Passed()),
            audited.get(key, Audited()),
        )
    return changed


def _segments(*found: dict[str, Passed] | dict[str, Audited]) -> dict[str, Segment]:
    return {key: one.segment for counted in found for key, one in counted.items()}


def _start(sweep: _Sweep, key: str, segment: Segment) -> AuditRate:
    of = sweep.of
    rate = AuditRate(
        decision_type=of.decision_type,
        policy=of.version.policy,
        segment=dict(segment),
        segment_key=key,
    )
    _begin(sweep, rate, of.plan.rate(sweep.start), AuditRate.Reason.STARTED)
    return rate


def _adopt_or_adapt(sweep: _Sweep, rate: AuditRate, found: Audited) -> int:
    if rate.policy_version_id == sweep.of.version.pk:
        step = _step(sweep, rate, found)
        if step is None or step.move is None:
            return 0
        rate.audited, rate.errors = found.audited, found.errors
        rate.upper_bound, rate.counted_until = step.upper_bound, sweep.until
        _keep(sweep, rate, step.rate, AuditRate.Reason(step.move.value))
        return 1
    # What another text lets pass may err more: what was learned lowers nothing any more.
    highest = max(sweep.of.plan.rate(rate.rate), sweep.of.plan.rate(sweep.start))
    _begin(sweep, rate, highest, AuditRate.Reason.NEW_POLICY)
    return 1


def _begin(sweep: _Sweep, rate: AuditRate, to: float, reason: AuditRate.Reason) -> None:
    """Let a rate hold under the version in force, resting on nothing yet."""
    rate.policy_version = sweep.of.version
    rate.audited = rate.errors = 0
    rate.upper_bound, rate.counted_until = 1.0, sweep.window_begins
    _keep(sweep, rate, to, reason)


def _step(sweep: _Sweep, rate: AuditRate, found: Audited) -> Step | None:
    """What follows for a rate that holds already; None where nothing is new."""
    plan, idle = sweep.of.plan, sweep.now - rate.changed_at
    if not _is_news(sweep, rate, found, idle):
        return None
    since = audited_since(
        sweep.of, rate.segment, rate.counted_until, found.last_error_at, sweep.until
    )
    evidence = Evidence(
        audited=found.audited,
        errors=found.errors,
        audited_since=since.audited,
        errors_since=since.errors,
        clean=since.clean,
        idle=idle,
    )
    return next_rate(plan, rate.rate, evidence)


def _is_news(sweep: _Sweep, rate: AuditRate, found: Audited, idle: timedelta) -> bool:
    count = getattr(rate, "count", None)
    if count is None:
        return True
    if (count.audited, count.errors, count.last_audit_at) != (
        found.audited,
        found.errors,
        found.last_at,
    ):
        return True
    plan = sweep.of.plan
    return idle >= IDLE and rate.rate < plan.max_rate and count.upper_bound > plan.error_limit


def _keep(sweep: _Sweep, rate: AuditRate, to: float, reason: AuditRate.Reason) -> None:
    before = None if rate._state.adding else rate.rate
    rate.rate, rate.reason, rate.changed_at = to, reason, sweep.now
    record.keep(
        rate,
        _event(before, to, reason),
        actor=sweep.actor,
        at=sweep.now,
        body={
            "decision_type": sweep.of.decision_type.slug,
            "policy_version": str(sweep.of.version.pk),
            "segment": rate.segment,
            "rate": str(to),
            "before": None if before is None else str(before),
            "reason": reason.value,
            "audited": rate.audited,
            "errors": rate.errors,
            "upper_bound": str(rate.upper_bound),
        },
    )


def _event(before: float | None, to: float, reason: AuditRate.Reason) -> str:
    if before is None:
        return "reviews.auditrate.started"
    if reason is AuditRate.Reason.NEW_POLICY:
        return "reviews.auditrate.adopted"
    return f"reviews.auditrate.{'raised' if to > before else 'lowered'}"


def _count(sweep: _Sweep, rate: AuditRate, passed: Passed, gone: Passed, found: Audited) -> None:
    """Keep the figures of the window: what came in is added, what fell out is taken off."""
    before = getattr(rate, "count", None) if sweep.since is not None else None
    passes, drawn = (0, 0) if before is None else (before.passes, before.drawn)
    AuditCount.objects.update_or_create(
        rate=rate,
        defaults={
            "passes": max(0, passes + passed.passes - gone.passes),
            "drawn": max(0, drawn + passed.drawn - gone.drawn),
            "audited": found.audited,
            "errors": found.errors,
            "upper_bound": upper_bound(found.errors, found.audited, sweep.of.plan.confidence),
            "last_audit_at": found.last_at,
            "counted_until": sweep.until,
        },
    )
