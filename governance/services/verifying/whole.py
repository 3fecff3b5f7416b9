"""The whole verification in one process, or in several: read, compared, summed up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import django

from governance.services.verifying.guarding import check_guards
from governance.services.verifying.leaves import check_leaves
from governance.services.verifying.objects import check_objects
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.outside import Held
from governance.services.verifying.plan import Kind, Share, make_plan
from governance.services.verifying.published import check_published
from governance.services.verifying.queue import check_queue
from governance.services.verifying.summing import sum_up

Progress = Callable[[int, int], None]

_CHECKS: dict[Kind, Callable[[Share], Outcome]] = {
    Kind.GUARDS: check_guards,
    Kind.QUEUE: check_queue,
    Kind.LEAVES: check_leaves,
    Kind.PUBLISHED: check_published,
    Kind.OBJECTS: check_objects,
}


def check(share: Share) -> Outcome:
    """Do one share of a verification. Reads only."""
    return _CHECKS[share.kind](share)


def verify_ledger(
    *, held: Iterable[Held] = (), jobs: int = 1, progress: Progress | None = None
) -> Outcome:
    """Verify everything and write nothing. `progress` is told (shares done, shares in all).

    `held`: checkpoints of the newest log that somebody else holds. `jobs`: processes.
    """
    plan = make_plan()
    done = []
    for found in _each(plan.shares, jobs):
        done.append(found)
        if progress is not None:
            progress(len(done), len(plan.shares))
    return sum_up(plan, done, held)


def _each(shares: Sequence[Share], jobs: int) -> Iterator[tuple[Share, Outcome]]:
    if jobs == 1:
        for share in shares:
            yield share, check(share)
        return
    # Fresh processes: a forked one would share the connections that are open here.
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=django.setup) as processes:
        waiting = {processes.submit(check, share): share for share in shares}
        for future in as_completed(waiting):
            yield waiting[future], future.result()
