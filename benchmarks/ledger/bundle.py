"""An evidence bundle of a hundred thousand entries: how long it takes, and in how much memory."""

from __future__ import annotations

import multiprocessing
import re
import resource
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

ENTRIES = 100_000
GOAL_SECONDS = 10.0
GOAL_MEMORY_MB = 150


def measure() -> dict[str, Any]:
    """Seconds to make and check the zip, beside packing the same bytes and nothing else."""
    from django.db import connection
    from django.utils import timezone

    from governance.models import EvidenceBundle
    from governance.services.bundle_files import open_file
    from governance.services.sealing import seal_once
    from tests.factories import build_world
    from tests.governance.bundles.many_decisions import ENTRIES_EACH, take_in

    world = build_world()
    take_in(world, -(-ENTRIES // ENTRIES_EACH), timezone.now())
    bundle_id = _ask(world)
    seal_once(now=timezone.now())
    connection.close()
    # In a process of its own, so that the memory is that of the making.
    with multiprocessing.get_context("fork").Pool(1) as pool:
        [maker] = multiprocessing.active_children()
        making, verifying = pool.apply_async(_make, (bundle_id,)), 0.0
        while not making.ready():
            verifying = max(verifying, sum(map(_memory_of, _begun_by(maker.pid))))
            making.wait(0.1)
        took, memory = making.get()
    bundle = EvidenceBundle.objects.get(pk=bundle_id)
    file = open_file(bundle)
    assert file is not None, bundle.failure
    raw = _packing(file)
    return {
        "entries": bundle.entries,
        "zip, MB": round(bundle.size_bytes / 2**20, 1),
        "seconds": round(took, 1),
        "times packing alone": round(took / raw, 1),
        "memory added, MB": round(memory + verifying),
        "of it the verifier's, MB": round(verifying),
        "goal, seconds": GOAL_SECONDS,
        "met": took < GOAL_SECONDS,
        "memory met": memory + verifying < GOAL_MEMORY_MB,
    }


def _ask(world: Any) -> UUID:
    from django.utils import timezone

    from governance.models import Actor
    from governance.services.bundles import Wanted, request_bundle

    now = timezone.now()
    wanted = Wanted("system", world.system.pk, period=(now - timedelta(hours=1), now))
    actor = Actor.of(world.officer)
    return request_bundle(wanted=wanted, requested_by=world.officer, actor=actor, now=now).pk


def _make(bundle_id: UUID) -> tuple[float, float]:
    from config.celery import set_aside_what_is_loaded
    from governance.models import EvidenceBundle
    from governance.tasks import run_bundle

    set_aside_what_is_loaded()  # as each process of the worker begins
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    run_bundle(EvidenceBundle.objects.get(pk=bundle_id))
    took = time.perf_counter() - began
    return took, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def _begun_by(pid: int | None) -> Iterator[int]:
    """The processes that one began, and those that they began: the verifier and its helpers."""
    with suppress(OSError):  # it ended meanwhile
        for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
            yield child
            yield from _begun_by(child)


def _memory_of(pid: int) -> float:
    """In MB, what several share divided among them."""
    with suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


def _packing(file: Any) -> float:
    """The raw limit: the same files put into a zip again."""
    with zipfile.ZipFile(file) as made:
        contents = {name: made.read(name) for name in made.namelist()}
    target = Path(file.name).with_suffix(".again")
    began = time.perf_counter()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as again:
        for name, content in contents.items():
            again.writestr(name, content)
    took = time.perf_counter() - began
    target.unlink()
    return took
