"""What PostgreSQL's catalogs say about our schema: who owns what in it, and who may do what.

They are open to every login, so that each process can look for itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

Parameters = Sequence[object] | Mapping[str, object] | None

SCHEMA = "public"
# Where the broker's queues lie, if PostgreSQL is the broker.
BROKER_SCHEMA = "pgmq"
# Where a superuser's guard of our schema lies.
GUARD_SCHEMA = "countersign_guard"
PUBLIC = "PUBLIC"

# In the order of the query for roles.
ATTRIBUTES = ("LOGIN", "SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS")

SESSION = """
SELECT session_user, (SELECT rolsuper FROM pg_roles WHERE rolname = session_user),
       current_database(), current_setting('server_version_num')::integer
"""
# Indexes go with their tables, and so do the sequences of identity columns.
RELATIONS = """
SELECT schema.nspname, relation.relname, pg_get_userbyid(relation.relowner),
       relation.relkind = 'S', relation.relispartition
FROM pg_class AS relation
JOIN pg_namespace AS schema ON schema.oid = relation.relnamespace
WHERE schema.nspname = ANY(%s) AND relation.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = relation.oid
            AND (deptype = 'e' OR (relation.relkind = 'S' AND deptype IN ('a', 'i'))))
"""
FUNCTIONS = """
SELECT routine.proname, routine.oid::regprocedure::text, pg_get_userbyid(routine.proowner),
       routine.prosecdef
FROM pg_proc AS routine
WHERE routine.pronamespace = %s::text::regnamespace AND NOT EXISTS (
    SELECT FROM pg_depend
    WHERE classid = 'pg_proc'::regclass AND objid = routine.oid AND deptype = 'e')
"""
# Functions that run as their caller give nobody more than he has, and those of triggers nobody
# can call: only the others count.
RIGHTS = """
SELECT coalesce(role.rolname, 'PUBLIC'), object.kind, object.name, acl.privilege_type,
       object.field
FROM (
    SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, relname::text AS name,
           '' AS field, relacl AS rights, relowner AS owner
    FROM pg_class WHERE relnamespace = %(schema)s::text::regnamespace
    UNION ALL
    SELECT 'TABLE', relname, attname, attacl, relowner
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = %(schema)s::text::regnamespace AND attacl IS NOT NULL
    UNION ALL
    SELECT 'FUNCTION', oid::regprocedure::text, '',
           coalesce(proacl, acldefault('f', proowner)), proowner
    FROM pg_proc WHERE pronamespace = %(schema)s::text::regnamespace AND prosecdef
        AND prorettype <> 'trigger'::regtype
    UNION ALL
    SELECT 'SCHEMA', nspname, '', coalesce(nspacl, acldefault('n', nspowner)), nspowner
    FROM pg_namespace WHERE nspname = %(schema)s::text
    UNION ALL
    SELECT 'DATABASE', datname, '', coalesce(datacl, acldefault('d', datdba)), datdba
    FROM pg_database WHERE datname = current_database()
) AS object
CROSS JOIN LATERAL aclexplode(object.rights) AS acl
LEFT JOIN pg_roles AS role ON role.oid = acl.grantee
WHERE acl.grantee <> object.owner OR object.kind IN ('DATABASE', 'SCHEMA')
"""
FUTURE_RIGHTS = """
SELECT pg_get_userbyid(defaclrole), coalesce(role.rolname, 'PUBLIC'), acl.privilege_type
FROM pg_default_acl CROSS JOIN LATERAL aclexplode(defaclacl) AS acl
LEFT JOIN pg_roles AS role ON role.oid = acl.grantee
WHERE defaclnamespace = %s::text::regnamespace AND defaclobjtype = 'r' AND acl.grantee <> defaclrole
"""
ROLES = """
SELECT rolname, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
FROM pg_roles
"""
MEMBERS = """
SELECT DISTINCT member.rolname, role.rolname
FROM pg_auth_members JOIN pg_roles AS member ON member.oid = pg_auth_members.member
JOIN pg_roles AS role ON role.oid = pg_auth_members.roleid
"""
SETTINGS = """
SELECT role.rolname, unnest(setconfig)
FROM pg_db_role_setting JOIN pg_roles AS role ON role.oid = setrole
WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
EVENT_TRIGGERS = """
SELECT evtname, evtevent, evtenabled::text, proname, prosrc
FROM pg_event_trigger JOIN pg_proc ON pg_proc.oid = evtfoid
"""


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """A privilege of a role, or of PUBLIC, on an object or on one column of it."""

    grantee: str
    kind: str
    name: str
    privilege: str
    column: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A table, view or sequence."""

    schema: str
    name: str
    owner: str
    is_sequence: bool
    is_partition: bool


@dataclass(frozen=True, slots=True, order=True)
class Function:
    """A function of ours. `is_definer`: it runs with its owner's rights."""

    name: str
    signature: str
    owner: str
    is_definer: bool


@dataclass(frozen=True, slots=True, order=True)
class EventTrigger:
    """A trigger on the commands that change the schema. `mode`: O, A (always), R or D (off)."""

    name: str
    event: str
    mode: str
    function: str
    source: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """One look at the catalogs. `login` is who asked; `rights` leave out those of the owners.

    `future_rights`: owner, grantee and privilege on tables that the owner will make. `roles`:
    attributes that are on, by role. `members`: member and role. `settings`: name=value of
    sessions in this database, by role. `broker_owner`: of the broker's schema, None without one.
    `was_guarded`: a superuser once made a guard of our schema.
    """

    login: str
    is_superuser: bool
    database: str
    version: int
    relations: frozenset[Relation]
    functions: frozenset[Function]
    rights: frozenset[Right]
    future_rights: frozenset[tuple[str, str, str]]
    roles: dict[str, frozenset[str]]
    members: frozenset[tuple[str, str]]
    settings: frozenset[tuple[str, str]]
    event_triggers: frozenset[EventTrigger]
    broker_owner: str | None
    was_guarded: bool

    def owner_of(self, table: str) -> str | None:
        """Who owns a table of our schema; None if it is not there."""
        owners = {
            relation.owner
            for relation in self.relations
            if (relation.schema, relation.name) == (SCHEMA, table)
        }
        return next(iter(owners), None)


def read_catalog(connection: psycopg.Connection[Any]) -> Catalog:
    """Look at the catalogs of the database that the connection is in."""

    def rows(query: LiteralString, parameters: Parameters = None) -> list[tuple[Any, ...]]:
        return connection.execute(query, parameters).fetchall()

    [(login, is_superuser, database, version)] = rows(SESSION)
    schemas = dict(rows("SELECT nspname, pg_get_userbyid(nspowner) FROM pg_namespace"))
    return Catalog(
        login=login,
        is_superuser=is_superuser,
        database=database,
        version=version,
        relations=frozenset(Relation(*row) for row in rows(RELATIONS, [[SCHEMA, BROKER_SCHEMA]])),
        functions=frozenset(Function(*row) for row in rows(FUNCTIONS, [SCHEMA])),
        rights=frozenset(Right(*row) for row in rows(RIGHTS, {"schema": SCHEMA})),
        future_rights=frozenset(rows(FUTURE_RIGHTS, [SCHEMA])),
        roles={
            name: frozenset(word for word, has in zip(ATTRIBUTES, held, strict=True) if has)
            for name, *held in rows(ROLES)
        },
        members=frozenset(rows(MEMBERS)),
        settings=frozenset(rows(SETTINGS)),
        event_triggers=frozenset(EventTrigger(*row) for row in rows(EVENT_TRIGGERS)),
        broker_owner=schemas.get(BROKER_SCHEMA),
        was_guarded=GUARD_SCHEMA in schemas,
    )
