"""Simulations: a draft asked to be tried on the past, tried by a worker, finished or failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
import structlog
from django.db import transaction

from governance.errors import DomainError, FieldError, InputInvalid, NotPermitted
from governance.ledger import record
from governance.ledger.leaf import instant
from governance.models import Actor, LedgerAlarm, Policy, PolicyVersion, User
from governance.policies import Rules, parse_policy
from governance.services.ledger_alarms import clear_alarm, raise_alarm
from governance.services.policies import check_text
from governance.services.runs import Runs
from models_registry.models import DecisionType
from models_registry.models.decision_type import policy_schemas
from reviews.lab.replay import Replay
from reviews.lab.tally import Tally
from reviews.models import Simulation, SimulationProgress, SimulationResult
from reviews.selectors.handling import escalated_late, measured
from reviews.selectors.past_decisions import past_evaluations, read_past, versions_used
from reviews.selectors.simulations import SIMULATE
from reviews.services.rulebook import rulebook_of

logger = structlog.get_logger(__name__)

SIMULATIONS = Runs(
    model=Simulation,
    progress=SimulationProgress,
    event="reviews.simulation",
    sweep="reviews.tasks.run_waiting_simulations",
)
LONGEST_PERIOD = timedelta(days=366)
MOST_GROUPS = 5
_ROWS_PER_SIGN = 2_000

Progress = Callable[[int, int, str], None]


class SimulationOver(DomainError):
    code = "simulation_over"
    status = 409
    title = "The simulation is over already"


class Cancelled(Exception):
    """The run was cancelled while it was made, so nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be tried: `text` as the policy's next version, over the period. `groups`: facts
    that mark a group of people; None for those that the registry marks as protected. Instants
    aware."""

    policy: Policy
    text: str
    period_start: datetime
    period_end: datetime
    groups: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What came out: the JSON, and the three counts that lists show."""

    json: bytes
    decisions: int
    changed: int
    differences: int


def text_to_try(policy: Policy, number: int | None = None) -> str:
    """The text of a published version; without a number the newest one's: tried on its own past, it
    shows whether history derives again.

    Raises InputInvalid where there is none.
    """
    versions = policy.versions.newest_first()
    if number is not None:
        versions = versions.filter(number=number)
    version = versions.first()
    if version is None:
        fault = FieldError("/version", "The policy has no such version.", "unknown")
        raise InputInvalid("The simulation cannot be made", errors=[fault])
    return version.text


@transaction.atomic
def request_simulation(*, trial: Trial, requested_by: User, now: datetime) -> Simulation:
    """Queue a simulation, and wake a worker. Nothing that it looks at is changed.

    Raises NotPermitted, PolicyTextInvalid for a text that could not be published, and InputInvalid
    naming each faulty field: a policy that rules no decision type, a period that is empty, not over
    yet or longer than a year, a group that no decision type has a fact for.
    """
    if not requested_by.has_perm(SIMULATE):
        raise NotPermitted("Trying a draft takes the right to put one forward")
    types = list(trial.policy.decision_types.all())
    groups = protected_groups(types) if trial.groups is None else trial.groups
    faults = [
        *faults_of_period(trial.period_start, trial.period_end, now),
        *_faults_of_groups(groups, types),
    ]
    if not types:
        faults.append(FieldError("/policy", "No decision type runs under this policy.", "unused"))
    if faults:
        raise InputInvalid("The simulation cannot be made", errors=faults)
    rules = check_text(trial.text, policy_schemas(trial.policy))
    run = Simulation(
        policy=trial.policy,
        text=trial.text,
        sha256=rules.sha256,
        period_start=trial.period_start.astimezone(UTC),
        period_end=trial.period_end.astimezone(UTC),
        groups=list(groups),
        requested_by=requested_by,
        requested_at=now,
    )
    return SIMULATIONS.ask(run, body=_scope(run), actor=Actor.of(requested_by), now=now)


@transaction.atomic
def cancel_simulation(*, run_id: UUID, person: User, now: datetime) -> Simulation:
    """End a simulation that is not over. Its worker notices within a few thousand decisions.

    Raises NotPermitted for who may not ask for one, SimulationOver, Simulation.DoesNotExist.
    """
    if not person.has_perm(SIMULATE):
        raise NotPermitted("Cancelling a simulation takes the right to ask for one")
    run = Simulation.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.state not in (Simulation.State.QUEUED, Simulation.State.RUNNING):
        raise SimulationOver(f"It is {run.get_state_display()}")
    run.state, run.finished_at = Simulation.State.CANCELLED, now
    record.keep(
        run,
        "reviews.simulation.cancelled",
        actor=Actor.of(person),
        at=now,
        fields=["state", "finished_at"],
    )
    return run


def make_simulation(run: Simulation, progress: Progress) -> Made:
    """Try the draft of a run on the past. Reads, never writes.

    `progress(done, total, step)` is called before each step and every few thousand decisions; what
    it raises ends the work.
    """
    types = list(run.policy.decision_types.select_related("system").order_by("slug"))
    period = (run.period_start, run.period_end)
    progress(0, 0, "Counting the decisions")
    total = past_evaluations(types, *period).count()
    progress(0, total, "Measuring how people worked")
    tally = Tally(
        Replay(drafts=drafts_of(run.text, types), versions=versions_of(types, *period)),
        measured=measured(types, *period),
        period=period,
        groups=run.groups,
        seed=str(run.pk),
    )
    step = "Evaluating each decision again"
    progress(0, total, step)
    for past in read_past(types, *period):
        tally.add(past)
        if tally.decisions % _ROWS_PER_SIGN == 0:
            progress(tally.decisions, max(total, tally.decisions), step)
    progress(tally.decisions, max(total, tally.decisions), "Summing up")
    result = {
        **tally.result(),
        "escalated_late": escalated_late(types, *period),
        "versions": _named_versions(types, *period),
    }
    return Made(_json(result), tally.decisions, tally.changed, tally.differences)


@transaction.atomic
def finish_simulation(
    *, run_id: UUID, made: Made, actor: Actor, now: datetime
) -> SimulationResult | None:
    """Keep what was made; None, and nothing kept, when the run is no longer running.

    A stored result that does not derive again raises the ledger's alarm.
    """
    run = SIMULATIONS.lock_running(run_id)
    if run is None:
        return None
    result = SimulationResult.objects.create(
        run=run, json=made.json, json_sha256=sha256(made.json).hexdigest()
    )
    run.decisions, run.changed = made.decisions, made.changed
    run.differences = made.differences
    body = {
        **_scope(run),
        "decisions": made.decisions,
        "changed": made.changed,
        "differences": made.differences,
        "json_sha256": result.json_sha256,
    }
    fields = ("decisions", "changed", "differences")
    SIMULATIONS.issue(run, body=body, actor=actor, now=now, fields=fields)
    _watch(run, actor, now)
    return result


def _watch(run: Simulation, actor: Actor, now: datetime) -> None:
    """See to the alarm: raised by a run with differences, cleared once all that such runs looked at
    has since been looked at again without any."""
    kind = LedgerAlarm.Kind.UNDERIVED
    if run.differences:
        detail = (
            f"Simulation {run.pk} of {run.policy.slug}: {run.differences} of {run.decisions} "
            "stored results do not follow from their stored inputs."
        )
        logger.error("stored decisions do not derive again", simulation=str(run.pk))
        raise_alarm(kind=kind, detail=detail, actor=actor, now=now)
    elif not any(_is_open(found) for found in Simulation.objects.filter(differences__gt=0)):
        clear_alarm(kind=kind, actor=actor, now=now)


def _is_open(found: Simulation) -> bool:
    """Whether no later run looked at all of this without finding anything."""
    return not Simulation.objects.filter(
        policy=found.policy_id,
        state=Simulation.State.DONE,
        differences=0,
        finished_at__gt=found.finished_at,
        period_start__lte=found.period_start,
        period_end__gte=found.period_end,
    ).exists()


def drafts_of(text: str, types: Sequence[DecisionType]) -> dict[UUID, Rules]:
    """A draft as it reads for each type. Raises PolicyInvalid where a type was changed since it was
    checked."""
    return {kind.pk: parse_policy(text, schema=kind.policy_schema()) for kind in types}


def versions_of(
    types: Sequence[DecisionType], start: datetime, end: datetime
) -> dict[tuple[UUID, UUID], Rules | None]:
    """The published rules that were used in the period, by version and type; None where a text does
    not fit the type any more."""
    by_key = {kind.pk: kind for kind in types}
    pairs = versions_used(types, start, end)
    versions = PolicyVersion.objects.in_bulk([version for version, _ in pairs])
    found: dict[tuple[UUID, UUID], Rules | None] = {}
    for version, kind in pairs:
        rulebook = rulebook_of(versions[version], by_key[kind])
        found[version, kind] = None if rulebook is None else rulebook.rules
    return found


def _named_versions(
    types: Sequence[DecisionType], start: datetime, end: datetime
) -> list[dict[str, Any]]:
    keys = {version for version, _ in versions_used(types, start, end)}
    rows = PolicyVersion.objects.filter(pk__in=keys).select_related("policy")
    return [
        {"policy": row.policy.slug, "number": row.number, "sha256": row.sha256}
        for row in rows.order_by("policy__slug", "number")
    ]


def faults_of_period(start: datetime, end: datetime, now: datetime) -> list[FieldError]:
    """What is wrong with a period of the past that is to be looked at."""
    faults = []
    if start >= end:
        faults.append(FieldError("/period_end", "Must lie after the period's start.", "order"))
    elif end - start > LONGEST_PERIOD:
        faults.append(FieldError("/period_end", "A period is a year at most.", "too_long"))
    if end > now:
        faults.append(FieldError("/period_end", "Lies in the future.", "future"))
    return faults


def _faults_of_groups(groups: Sequence[str], types: Sequence[DecisionType]) -> list[FieldError]:
    known = grouping_facts(types)
    faults = [
        FieldError(f"/groups/{at}", f"No decision type has a fact {name!r} of groups.", "unknown")
        for at, name in enumerate(groups)
        if name not in known
    ]
    if len(groups) > MOST_GROUPS or len(set(groups)) < len(groups):
        faults.append(FieldError("/groups", f"At most {MOST_GROUPS}, each once.", "too_many"))
    return faults


def grouping_facts(types: Sequence[DecisionType]) -> list[str]:
    """The facts of these types that may mark a group of people."""
    return sorted({name for kind in types for name in kind.policy_schema().grouping()})


def protected_groups(types: Sequence[DecisionType]) -> list[str]:
    """Of these, the ones that the registry marks as protected; as many as can be compared."""
    found = sorted({name for kind in types for name in kind.protected_groups})
    return found[:MOST_GROUPS]


def _scope(run: Simulation) -> dict[str, object]:
    return {
        "policy": run.policy.slug,
        "sha256": run.sha256,
        "period_start": instant(run.period_start),
        "period_end": instant(run.period_end),
        "groups": list(run.groups),
    }


def _json(result: dict[str, Any]) -> bytes:
    return orjson.dumps(result, option=orjson.OPT_SORT_KEYS)
