"""kill -9 in the middle of the work: what was acknowledged is there, what is there is whole."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from config.processes.places import Places
from tests.config.started import started
from tests.config.waiting import wait_until
from tests.crash.callers import in_threads, kill, rule_until_it_dies, submit, sweep, world_of
from tests.crash.record import breaches, rows
from tests.embedded import temporary_places

pytestmark = pytest.mark.crash

INTAKES = 500
LATE = 150
CASES = 120
KILLED = 128 + 9
DECISIONS = "SELECT external_id FROM reviews_decision WHERE external_id LIKE %s"
ESCALATED = """
    SELECT c.rung FROM reviews_case c JOIN reviews_decision d ON d.id = c.decision_id
    WHERE d.external_id LIKE 'late-%' AND c.rung > 0"""
VERDICTS = "SELECT id::text FROM reviews_verdict"


class Product:
    """A product in one data directory, with fsync on as a person has it, that goes on living."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._running = ExitStack()
        self.start()

    def start(self) -> None:
        """Start it, after the end of an earlier start."""
        self._running.close()
        self.run = self._running.enter_context(started(self.data))
        self.run.wait_until_ready()

    def stop(self) -> None:
        self._running.close()


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """The kills follow each other in one data directory."""
    with temporary_places() as places:
        product = Product(places.data_dir / "data")
        yield product
        product.stop()


def test_the_web_killed_during_intakes_keeps_what_it_acknowledged(product: Product) -> None:
    world = world_of(product.run)
    acknowledged: list[str] = []

    def send(number: int) -> None:
        if submit(product.run, world, f"in-{number}", number) is not None:
            acknowledged.append(f"in-{number}")

    def kill_the_web() -> None:
        wait_until(lambda: len(acknowledged) > INTAKES // 3, "a third of the intakes")
        kill(product.run.leader("granian").pid)

    in_threads([partial(send, number) for number in range(INTAKES)], kill_the_web)
    assert product.run.wait() == KILLED
    assert INTAKES // 3 < len(acknowledged) < INTAKES

    product.start()
    assert set(acknowledged) <= set(rows(product.data, DECISIONS, "in-%"))
    assert breaches(product.data) == {}
    # The caller does what it must: it sends again what was not acknowledged.
    missing = [number for number in range(INTAKES) if f"in-{number}" not in acknowledged]
    in_threads([partial(send, number) for number in missing], lambda: None)
    everything = {f"in-{number}" for number in range(INTAKES)}
    assert sorted(rows(product.data, DECISIONS, "in-%")) == sorted(everything)
    assert breaches(product.data) == {}


def test_the_worker_killed_during_escalation_fires_each_rung_once(product: Product) -> None:
    world = world_of(product.run)
    waiting = [number for number in range(2 * LATE) if number % 3][:LATE]
    in_threads([partial(submit, product.run, world, f"late-{n}", n) for n in waiting], lambda: None)
    sweep(product.run)

    wait_until(lambda: bool(rows(product.data, ESCALATED)), "the first escalation")
    kill(product.run.leader("-Q urgent").pid)

    assert product.run.wait() == KILLED
    product.start()
    assert breaches(product.data) == {}
    sweep(product.run)
    wait_until(lambda: len(rows(product.data, ESCALATED)) == LATE, "the other escalations")
    assert set(rows(product.data, ESCALATED)) == {1}
    assert breaches(product.data) == {}


def test_postgres_killed_during_verdicts_keeps_what_was_acknowledged(product: Product) -> None:
    world = world_of(product.run)
    to_rule = [partial(submit, product.run, world, f"ruled-{n}", 1) for n in range(CASES)]
    in_threads(to_rule, lambda: None)
    ruled: list[str] = []
    before = len(rows(product.data, VERDICTS))
    pid_file = Places(product.data).postgres / "postmaster.pid"

    def kill_postgres() -> None:
        wait_until(lambda: len(ruled) > 30, "thirty verdicts")
        kill(int(pid_file.read_text().split()[0]))

    in_threads(
        [partial(rule_until_it_dies, product.run, session, ruled) for session in world.sessions],
        kill_postgres,
    )

    assert product.run.wait() == KILLED
    product.start()
    there = rows(product.data, VERDICTS)
    assert set(ruled) <= set(there)
    # Of each person at most the one verdict is there whose answer got lost.
    assert len(there) <= before + len(ruled) + len(world.sessions)
    assert breaches(product.data) == {}
