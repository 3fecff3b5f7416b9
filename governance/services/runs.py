"""Runs: what is asked for now and made later by a worker, whatever it is that is made.

A queued run waits in its row. A worker makes it its own, gives signs of life, and ends it; a run
whose worker fell silent is taken up again, a few times. Each step is entered in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from governance.doorbell import ring
from governance.ledger import record
from governance.models import Actor, LedgerEntry, Run, RunProgress

R = TypeVar("R", bound=Run)

# No step of a run comes near this; a worker that was silent for so long is gone.
SILENT_FOR = timedelta(minutes=5)
# A run that takes its worker down each time must not do so for ever.
MOST_STARTS = 3
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Runs(Generic[R]):
    """One kind of run: its rows, their progress, the first words of its events, its sweep."""

    model: type[R]
    progress: type[RunProgress]
    event: str
    sweep: str

    def waiting(self, now: datetime) -> QuerySet[R]:
        """Runs nobody works on: queued ones, and those whose worker fell silent. Oldest first."""
        silent = Q(state=Run.State.RUNNING) & (
            Q(progress=None) | Q(progress__seen_at__lt=now - SILENT_FOR)
        )
        queued = Q(state=Run.State.QUEUED)
        found: QuerySet[R] = self.model._default_manager.filter(queued | silent)
        return found.order_by("requested_at", "id")

    def ask(self, run: R, *, body: Mapping[str, object], actor: Actor, now: datetime) -> R:
        """Keep a new run, queued, and wake a worker after the commit."""
        record.keep(run, f"{self.event}.requested", actor=actor, at=now, body=body)
        # Robust: a broker that is away is logged, and the sweep finds the run a few seconds later.
        transaction.on_commit(self._wake_a_worker, robust=True)
        return run

    @transaction.atomic
    def take_up(self, *, run_id: UUID, actor: Actor, now: datetime) -> R | None:
        """Make a waiting run this worker's; None when another has it, or there is nothing to do.

        A run that took its worker down MOST_STARTS times is failed instead.
        """
        waiting = self.waiting(now).filter(pk=run_id)
        run = waiting.select_for_update(of=("self",), skip_locked=True).first()
        if run is None:
            return None
        if self._starts(run) >= MOST_STARTS:
            self._fail(run, f"Its worker did not come back from {MOST_STARTS} tries.", actor, now)
            return None
        run.state = Run.State.RUNNING
        record.keep(run, f"{self.event}.started", actor=actor, at=now, fields=["state"])
        progress: Any = self.progress._default_manager
        progress.update_or_create(
            pk=run.pk, defaults={"done": 0, "total": 0, "step": "", "seen_at": Now()}
        )
        return run

    def note_progress(self, *, run_id: UUID, done: int, total: int, step: str) -> None:
        """Say how far a run is, seen at once by others: call it outside transactions.

        The sign of life has the database's time, for the work takes longer than one reading of a
        clock.
        """
        progress: Any = self.progress._default_manager
        progress.filter(pk=run_id).update(done=done, total=total, step=step[:120], seen_at=Now())

    def is_running(self, run_id: UUID) -> bool:
        """Whether anybody still waits for what is made: a run may be cancelled meanwhile."""
        found: QuerySet[R] = self.model._default_manager.filter(pk=run_id)
        return found.filter(state=Run.State.RUNNING).exists()

    def lock_running(self, run_id: UUID) -> R | None:
        """The run, locked, in the caller's transaction; None when it runs no longer."""
        run = self.model._default_manager.select_for_update().get(pk=run_id)
        return run if run.state == Run.State.RUNNING else None

    def issue(
        self,
        run: R,
        *,
        body: Mapping[str, object],
        actor: Actor,
        now: datetime,
        fields: tuple[str, ...] = (),
    ) -> None:
        """End a locked run with what was made of it. `fields`: changed ones beside its state."""
        run.state, run.finished_at = Run.State.DONE, now
        record.keep(
            run,
            f"{self.event}.issued",
            actor=actor,
            at=now,
            body=body,
            fields=["state", "finished_at", *fields],
        )

    @transaction.atomic
    def fail(self, *, run_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
        """End a run that is not over, without a result. `reason`: a sentence for people."""
        run = self.model._default_manager.select_for_update().get(pk=run_id)
        if run.state in (Run.State.QUEUED, Run.State.RUNNING):
            self._fail(run, reason, actor, now)

    def _fail(self, run: R, reason: str, actor: Actor, now: datetime) -> None:
        run.state, run.finished_at = Run.State.FAILED, now
        run.failure = reason[:_LONGEST_REASON]
        record.keep(
            run,
            f"{self.event}.failed",
            actor=actor,
            at=now,
            body={"reason": run.failure},
            fields=["state", "finished_at", "failure"],
        )

    def _starts(self, run: R) -> int:
        return LedgerEntry.objects.filter(
            subject_type=run._meta.label_lower, subject_id=run.pk, event=f"{self.event}.started"
        ).count()

    def _wake_a_worker(self) -> None:
        ring(self.sweep)


class Watch:
    """Passes a run's progress on and remembers the step, for the sentence about a failure."""

    def __init__(self, runs: Runs[Any], run_id: UUID) -> None:
        self._runs, self._run_id = runs, run_id
        self.current = "Preparing"

    def step(self, done: int, total: int, step: str) -> None:
        self.current = step
        self._runs.note_progress(run_id=self._run_id, done=done, total=total, step=step)
