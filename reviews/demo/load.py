"""Loading the demonstration, step by step; what is there already stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic

from django.db import connection

from governance.models import Actor, ReportKind, ReportRun, User
from governance.services.reports import request_report
from reviews.demo.access import ensure_access
from reviews.demo.catalogue import DIAGNOSIS, DIGITS, SYSTEMS, SystemSpec
from reviews.demo.credentials import ACCOUNTS_FILE, KEY_FILE, passwords_for
from reviews.demo.drill import rehearse_halt
from reviews.demo.http_client import HttpClient
from reviews.demo.integrator import (
    Answer,
    carry_out,
    confirm_reversals,
    report_truths,
    send_decisions,
)
from reviews.demo.people import AT_THE_SCREEN, CLIENT_OWNER, SECOND_OFFICER
from reviews.demo.planning import Act
from reviews.demo.proposals import Proposal, TrainedModel
from reviews.demo.registration import ensure_system
from reviews.demo.reversing import ensure_reversal
from reviews.demo.reviewing import Pace, SimulatedReviewing, tasks_for_simulation
from reviews.demo.staffing import ensure_people, ensure_rights
from reviews.demo.watching import (
    ensure_level_moved,
    ensure_shadow,
    ensure_simulation,
    ensure_watched,
)
from reviews.models import Case

# Sent while the drill's halt is in force.
SENT_DURING_DRILL = 6
DRILL_LEADER, AUDITOR_IN_DOUBT, REPORT_READER = "sim-olga", "sim-pavel", "demo-compliance"
_REPORTED = timedelta(days=1)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """What a load works with. `share`: of the decisions of each system that are sent."""

    models: Mapping[str, TrainedModel]
    people: Mapping[str, User]
    client: HttpClient
    pace: Pace
    say: Say
    share: float

    def sent(self, spec: SystemSpec) -> Sequence[Proposal]:
        count = max(1, round(spec.sent * self.share))
        return self.models[spec.slug].proposals[:count]

    def truths(self) -> dict[str, str]:
        return {
            proposal.external_id: proposal.truth
            for model in self.models.values()
            for proposal in model.proposals
        }


def load_demo(*, url: str, data_dir: Path, pace: Pace, say: Say, share: float = 1.0) -> None:
    """Load the demonstration into the Countersign that answers at `url`, whose database is ours.

    Repeating it adds only what is missing. Afterwards the accounts are in `data_dir` and said.
    Raises DemoError, LearningLibraryMissing before anything was changed.
    """
    started = monotonic()
    models = _train(say)
    demo = _set_up(models, url=url, data_dir=data_dir, pace=pace, say=say, share=share)
    _take_decisions_in(demo)
    _review(demo)
    _watch(demo)
    _ask_for_reports(demo)
    say(f"Demo: complete after {monotonic() - started:.0f} s")
    _tell_accounts(data_dir, say)


@contextmanager
def _step(say: Say, what: str) -> Iterator[list[str]]:
    """Say what was done, the results that the block leaves, and how long it took."""
    results: list[str] = []
    started = monotonic()
    yield results
    say(f"Demo: {what}: {'; '.join(results)} ({monotonic() - started:.1f} s)")


def _train(say: Say) -> dict[str, TrainedModel]:
    models = {}
    with _step(say, "models trained on real data") as results:
        for spec in SYSTEMS:
            models[spec.slug] = spec.train()
            results.append(f"{spec.slug} {models[spec.slug].version}")
    return models


def _set_up(
    models: Mapping[str, TrainedModel],
    *,
    url: str,
    data_dir: Path,
    pace: Pace,
    say: Say,
    share: float,
) -> Demo:
    with _step(say, "set up") as results:
        now = pace.clock()
        existing = set(User.objects.values_list("username", flat=True))
        passwords = passwords_for(AT_THE_SCREEN, existing=existing, data_dir=data_dir)
        people = ensure_people(passwords=passwords, now=now)
        for spec in SYSTEMS:
            ensure_system(spec, models[spec.slug], people=people, now=now)
            ensure_rights(system=spec.slug, people=people, now=now)
        ensure_shadow(people=people, now=now)
        key = ensure_access(owner=people[CLIENT_OWNER.username], data_dir=data_dir, now=now)
        results.append(f"{len(people)} accounts, {len(SYSTEMS)} systems, 1 API client")
    return Demo(models, people, HttpClient(url, key), pace, say, share)


def _take_decisions_in(demo: Demo) -> None:
    """Everything up to the cases: decisions, the executions of what passed, the drill."""
    clock = demo.pace.clock
    drilled = demo.sent(DIGITS)[-SENT_DURING_DRILL:]
    answers: dict[str, list[Answer]] = {}
    with _step(demo.say, "decisions sent over HTTP") as results:
        for spec in SYSTEMS:
            proposals = [one for one in demo.sent(spec) if spec is not DIGITS or one not in drilled]
            version = demo.models[spec.slug].version
            answers[spec.slug] = send_decisions(demo.client, spec, version, proposals, clock())
            results.append(f"{spec.slug} {len(answers[spec.slug])}")
    with _step(demo.say, "what passed was carried out") as results:
        for spec in SYSTEMS:
            done = carry_out(demo.client, spec, clock, answers[spec.slug])
            results.append(f"{spec.slug} {done}")
    with _step(demo.say, "halt rehearsed") as results:
        blocked = rehearse_halt(
            demo.client,
            DIGITS,
            demo.models[DIGITS.slug].version,
            drilled,
            by=demo.people[DRILL_LEADER],
            second=demo.people[SECOND_OFFICER.username],
            clock=clock,
        )
        results.append(f"{blocked} decisions came in and were blocked")


def _review(demo: Demo) -> None:
    """The simulated reviewers rule while the integrator reports what turned out to be true."""
    clock, truths = demo.pace.clock, demo.truths()
    with _step(demo.say, "cases ruled on by simulated reviewers") as results:
        tasks = tasks_for_simulation()
        with ThreadPoolExecutor(1) as beside:
            reporting = beside.submit(_report_truths, demo)
            work = SimulatedReviewing(tasks, truths=truths, people=demo.people, pace=demo.pace)
            acts = work.run()
            told = reporting.result()
        if ensure_reversal(by=demo.people[AUDITOR_IN_DOUBT], truths=truths, clock=clock):
            acts[Act.REVERSE] += 1
        results.extend(f"{count} {act.value}" for act, count in sorted(acts.items()))
        results.append(f"{told} true outcomes reported over HTTP meanwhile")
    with _step(demo.say, "what people settled was carried out") as results:
        for spec in SYSTEMS:
            results.append(f"{spec.slug} {carry_out(demo.client, spec, clock)}")
        results.append(f"{confirm_reversals(demo.client, clock)} undone as ordered")
    demo.say(f"Demo: {_open_cases()} cases wait for you")


def _watch(demo: Demo) -> None:
    """Last of all, when there is something to look at."""
    people, clock = demo.people, demo.pace.clock
    with _step(demo.say, "watched over") as results:
        ensure_level_moved(people=people, clock=clock)
        results.append(f"{ensure_watched(people=people, clock=clock)} monitors looked")
        ensure_simulation(people=people, now=clock())


def _report_truths(demo: Demo) -> int:
    try:
        return sum(
            report_truths(demo.client, spec, demo.sent(spec), demo.pace.clock) for spec in SYSTEMS
        )
    finally:
        # This thread has a connection of its own, and ends.
        connection.close()


def _open_cases() -> int:
    return Case.objects.filter(decision__system__is_demo=True).live().count()


def _ask_for_reports(demo: Demo) -> None:
    reader, now = demo.people[REPORT_READER], demo.pace.clock()
    asked = set(
        ReportRun.objects.filter(requested_by=reader, system=DIAGNOSIS.slug).values_list(
            "kind", flat=True
        )
    )
    missing = [kind for kind in ReportKind.values if kind not in asked]
    for kind in missing:
        request_report(
            kind=kind,
            system_slug=DIAGNOSIS.slug,
            period_start=now - _REPORTED,
            period_end=now,
            requested_by=reader,
            actor=Actor.of(reader),
            now=now,
        )
    demo.say(f"Demo: {len(missing)} reports on {DIAGNOSIS.slug} asked for")


def _tell_accounts(data_dir: Path, say: Say) -> None:
    every = {person.username for person in AT_THE_SCREEN}
    known = passwords_for(AT_THE_SCREEN, existing=every, data_dir=data_dir)
    say("Sign in as one of these (they are also in " + str(data_dir / ACCOUNTS_FILE) + "):")
    for person in AT_THE_SCREEN:
        password = known.get(person.username, "(no longer in that file)")
        say(f"  {person.username:<16} {password:<18} {person.display_name}")
    say(f"The demo's API key is in {data_dir / KEY_FILE}.")
