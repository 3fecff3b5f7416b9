"""Whether the database we are in is hardened, and in what it has ceased to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import connection as default_connection
from psycopg import sql

from governance.ledger import ddl_guard
from governance.ledger.catalog import Catalog, read_catalog
from governance.ledger.roles import Roles
from governance.ledger.shortfalls import Shortfall, begins_as, find_shortfalls
from governance.ledger.verify import Fault, Wrong
from governance.models import LedgerEntry

TABLE = LedgerEntry._meta.db_table
_OWNER = Roles.of("").owner


def roles_of(catalog: Catalog) -> Roles | None:
    """The roles of a hardened database, by its tables' owner; None: it was never hardened."""
    owner = catalog.owner_of(TABLE)
    if owner is None or not owner.endswith(_OWNER) or "LOGIN" in catalog.roles[owner]:
        return None
    return Roles.of(owner.removesuffix(_OWNER))


def shortfalls(connection: psycopg.Connection[Any]) -> list[Shortfall]:
    """In what a database that was hardened falls short of it; any login may ask.

    Empty as well where it never was. The guard of the schema is missed only where one was made,
    since not every server lets one be made.
    """
    catalog = read_catalog(connection)
    roles = roles_of(catalog)
    if roles is None:
        return []
    migrator = _migrator(catalog, roles)
    found = find_shortfalls(catalog, roles, migrator)
    guard = ddl_guard.body(migrator=migrator, owner=roles.owner)
    if catalog.was_guarded and not ddl_guard.is_whole(catalog.event_triggers, guard):
        remedy = sql.SQL("; ").join(ddl_guard.statements_to_make(guard))
        says = f"the event triggers that keep the schema for {migrator} are gone, off or changed"
        found.append(Shortfall(says, remedy, weakens=True))
    return found


def right_faults() -> Iterator[Fault]:
    """What somebody may do in the database of Django's connection and should not be able to."""
    default_connection.ensure_connection()
    for each in shortfalls(default_connection.connection):
        if each.weakens:
            yield Fault(Wrong.GUARD_MISSING, "rights", each.says)


def _migrator(catalog: Catalog, roles: Roles) -> str:
    """The login whose sessions begin as the owner. Of several all but one are a shortfall."""
    begin = {role for role, setting in catalog.settings if setting == begins_as(roles.owner)}
    members = {member for member, role in catalog.members if role == roles.owner}
    return min(begin or members, default="the login of the migrations")
