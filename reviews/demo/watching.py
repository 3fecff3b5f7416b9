"""What watches over the demo: monitors that look, a level that moves, a draft that is tried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from governance.models import Policy, User
from governance.policies import Level
from models_registry.models import DecisionType
from models_registry.motions import levels, policies
from models_registry.services.levels import raise_level
from reviews.demo.approving import carried_by_two
from reviews.demo.catalogue import DIAGNOSIS, DIGITS, SYSTEMS
from reviews.demo.integrator import Clock
from reviews.demo.people import COMPLIANCE_OFFICER, SECOND_OFFICER
from reviews.demo.staffing import LOADER
from reviews.models import MonitorState, Shadow, Simulation
from reviews.services.monitoring import run_monitor, set_up_monitors
from reviews.services.shadowing import start_shadow
from reviews.services.simulating import Trial, request_simulation

_SHADOW_RUNS = timedelta(days=30)
_TRIED = timedelta(days=1)
_WITH_MONITORS = "There is something to watch by now, so that the monitors begin"
_RAISED_BECAUSE = "Demo: new writers send forms since today, so that more of what passes is audited"
_LOWERED_BECAUSE = "Demo: the audits of the new writers' forms found nothing out of the ordinary"

People = Mapping[str, User]


def bolder_draft() -> str:
    """The diagnosis policy with a lower threshold: what the lab tries, and nobody is ruled by."""
    return DIAGNOSIS.policy_text().replace("confidence >= 0.99", "confidence >= 0.97")


def ensure_shadow(*, people: People, now: datetime) -> None:
    """The draft runs beside the live version, from before the first decision."""
    policy = Policy.objects.get(slug=DIAGNOSIS.policy_slug)
    if not Shadow.objects.filter(policy=policy).exists():
        start_shadow(
            policy=policy,
            text=bolder_draft(),
            until=now + _SHADOW_RUNS,
            person=people[COMPLIANCE_OFFICER.username],
            now=now,
        )


def ensure_watched(*, people: People, clock: Clock) -> int:
    """The system on the loop has its monitors, and every monitor that is due has looked; how many
    did. The sweeps go on with it, and adapt the rates of audits too."""
    policy = Policy.objects.get(slug=DIGITS.policy_slug)
    if policy.versions.count() == 1:
        carried_by_two(
            act=policies.NAME,
            content=policies.content_of(policy, DIGITS.watched_text()),
            reason=_WITH_MONITORS,
            mover=people[COMPLIANCE_OFFICER.username],
            second=people[SECOND_OFFICER.username],
            now=clock(),
        )
    kinds = DecisionType.objects.filter(slug__in=[spec.type_slug for spec in SYSTEMS])
    set_up_monitors(now=clock())
    due = MonitorState.objects.due(clock()).filter(decision_type__in=kinds)
    looked = [
        run_monitor(state_id=key, actor=LOADER, now=clock())
        for key in due.values_list("pk", flat=True)
    ]
    return sum(run is not None for run in looked)


def ensure_level_moved(*, people: People, clock: Clock) -> None:
    """One level was raised by a person and lowered by two, each with a reason."""
    kind = DecisionType.objects.get(slug=DIGITS.type_slug)
    if not kind.level_changes.exists():
        raise_level(
            decision_type=kind,
            to=Level.SAMPLED,
            reason=_RAISED_BECAUSE,
            raised_by=people[COMPLIANCE_OFFICER.username],
            now=clock(),
        )
    kind.refresh_from_db()
    if kind.level_changes.count() == 1 and kind.level == Level.SAMPLED:
        carried_by_two(
            act=levels.NAME,
            content=levels.content_of(kind, Level.NORMAL),
            reason=_LOWERED_BECAUSE,
            mover=people[COMPLIANCE_OFFICER.username],
            second=people[SECOND_OFFICER.username],
            now=clock(),
        )


def ensure_simulation(*, people: People, now: datetime) -> None:
    """The draft is asked to be tried on everything that was sent."""
    policy = Policy.objects.get(slug=DIAGNOSIS.policy_slug)
    if not Simulation.objects.filter(policy=policy).exists():
        trial = Trial(policy, bolder_draft(), period_start=now - _TRIED, period_end=now)
        officer = people[COMPLIANCE_OFFICER.username]
        request_simulation(trial=trial, requested_by=officer, now=now)
