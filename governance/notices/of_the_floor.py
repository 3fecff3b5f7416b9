"""Who is told of the floor's own events: votes, qualifications, reports, bundles, the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse

from governance.models import (
    EvidenceBundle,
    LedgerAlarm,
    Motion,
    MotionBallot,
    Qualification,
    ReportRun,
    RoleAssignment,
    User,
    WebhookEndpoint,
)
from governance.motions.registry import act_named
from governance.notices.registry import Telling, Told, tells
from governance.selectors.holders import holders_of
from governance.selectors.motions import is_their_turn, stage_awaited, standing


@tells("governance.motion.moved")
def of_motions(told: Told) -> Iterator[Telling]:
    """Those whose vote is asked for first."""
    motions = _motions([cause.subject_id for cause in told.causes])
    for cause in told.causes:
        motion = motions.get(cause.subject_id)
        if motion is not None and motion.state == Motion.State.PENDING:
            yield _waiting(cause, motion, _voters(motion, told.now))


@tells("governance.motionballot.cast")
def of_ballots(told: Told) -> Iterator[Telling]:
    """Those of the next stage, when a ballot has settled the one before."""
    ballots = MotionBallot.objects.in_bulk([cause.subject_id for cause in told.causes])
    motions = _motions([ballot.motion_id for ballot in ballots.values()])
    for cause in told.causes:
        ballot = ballots.get(cause.subject_id)
        motion = None if ballot is None else motions[ballot.motion_id]
        if motion is None or ballot is None or motion.state != Motion.State.PENDING:
            continue
        cast = list(motion.ballots.all())
        before = [one for one in cast if one.pk < ballot.pk]
        if standing(motion, before).stage != standing(motion, [*before, ballot]).stage:
            yield _waiting(cause, motion, _voters(motion, told.now))


@tells("governance.motion.carried", "governance.motion.rejected", "governance.motion.expired")
def of_closed_motions(told: Told) -> Iterator[Telling]:
    motions = _motions([cause.subject_id for cause in told.causes])
    for cause in told.causes:
        motion = motions.get(cause.subject_id)
        if motion is not None:
            yield Telling(
                cause,
                "motion_closed",
                {"motion": motion.summary, "state": cause.event.rpartition(".")[2]},
                reverse("motions:motion", args=[motion.pk]),
                [motion.moved_by_id],
            )


def _motions(ids: Sequence[UUID]) -> dict[UUID, Motion]:
    return Motion.objects.prefetch_related("ballots").in_bulk(ids)


def _waiting(cause: object, motion: Motion, people: list[UUID]) -> Telling:
    return Telling(
        cause,  # type: ignore[arg-type]
        "motion_waits",
        {"motion": motion.summary, "until": motion.expires_at.isoformat()},
        reverse("motions:motion", args=[motion.pk]),
        people,
    )


def _voters(motion: Motion, now: datetime) -> list[UUID]:
    """Who could give the next ballot: as the vote itself would have it."""
    act, ballots = act_named(motion.act), list(motion.ballots.all())
    may = holders_of([act.vote_perm], now) - {motion.moved_by_id}
    may -= {ballot.voter_id for ballot in ballots}
    stage = stage_awaited(motion, ballots)
    held = RoleAssignment.objects.in_force(now).select_related("role")
    people = User.objects.filter(pk__in=may).prefetch_related(
        Prefetch("role_assignments", held, to_attr="held_now")
    )
    return [
        person.pk
        for person in people
        if is_their_turn(stage, [one.role.slug for one in person.held_now])
        and not act.bar(motion, person)
    ]


@tells("governance.qualification.lapsing")
def of_qualifications(told: Told) -> Iterator[Telling]:
    rows = Qualification.objects.in_bulk([cause.subject_id for cause in told.causes])
    for cause in told.causes:
        row = rows.get(cause.subject_id)
        if row is not None:
            yield Telling(
                cause,
                "qualification_lapsing",
                {
                    "qualification": row.kind,
                    "system": row.system,
                    "until": str(cause.body["valid_until"]),
                },
                reverse("reviews:my-qualifications"),
                [row.person_id],
            )


@tells("governance.report.issued", "governance.report.failed")
def of_reports(told: Told) -> Iterator[Telling]:
    runs = ReportRun.objects.in_bulk([cause.subject_id for cause in told.causes])
    for cause in told.causes:
        run = runs.get(cause.subject_id)
        if run is not None:
            yield Telling(
                cause,
                "report_ready" if cause.event.endswith("issued") else "report_failed",
                {"report": run.kind, "system": run.system},
                reverse("reports:report", args=[run.pk]),
                [run.requested_by_id],
            )


@tells("governance.evidencebundle.issued", "governance.evidencebundle.failed")
def of_bundles(told: Told) -> Iterator[Telling]:
    bundles = EvidenceBundle.objects.in_bulk([cause.subject_id for cause in told.causes])
    for cause in told.causes:
        bundle = bundles.get(cause.subject_id)
        if bundle is not None:
            yield Telling(
                cause,
                "bundle_ready" if cause.event.endswith("issued") else "bundle_failed",
                {"about": bundle.about},
                reverse("bundles:bundle", args=[bundle.pk]),
                [bundle.requested_by_id],
            )


@tells("governance.ledgeralarm.raised", "governance.ledgeralarm.cleared")
def of_ledger_alarms(told: Told) -> Iterator[Telling]:
    """Whoever may read the ledger. Their dashboard says what to do."""
    alarms = LedgerAlarm.objects.in_bulk([cause.subject_id for cause in told.causes])
    for cause in told.causes:
        alarm = alarms.get(cause.subject_id)
        if alarm is not None:
            raised = cause.event.endswith("raised")
            yield Telling(
                cause,
                "ledger_alarm" if raised else "ledger_alarm_cleared",
                {"alarm": alarm.kind},
                reverse("reviews:dashboard"),
            )


@tells("governance.webhookendpoint.paused")
def of_webhooks(told: Told) -> Iterator[Telling]:
    """Whoever it belongs to; who paused one by hand knows."""
    endpoints = WebhookEndpoint.objects.select_related("client").in_bulk(
        [cause.subject_id for cause in told.causes]
    )
    for cause in told.causes:
        endpoint = endpoints.get(cause.subject_id)
        if endpoint is None or cause.body["state"] != WebhookEndpoint.State.DEAD:
            continue
        owner = endpoint.person_id if endpoint.client is None else endpoint.client.owner_id
        yield Telling(
            cause,
            "webhook_paused",
            {"host": urlsplit(endpoint.url).hostname or ""},
            reverse("webhooks:endpoint", args=[endpoint.pk]),
            [] if owner is None else [owner],
        )
