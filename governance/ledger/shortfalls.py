"""Where a database falls short of its three roles, and the statements that make up for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import LiteralString

from psycopg import sql

from governance.ledger.catalog import (
    ATTRIBUTES,
    BROKER_SCHEMA,
    PUBLIC,
    SCHEMA,
    Catalog,
    Relation,
    Right,
)
from governance.ledger.roles import Roles, expected_rights

# Whoever else may do these changes nothing by them: a role that reads for statistics, say.
HARMLESS = frozenset({"SELECT", "USAGE"})


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing that is not as it should be, in words, and what puts it right.

    `weakens`: somebody may do more than they should; else somebody cannot do what they should.
    """

    says: str
    remedy: sql.Composed
    weakens: bool = False


def find_shortfalls(catalog: Catalog, roles: Roles, migrator: str) -> list[Shortfall]:
    """Everything that a hardened database has and this one has not, in the order to mend it.

    `migrator`: the login that the migrations run under. After all remedies, and another look at
    the catalog, nothing is found any more.
    """
    return [
        *_roles(catalog, roles),
        *_memberships(catalog, roles, migrator),
        *_broker(catalog, roles, migrator),
        *_rights(catalog, roles, {"DATABASE", "SCHEMA"}),
        *_owners(catalog, roles),
        *_rights(catalog, roles, {"TABLE", "SEQUENCE", "FUNCTION"}),
        *_future_rights(catalog, roles),
        *_settings(catalog, roles, migrator),
    ]


def _lack(says: str, statement: LiteralString, *names: str | sql.Composable) -> Shortfall:
    parts = [name if isinstance(name, sql.Composable) else sql.Identifier(name) for name in names]
    return Shortfall(says, sql.SQL(statement).format(*parts))


def _weakness(says: str, statement: LiteralString, *names: str | sql.Composable) -> Shortfall:
    return replace(_lack(says, statement, *names), weakens=True)


def _roles(catalog: Catalog, roles: Roles) -> Iterator[Shortfall]:
    for name, wanted in roles.attributes().items():
        held = catalog.roles.get(name)
        if held == wanted:
            continue
        # An attribute that is as it should be is not mentioned: naming one takes the right to it.
        words = sql.SQL(" ").join(
            sql.SQL(word if word in wanted else f"NO{word}")
            for word in ATTRIBUTES
            if (word == "LOGIN" if held is None else (word in wanted) != (word in held))
        )
        if held is None:
            yield _lack(f"there is no role {name}", "CREATE ROLE {} {}", name, words)
        else:
            says = f"the role {name} is {' '.join(sorted(held)) or 'without LOGIN'}"
            yield _weakness(says, "ALTER ROLE {} {}", name, words)


def _memberships(catalog: Catalog, roles: Roles, migrator: str) -> Iterator[Shortfall]:
    for member, role in sorted(catalog.members):
        is_ours = member in roles.attributes()
        if is_ours or (role == roles.owner and member != migrator):
            yield _weakness(f"{member} may act as {role}", "REVOKE {} FROM {}", role, member)
    if (migrator, roles.owner) not in catalog.members:
        says = f"{migrator} may not act as {roles.owner}"
        yield _lack(says, "GRANT {} TO {}", roles.owner, migrator)


def _broker(catalog: Catalog, roles: Roles, migrator: str) -> Iterator[Shortfall]:
    """The broker makes its queues as they are first used, and nothing in them is evidence: its
    schema is the application's own."""
    if catalog.broker_owner is None:
        return
    away = [
        relation
        for relation in sorted(catalog.relations)
        if relation.schema == BROKER_SCHEMA and relation.owner != roles.application
    ]
    is_away = catalog.broker_owner != roles.application
    if (away or is_away) and not (
        catalog.is_superuser or (migrator, roles.application) in catalog.members
    ):
        says = f"{migrator} may not hand the broker's queues to {roles.application}"
        yield _lack(says, "GRANT {} TO {}", roles.application, migrator)
    if is_away:
        says = f"the broker's schema belongs to {catalog.broker_owner}"
        yield _lack(says, "ALTER SCHEMA {} OWNER TO {}", BROKER_SCHEMA, roles.application)
    yield from (_owner(relation, roles.application) for relation in away)


def _owners(catalog: Catalog, roles: Roles) -> Iterator[Shortfall]:
    for relation in sorted(catalog.relations):
        if relation.schema == SCHEMA and relation.owner != roles.owner:
            yield _owner(relation, roles.owner)
    for function in sorted(catalog.functions):
        if function.owner != roles.owner:
            yield _weakness(
                f"{function.signature} belongs to {function.owner}",
                "ALTER FUNCTION {} OWNER TO {}",
                _signature(function.signature),
                roles.owner,
            )


def _owner(relation: Relation, owner: str) -> Shortfall:
    return _weakness(
        f"{relation.name} belongs to {relation.owner}",
        "ALTER SEQUENCE {} OWNER TO {}" if relation.is_sequence else "ALTER TABLE {} OWNER TO {}",
        sql.Identifier(relation.schema, relation.name),
        owner,
    )


def _rights(catalog: Catalog, roles: Roles, kinds: set[str]) -> Iterator[Shortfall]:
    definers = {each.signature: each.name for each in catalog.functions if each.is_definer}
    expected = expected_rights(roles, catalog.database, catalog.relations, definers)
    by_place: defaultdict[tuple[str, str, str], set[Right]] = defaultdict(set)
    for right in expected:
        by_place[right.grantee, right.kind, right.name].add(right)
    held: defaultdict[tuple[str, str, str], set[Right]] = defaultdict(set)
    for right in catalog.rights:
        if right in expected or _matters(right, roles):
            held[right.grantee, right.kind, right.name].add(right)
    for place in sorted(by_place.keys() | held.keys()):
        if place[1] not in kinds:
            continue
        needless, missing = held[place] - by_place[place], by_place[place] - held[place]
        if needless:
            revoked = _grant("REVOKE {} ON {} {} FROM {}", "may", place, needless)
            yield replace(revoked, weakens=True)
            missing = by_place[place]  # Taking a right on a table takes that on its columns, too.
        if missing:
            yield _grant("GRANT {} ON {} {} TO {}", "may not", place, missing)


def _matters(right: Right, roles: Roles) -> bool:
    """Whether a right that nobody expects is one too many."""
    if right.privilege == "CONNECT":
        return False  # Without a right to something inside, it opens nothing.
    if right.grantee in (PUBLIC, roles.application, roles.sealer):
        return True
    # The database's and the schema's owners are the operator's choice.
    is_ours = right.kind not in {"DATABASE", "SCHEMA"} and right.grantee != roles.owner
    return is_ours and right.privilege not in HARMLESS


def _grant(
    statement: LiteralString, verb: str, place: tuple[str, str, str], rights: Iterable[Right]
) -> Shortfall:
    grantee, kind, name = place
    columns: defaultdict[str, list[str]] = defaultdict(list)
    for right in sorted(rights):
        columns[right.privilege].append(right.column)
    privileges = sql.SQL(", ").join(_privilege(word, named) for word, named in columns.items())
    subject: sql.Composable
    if kind == "FUNCTION":
        subject = _signature(name)
    elif kind in {"TABLE", "SEQUENCE"}:
        subject = sql.Identifier(SCHEMA, name)
    else:
        subject = sql.Identifier(name)
    return _lack(
        f"{grantee} {verb} {', '.join(columns)} on {name}",
        statement,
        privileges,
        sql.SQL(kind),
        subject,
        sql.SQL("PUBLIC") if grantee == PUBLIC else sql.Identifier(grantee),
    )


def _privilege(word: str, columns: list[str]) -> sql.Composable:
    privilege = sql.SQL(word)
    named = [sql.Identifier(column) for column in columns if column]
    if not named:
        return privilege
    return sql.SQL("{} ({})").format(privilege, sql.SQL(", ").join(named))


def _signature(signature: str) -> sql.SQL:
    """As the catalog spells it, quoted where it must be."""
    return sql.SQL(signature)


def _future_rights(catalog: Catalog, roles: Roles) -> Iterator[Shortfall]:
    """What the migrations will make can be read at once; all else takes another hardening."""
    wanted = (roles.owner, roles.application, "SELECT")
    altered: LiteralString = "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA {} "
    if wanted not in catalog.future_rights:
        yield _lack(
            f"{roles.application} may not SELECT on tables to come",
            altered + "GRANT SELECT ON TABLES TO {}",
            roles.owner,
            SCHEMA,
            roles.application,
        )
    for owner, grantee, privilege in sorted(catalog.future_rights - {wanted}):
        if owner == roles.owner and privilege not in HARMLESS:
            yield _weakness(
                f"{grantee} may {privilege} on tables to come",
                altered + "REVOKE {} ON TABLES FROM {}",
                owner,
                SCHEMA,
                sql.SQL(privilege),
                sql.SQL("PUBLIC") if grantee == PUBLIC else sql.Identifier(grantee),
            )


def _settings(catalog: Catalog, roles: Roles, migrator: str) -> Iterator[Shortfall]:
    wanted = {*roles.limits(catalog.version), (migrator, begins_as(roles.owner))}
    for role, setting in sorted(wanted - catalog.settings):
        name, _, value = setting.partition("=")
        yield _lack(
            f"the sessions of {role} do not begin with {setting}",
            "ALTER ROLE {} IN DATABASE {} SET {} = {}",
            role,
            catalog.database,
            name,
            sql.Literal(value),
        )


def begins_as(owner: str) -> str:
    """The setting by which a login's sessions make what they make as its owner role."""
    return f"role={owner}"
