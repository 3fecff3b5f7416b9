"""Hardened copies of the tests' database, and the product working in one under its own roles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings
from psycopg import sql
from pytest_django import DjangoDbBlocker

from config.processes.postgres import SUPERUSER
from governance.ledger.key_files import add_key_file
from governance.ledger.roles import Roles
from governance.services import hardening
from governance.services.sealing import seal_once
from tests.factories import NOON, build_world


@dataclass(frozen=True)
class Hardened:
    """A database of its own. `migrator`: the login that owned it."""

    database: str
    roles: Roles
    migrator: str

    def connect(self, user: str) -> psycopg.Connection:
        """Sign in; the embedded server's socket asks for no password."""
        return connect(user, self.database)

    @contextmanager
    def signed_in(self, user: str) -> Iterator[None]:
        """Let the product's own connections, of all threads, be this login's for a while."""
        chosen = connections["default"].settings_dict
        before = {key: chosen[key] for key in ("NAME", "USER")}
        connections.close_all()
        chosen.update(NAME=self.database, USER=user)
        try:
            yield
        finally:
            connections.close_all()
            chosen.update(before)


def connect(user: str, database: str = "postgres") -> psycopg.Connection:
    host = connections["default"].settings_dict["HOST"]
    return psycopg.connect(host=host, user=user, dbname=database, autocommit=True)


@contextmanager
def copied(source: str) -> Iterator[str]:
    """A database that begins as the source is, which nobody may be connected to."""
    name = f"hardened_{uuid4().hex}"
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
    drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
    owner = connections["default"].settings_dict["USER"]
    connections.close_all()
    with connect(SUPERUSER) as server:
        server.execute(copy.format(*map(sql.Identifier, (name, source, owner))))
        try:
            yield name
        finally:
            server.execute(drop.format(sql.Identifier(name)))


@contextmanager
def hardened_copy(source: str, roles: Roles) -> Iterator[Hardened]:
    """A hardened database. The roles are the cluster's: they stay until `without_roles`."""
    migrator = connections["default"].settings_dict["USER"]
    with copied(source) as database:
        with connect(SUPERUSER, database) as server:
            left = hardening.harden(server, roles=roles, migrator=migrator, passwords={})
        assert left.is_done
        yield Hardened(database, roles, migrator)


@contextmanager
def some_roles() -> Iterator[Roles]:
    """Names that no other test uses; afterwards there is nobody of these names."""
    roles = Roles.of(f"test_{uuid4().hex[:8]}")
    yield roles
    with connect(SUPERUSER) as server:
        for role in roles.attributes():
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


@pytest.fixture(scope="module")
def roles(django_db_setup: None) -> Iterator[Roles]:
    if not settings.COUNTERSIGN_DATABASE_IS_EMBEDDED:
        pytest.skip("making roles takes the superuser of the embedded server")
    with some_roles() as roles:
        yield roles


@pytest.fixture
def hardened(roles: Roles, transactional_db: None) -> Iterator[Hardened]:
    with hardened_copy(connections["default"].settings_dict["NAME"], roles) as hardened:
        yield hardened


@pytest.fixture
def application(hardened: Hardened) -> Iterator[Hardened]:
    """The product, signed in as web, worker and beat do in production."""
    with hardened.signed_in(hardened.roles.application):
        yield hardened


@pytest.fixture(scope="module")
def sealed(
    roles: Roles, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hardened]:
    """A hardened database: sealed decisions, one of them with a permit, and one that waits."""
    source = connections["default"].settings_dict["NAME"]
    keys = tmp_path_factory.mktemp("keys")
    with (
        django_db_blocker.unblock(),
        hardened_copy(source, roles) as hardened,
        log_of_its_own(hardened, keys),
    ):
        with hardened.signed_in(roles.application):
            world = build_world()
            world.open_case()
            world.submit(outcome="grant", confidence=0.99)
        with hardened.signed_in(roles.sealer):
            assert seal_once(now=NOON) is not None
        with hardened.signed_in(roles.application):
            world.open_case()
        yield hardened


def log_of_its_own(hardened: Hardened, keys: Path) -> override_settings:
    """The settings of another log than the other tests', with a key to sign it."""
    add_key_file(keys)
    return override_settings(
        COUNTERSIGN_CHECKPOINT_KEYS=keys,
        COUNTERSIGN_LOG_ORIGIN=f"countersign.localhost/{hardened.database}",
    )
