"""A PostgreSQL of the benchmark's own, as durable as in production, with the product's tables."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_product() -> Iterator[Path]:
    """Start PostgreSQL in a temporary folder, migrate, and set Django up on it.

    Gives the folder. Processes that are spawned meanwhile find the same database through the
    environment.
    """
    folder = Path(tempfile.mkdtemp(prefix="countersign-benchmark-"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    os.environ["COUNTERSIGN_DATA_DIR"] = str(folder)
    # Only now: the settings read the environment when they are first looked at.
    import django

    from config import keys
    from config.processes import postgres
    from config.processes.places import Places
    from config.processes.supervisor import Supervisor
    from config.settings.services import EMBEDDED_DATABASE, EMBEDDED_ROLE

    places = Places(folder)
    keys.make_keys(places.keys, places.checkpoint_keys)
    supervisor = Supervisor()
    try:
        first_start = postgres.initialise(places)
        assert first_start is not None
        supervisor.run(first_start)
        postgres.adopt_cluster(places)
        supervisor.start(postgres.server(places), ready=lambda: postgres.answers(places))
        postgres.create_database(places, role=EMBEDDED_ROLE, database=EMBEDDED_DATABASE)
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield folder
    finally:
        supervisor.stop_all()
        shutil.rmtree(folder, ignore_errors=True)
