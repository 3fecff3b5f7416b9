"""A backup of the tests' database that is really put back, while the ledger's store went on."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from governance.models import Actor

OPERATOR = Actor.system("test")


@dataclass(frozen=True)
class Backup:
    """A copy of the database, file by file, as it was when `take` was called."""

    name: str
    database: str

    def take(self) -> None:
        self._replace(self.name, by=self.database)

    def put_back(self) -> None:
        self._replace(self.database, by=self.name)

    def drop(self) -> None:
        with _server() as server:
            server.execute(_named("DROP DATABASE IF EXISTS {}", self.name))

    def _replace(self, name: str, *, by: str) -> None:
        # Not by force: an autovacuum of the server would refuse that, and gives way by itself.
        connections.close_all()
        with _server() as server:
            server.execute(_named("DROP DATABASE IF EXISTS {}", name))
            server.execute(_named("CREATE DATABASE {} TEMPLATE {}", name, by))


@pytest.fixture
def backup(transactional_db: None) -> Iterator[Backup]:
    backup = Backup(f"backup_{uuid4().hex}", connections["default"].settings_dict["NAME"])
    yield backup
    backup.drop()


def _server() -> psycopg.Connection:
    known = connections["default"].get_connection_params()
    places = {key: known[key] for key in ("host", "port", "user", "password") if key in known}
    return psycopg.connect(**places, dbname="postgres", autocommit=True)


def _named(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
