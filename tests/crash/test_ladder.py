"""kill -9 of every process while cases climb: each rung once, in order, and told of once."""

import random
from collections.abc import Iterator
from functools import partial

import pytest

from config.processes.places import Places
from tests.config.waiting import wait_until
from tests.crash.callers import in_threads, kill, run_beside, submit, sweep, world_of
from tests.crash.record import breaches, rows
from tests.crash.test_kill import KILLED, Product
from tests.embedded import temporary_places

pytestmark = pytest.mark.crash

RUNGS = 3
VICTIMS = ("worker", "beat", "web", "postgres")
COMMANDS = {
    "worker": "celery --quiet -A config.celery worker -Q urgent",
    "beat": "celery --quiet -A config.celery beat",
    "web": "granian",
}
FIRED = "SELECT count(*) FROM reviews_escalation"
ENDED = "SELECT count(*) FROM reviews_case WHERE state = 'expired'"
# Each query finds what must not be: a rung too many, too few, or before another.
WRONG = {
    "other rungs than one, two and three": """
        SELECT c.id FROM reviews_case c LEFT JOIN LATERAL (
            SELECT array_agg(rung::int ORDER BY escalated_at, id) AS fired
            FROM reviews_escalation WHERE case_id = c.id
        ) e ON true WHERE fired IS DISTINCT FROM ARRAY[1, 2, 3]""",
    "entries in another order": """
        SELECT c.id FROM reviews_case c LEFT JOIN LATERAL (
            SELECT array_agg((convert_from(leaf, 'UTF8')::jsonb #>> '{body,rung}')::int
                             ORDER BY object_seq) AS entered
            FROM governance_ledgerentry
            WHERE subject_id = c.id AND event = 'reviews.case.escalated'
        ) e ON true WHERE entered IS DISTINCT FROM ARRAY[1, 2, 3]""",
    "a rung that was told of otherwise than once": """
        SELECT e.id FROM reviews_escalation e WHERE 1 <> (
            SELECT count(*) FROM governance_outboxmessage m
            WHERE m.event = 'case.rung_fired' AND m.body ->> 'case' = e.case_id::text
            AND (m.body ->> 'rung')::int = e.rung)""",
    "an end that was told of otherwise than once": """
        SELECT c.id FROM reviews_case c WHERE 1 <> (
            SELECT count(*) FROM governance_outboxmessage m
            WHERE m.event = 'decision.finalised' AND m.subject_id = c.decision_id)""",
    "a permit": "SELECT id FROM reviews_permit",
}


@pytest.fixture
def product() -> Iterator[Product]:
    with temporary_places() as places:
        product = Product(places.data_dir / "data")
        yield product
        product.stop()


@pytest.mark.parametrize(
    ("cases", "kills"), [(100, 4), pytest.param(2_000, 16, marks=pytest.mark.long)]
)
def test_each_rung_fires_once_and_in_order_whatever_is_killed(
    product: Product, cases: int, kills: int
) -> None:
    chance = random.Random(cases)
    world = world_of(product.run)
    run_beside(product.run, "tests.crash.on_ladder")
    waiting = [number for number in range(2 * cases) if number % 3][:cases]
    in_threads([partial(submit, product.run, world, f"up-{n}", n) for n in waiting], lambda: None)
    victims = [victim for _ in range(kills // len(VICTIMS)) for victim in _shuffled(chance)]

    for turn, victim in enumerate(victims):
        sweep(product.run)
        # At once, thus in the middle of the sweep, or after some share of the rungs.
        share = chance.choice([0.0, chance.random()]) * RUNGS * cases * (turn + 1) / len(victims)
        wait_until(partial(_reached, product, share), f"{share:.0f} rungs")
        _kill(product, victim)
        assert product.run.wait() == KILLED
        product.start()
        assert breaches(product.data) == {}

    wait_until(partial(_all_ended, product, cases), "the end of every ladder")
    found = {what: rows(product.data, query) for what, query in WRONG.items()}
    assert {what: ids for what, ids in found.items() if ids} == {}
    assert breaches(product.data) == {}


def _shuffled(chance: random.Random) -> list[str]:
    return chance.sample(VICTIMS, len(VICTIMS))


def _reached(product: Product, share: float) -> bool:
    if rows(product.data, FIRED)[0] >= share:
        return True
    sweep(product.run)
    return False


def _all_ended(product: Product, cases: int) -> bool:
    if rows(product.data, ENDED)[0] == cases:
        return True
    sweep(product.run)
    return False


def _kill(product: Product, victim: str) -> None:
    if victim == "postgres":
        pid_file = Places(product.data).postgres / "postmaster.pid"
        kill(int(pid_file.read_text().split()[0]))
    else:
        kill(product.run.leader(COMMANDS[victim]).pid)
