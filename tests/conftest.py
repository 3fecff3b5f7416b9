"""The services that tests stand on: one embedded PostgreSQL a run, a database for each worker.

Where DATABASE_URL or REDIS_URL is set, that one is used instead. The developer's own data is never
touched.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from governance.ledger.key_files import add_key_file
from tests.copied_world import remember_empty_state
from tests.embedded import running_postgres, running_redis
from tests.emptying import Emptying

# What the process that leads the run has started; closed when the run ends.
SERVERS = pytest.StashKey[ExitStack]()
SOCKETS = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SERVERS] = ExitStack()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[SERVERS].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under xdist, start the one server and tell each worker where it is."""
    if settings.COUNTERSIGN_DATABASE_IS_EMBEDDED:
        node.workerinput["postgres_sockets"] = _sockets_of_the_run(node.config)


def _sockets_of_the_run(config: pytest.Config) -> str:
    if SOCKETS not in config.stash:
        places = config.stash[SERVERS].enter_context(running_postgres())
        config.stash[SOCKETS] = str(places.sockets)
    return config.stash[SOCKETS]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    pytestconfig: pytest.Config, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Point Django at the run's server, which is started only if a test wants rows."""
    if settings.COUNTERSIGN_DATABASE_IS_EMBEDDED:
        told = getattr(pytestconfig, "workerinput", {}).get("postgres_sockets")
        sockets = told or _sockets_of_the_run(pytestconfig)
        connections["default"].settings_dict["HOST"] = sockets


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let tests with `transaction=True` be emptied in spite of the append-only tables."""
    with django_db_blocker.unblock():
        emptying = Emptying()
        remember_empty_state()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: emptying.empty())
        yield


@pytest.fixture(scope="session", autouse=True)
def checkpoint_key() -> Iterator[None]:
    """One key for every test that seals."""
    add_key_file(settings.COUNTERSIGN_CHECKPOINT_KEYS)
    yield
    shutil.rmtree(settings.COUNTERSIGN_DATA_DIR)


@pytest.fixture(autouse=True)
def empty_stores() -> Iterator[None]:
    """Leave nothing outside the database, as nothing stays in it: the sealer compares the two."""
    yield
    for folder in (settings.COUNTERSIGN_PLACES.ledger, settings.COUNTERSIGN_PLACES.files):
        if folder.exists():
            shutil.rmtree(folder)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of the test's own, or the one of REDIS_URL."""
    broker = settings.COUNTERSIGN_BROKER
    if broker.cache_url is None:
        pytest.skip("there is no Redis on this machine")
    elif broker.server is None:
        yield broker.cache_url
    else:
        with running_redis(broker.server) as url:
            yield url
