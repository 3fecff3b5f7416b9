"""The broker is away for a while: intake and verdicts go on, rungs fire afterwards, none twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from config.env import child_environment
from config.processes import redis_server
from config.processes.child import Program
from config.processes.places import Places
from config.processes.supervisor import Supervisor
from tests.config.started import Started, started
from tests.config.waiting import wait_until
from tests.crash.callers import CSRF, World, in_threads, post, submit, world_of
from tests.crash.record import breaches, rows
from tests.embedded import temporary_places

pytestmark = pytest.mark.crash

WAITING = 40
RULED = 5
CASES = """
    SELECT c.rung FROM reviews_case c JOIN reviews_decision d ON d.id = c.decision_id
    WHERE d.external_id LIKE 'away-%' AND c.state <> 'decided'"""
VERDICTS = "SELECT id::text FROM reviews_verdict"


class Redis:
    """A broker that is stopped and started again, with what it held."""

    def __init__(self, server: Path, places: Places) -> None:
        command = redis_server.server_arguments(server, places)
        self._program = Program("redis", command, child_environment(), places.data_dir, quiet=True)
        self._supervisor = Supervisor()
        self.url = f"unix://{places.redis_socket}"

    def start(self) -> None:
        self._supervisor.start(self._program, ready=lambda: redis_server.answers(self.url))

    def stop(self) -> None:
        self._supervisor.stop_all()


@contextmanager
def a_redis() -> Iterator[Redis]:
    server = settings.COUNTERSIGN_BROKER.server
    if server is None:
        pytest.skip("there is no Redis on this machine that could be stopped")
    with temporary_places() as places:
        places.redis.mkdir()
        places.sockets.mkdir()
        redis = Redis(server, places)
        redis.start()
        try:
            yield redis
        finally:
            redis.stop()


def test_while_the_broker_is_away_nothing_stops_and_nothing_is_done_twice() -> None:
    with (
        a_redis() as redis,
        temporary_places() as places,
        started(places.data_dir / "data", REDIS_URL=redis.url) as run,
    ):
        run.wait_until_ready()
        world = world_of(run)
        redis.stop()

        numbers = [number for number in range(2 * WAITING) if number % 3][:WAITING]
        taken = in_threads(
            [partial(submit, run, world, f"away-{n}", n) for n in numbers], lambda: None
        )
        assert None not in taken
        ruled = [rule(run, world) for _ in range(RULED)]
        assert set(ruled) == set(rows(run.data, VERDICTS))
        assert set(rows(run.data, CASES)) == {0}
        wait_until(lambda: "broker" in run.readiness()[1]["failing"], "the probe to say so")
        assert run.readiness()[0] == 200

        redis.start()

        wait_until(lambda: set(rows(run.data, CASES)) == {1}, "the rungs")
        assert len(rows(run.data, CASES)) == WAITING - RULED
        assert breaches(run.data) == {}
        assert run.process.poll() is None, run.output()


def rule(run: Started, world: World) -> str:
    """Claim and uphold one case; the verdict's id."""
    session = world.sessions[0]
    headers = {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
    claimed = post(run, "queues/first-line/claim-next", None, headers)
    assert claimed is not None
    assert claimed[0] == 200, claimed
    ruling = {"claim": claimed[1]["claim"], "kind": "uphold", "reason_code": "agrees"}
    verdict = post(run, f"cases/{claimed[1]['id']}/verdict", ruling, headers)
    assert verdict is not None
    assert verdict[0] == 201, verdict
    return str(verdict[1]["id"])
