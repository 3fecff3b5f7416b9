"""The sealer as its own process: it needs the database and its store, and nothing else."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

from config.env import PROJECT_DIR, child_environment
from governance.models import Checkpoint, Heartbeat, LedgerPending
from tests.config.waiting import wait_until
from tests.governance.ledger.sealing_world import check_everything, enter_some

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "sealer-under-test"
END_ITS_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s
"""


@pytest.fixture
def sealer() -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py ledger seal` on the test's database and store, where no broker answers."""
    database = connection.settings_dict
    place = urlencode(
        {"host": database["HOST"], "user": database["USER"], "application_name": NAME}
    )
    surroundings = child_environment(
        DJANGO_SETTINGS_MODULE="config.settings.dev",
        COUNTERSIGN_DATA_DIR=str(settings.COUNTERSIGN_DATA_DIR),
        COUNTERSIGN_LOG_ORIGIN=settings.COUNTERSIGN_LOG_ORIGIN,
        DATABASE_URL=f"postgresql:///{database['NAME']}?{place}",
        REDIS_URL="redis://127.0.0.1:1/0",
    )
    command = [sys.executable, "manage.py", "ledger", "seal"]
    process = subprocess.Popen(command, cwd=PROJECT_DIR, env=surroundings)
    yield process
    process.kill()
    process.wait()


def test_it_lives_through_a_restart_of_the_database_and_ends_when_it_is_asked_to(sealer):
    entered = enter_some(2)
    wait_until(lambda: not LedgerPending.objects.exists(), "the first seal")
    wait_until(Checkpoint.objects.exists, "the first checkpoint")
    wait_until(Heartbeat.objects.filter(process="sealer").exists, "a sign of life")

    with connection.cursor() as cursor:
        cursor.execute(END_ITS_SESSIONS, [NAME])
        assert cursor.rowcount >= 1
    entered += enter_some(2)
    wait_until(lambda: not LedgerPending.objects.exists(), "the seal after that")
    sealer.send_signal(signal.SIGTERM)

    assert sealer.wait() == 0
    check_everything(entered)
