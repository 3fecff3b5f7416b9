"""Hardening: the database's logins get the rights that the product needs, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from governance.ledger import ddl_guard
from governance.ledger.catalog import read_catalog
from governance.ledger.hardened import TABLE
from governance.ledger.roles import Roles
from governance.ledger.shortfalls import Shortfall, find_shortfalls

# For each of the many short locks on tables that may be in use.
_LOCK_TIMEOUT = sql.SQL("SET LOCAL lock_timeout = '10s'")


class HardeningRefused(Exception):
    """The database, or who asks, is not one that hardening works for; says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a database lacks. `guard`: the source of its guard against changes of the schema.

    `can_guard`: who looks is a superuser.
    """

    shortfalls: list[Shortfall]
    guard: str
    lacks_guard: bool
    can_guard: bool

    @property
    def is_done(self) -> bool:
        """Whether nothing is left that this login could do."""
        return not self.shortfalls and not (self.lacks_guard and self.can_guard)

    def statements(self) -> Iterator[sql.Composed]:
        """The SQL that does it, for one transaction; none when all is done."""
        guards = self.can_guard and not self.is_done
        if guards:
            # It would refuse its own superuser, too.
            yield from ddl_guard.statements_to_drop()
        yield from (shortfall.remedy for shortfall in self.shortfalls)
        if guards:
            yield from ddl_guard.statements_to_make(self.guard)


def plan(connection: psycopg.Connection[Any], *, roles: Roles, migrator: str) -> Plan:
    """See what hardening would do under the connection's login; nothing is changed.

    `migrator`: the login that the migrations run under. Raises HardeningRefused where the tables
    are not there yet, or that login is a superuser or one of the three roles.
    """
    catalog = read_catalog(connection)
    if catalog.owner_of(TABLE) is None:
        raise HardeningRefused("The database has no tables yet: migrate first.")
    if "SUPERUSER" in catalog.roles[migrator] or migrator in roles.attributes():
        raise HardeningRefused(
            f"The migrations take a login of their own, and {migrator} is a superuser or runs the "
            "product. Set DATABASE_URL to that login, and name the superuser by --as."
        )
    guard = ddl_guard.body(migrator=migrator, owner=roles.owner)
    return Plan(
        shortfalls=find_shortfalls(catalog, roles, migrator),
        guard=guard,
        lacks_guard=not ddl_guard.is_whole(catalog.event_triggers, guard),
        can_guard=catalog.is_superuser,
    )


def harden(
    connection: psycopg.Connection[Any],
    *,
    roles: Roles,
    migrator: str,
    passwords: Mapping[str, str],
) -> Plan:
    """Mend everything that the login may mend, in one transaction; returns what is left.

    `passwords`: by role; they are hashed here, so that no log of the server shows them.
    Raises HardeningRefused, and psycopg.Error when the login has no right to it.
    """
    connection.execute("SET ROLE NONE")  # The migrations' sessions begin as the owner.
    with connection.transaction():
        connection.execute(_LOCK_TIMEOUT)
        for statement in plan(connection, roles=roles, migrator=migrator).statements():
            connection.execute(statement)
        for role, password in passwords.items():
            connection.execute(_set_password(connection, role, password))
    return plan(connection, roles=roles, migrator=migrator)


def _set_password(connection: psycopg.Connection[Any], role: str, password: str) -> sql.Composed:
    hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    return sql.SQL("ALTER ROLE {} PASSWORD {}").format(
        sql.Identifier(role), sql.Literal(hashed.decode())
    )
