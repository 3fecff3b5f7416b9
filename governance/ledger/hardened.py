"""Whether the database we are in is hardened, and in what it has ceased to be."""

from __future__ import annotations

from typing import Any

import psycopg

from governance.ledger import ddl_guard
from governance.ledger.catalog import Catalog, read_catalog
from governance.ledger.roles import Roles
from governance.ledger.shortfalls import begins_as, find_shortfalls
from governance.models import LedgerEntry

TABLE = LedgerEntry._meta.db_table
_OWNER = Roles.of("").owner


def roles_of(catalog: Catalog) -> Roles | None:
    """The roles of a hardened database, by its tables' owner; None: it was never hardened."""
    owner = catalog.owner_of(TABLE)
    if owner is None or not owner.endswith(_OWNER) or "LOGIN" in catalog.roles[owner]:
        return None
    return Roles.of(owner.removesuffix(_OWNER))


def weaknesses(connection: psycopg.Connection[Any]) -> list[str]:
    """In what a database that was hardened falls short of it; any login may ask.

    Empty as well where it never was. The guard of the schema is missed only where one was made,
    since not every server lets one be made.
    """
    catalog = read_catalog(connection)
    roles = roles_of(catalog)
    if roles is None:
        return []
    migrators = [role for role, setting in catalog.settings if setting == begins_as(roles.owner)]
    if len(migrators) != 1:
        names = ", ".join(sorted(migrators)) or "none"
        return [f"the logins whose tables are {roles.owner}'s should be one, and are: {names}"]
    says = [each.says for each in find_shortfalls(catalog, roles, migrators[0])]
    guard = ddl_guard.body(migrator=migrators[0], owner=roles.owner)
    if catalog.was_guarded and not ddl_guard.is_whole(catalog.event_triggers, guard):
        says.append("the event triggers that keep the schema are gone, off or changed")
    return says
