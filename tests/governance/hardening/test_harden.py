"""`manage.py ledger harden`: what it makes, that it makes it once, and what it finds undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from config.processes.postgres import SUPERUSER
from governance.ledger.catalog import read_catalog
from governance.ledger.hardened import roles_of, shortfalls
from governance.ledger.roles import Roles
from governance.services.hardening import harden, plan
from tests.governance.hardening.conftest import (
    Hardened,
    connect,
    copied,
    hardened_copy,
    some_roles,
)

pytestmark = pytest.mark.django_db(transaction=True)

AS_SUPERUSER = f"--as=user={SUPERUSER}"

# What somebody with the rights to it may have done, and what is said of it.
UNDONE = {
    "GRANT UPDATE ON governance_ledgerentry TO {app}": "{app} may UPDATE on governance_ledgerentry",
    "GRANT INSERT ON governance_ledgerentry TO {app}": "{app} may INSERT on governance_ledgerentry",
    "GRANT UPDATE (leaf) ON governance_ledgerentry TO {app}": "{app} may UPDATE on",
    "GRANT TRUNCATE ON governance_leaf TO PUBLIC": "PUBLIC may TRUNCATE on governance_leaf",
    "GRANT INSERT ON governance_leaf TO {app}": "{app} may INSERT on governance_leaf",
    "GRANT DELETE ON governance_tile TO {superuser}": "{superuser} may DELETE on governance_tile",
    "GRANT CREATE ON SCHEMA public TO PUBLIC": "PUBLIC may CREATE on public",
    "GRANT TEMPORARY ON DATABASE {database} TO {app}": "{app} may TEMPORARY on {database}",
    "GRANT EXECUTE ON FUNCTION countersign_make_partition TO PUBLIC": "PUBLIC may EXECUTE on",
    "GRANT {owner} TO {app}": "{app} may act as {owner}",
    "GRANT pg_write_all_data TO {sealer}": "{sealer} may act as pg_write_all_data",
    "ALTER ROLE {app} SUPERUSER": "the role {app} is LOGIN SUPERUSER",
    "ALTER TABLE governance_leaf OWNER TO {app}": "governance_leaf belongs to {app}",
    "ALTER FUNCTION countersign_enter OWNER TO {app}": "countersign_enter() belongs to {app}",
    "REVOKE SELECT ON governance_user FROM {app}": "{app} may not SELECT on governance_user",
    "REVOKE INSERT (leaf) ON governance_ledgerentry FROM {app}": "{app} may not INSERT on",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT DELETE ON TABLES TO {app}": (
        "{app} may DELETE on tables to come"
    ),
    "ALTER ROLE {app} IN DATABASE {database} RESET ALL": "the sessions of {app} do not begin with",
    "ALTER ROLE {migrator} IN DATABASE {database} RESET role": (
        "the sessions of {migrator} do not begin with role={owner}"
    ),
    "DROP EVENT TRIGGER countersign_drop": "the event triggers that keep the schema for",
    "ALTER EVENT TRIGGER countersign_ddl DISABLE": "the event triggers that keep the schema for",
}


@pytest.fixture
def unhardened(roles: Roles, transactional_db: None) -> Iterator[str]:
    with copied(connections["default"].settings_dict["NAME"]) as database:
        yield database


@contextmanager
def using(database: str, user: str | None = None) -> Iterator[None]:
    """Let the settings name another database, and another login."""
    chosen = connections["default"].settings_dict
    before = {key: chosen[key] for key in ("NAME", "USER")}
    connections.close_all()
    chosen.update(NAME=database, USER=user or before["USER"])
    try:
        yield
    finally:
        connections.close_all()
        chosen.update(before)


def run_harden(*options: str) -> str:
    said = StringIO()
    call_command("ledger", "harden", *options, stdout=said)
    return said.getvalue()


def prefix(roles: Roles) -> str:
    return f"--prefix={roles.owner.removesuffix('_owner')}"


def test_a_dry_run_prints_what_hardening_does_and_does_nothing(unhardened, roles):
    with using(unhardened):
        printed = run_harden(prefix(roles), AS_SUPERUSER, "--dry-run")
        with pytest.raises(CommandError, match="was never hardened"):
            run_harden("--check")
        assert run_harden(prefix(roles), AS_SUPERUSER, "--dry-run") == printed

        with connect(SUPERUSER, unhardened) as server, server.transaction():
            server.execute(printed)

        assert run_harden("--check") == "The database is hardened.\n"
        assert run_harden(prefix(roles), AS_SUPERUSER, "--dry-run") == ""


def test_hardening_says_who_may_do_what_and_a_second_time_finds_nothing_to_do(unhardened, roles):
    with using(unhardened):
        said = run_harden(prefix(roles), AS_SUPERUSER)
        again = run_harden(prefix(roles), AS_SUPERUSER)

    assert f"{roles.owner} owns the tables, countersign migrates" in said
    assert "refused to all but countersign" in said
    assert again == said
    with connect(SUPERUSER, unhardened) as server:
        assert plan(server, roles=roles, migrator="countersign").is_done


def test_the_passwords_of_the_environment_are_kept_hashed(unhardened, roles, settings):
    settings.COUNTERSIGN_ROLE_PASSWORDS = {"app": "correct horse", "sealer": None}
    with using(unhardened):
        run_harden(prefix(roles), AS_SUPERUSER)

    kept = "SELECT rolname, left(rolpassword, 14) FROM pg_authid WHERE rolname = ANY(%s)"
    with connect(SUPERUSER) as server:
        found = server.execute(kept, [[roles.application, roles.sealer]]).fetchall()
    assert sorted(found) == [(roles.application, "SCRAM-SHA-256$"), (roles.sealer, None)]


@pytest.fixture(scope="module")
def undone(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, roles: Roles
) -> Iterator[Hardened]:
    """With roles of its own: what is done to a role outlives a database."""
    source = connections["default"].settings_dict["NAME"]
    with (
        django_db_blocker.unblock(),
        some_roles() as own,
        hardened_copy(source, own) as hardened,
    ):
        yield hardened


def test_each_role_sees_that_all_is_well_and_how_long_it_may_take(undone):
    limits = {
        undone.roles.application: ("1min", "11min"),
        undone.roles.sealer: ("1min", "2min"),
    }
    for role, limit in limits.items():
        with undone.connect(role) as session:
            assert shortfalls(session) == []
            settings = "idle_in_transaction_session_timeout", "transaction_timeout"
            assert (
                tuple(session.execute(f"SHOW {name}").fetchone()[0] for name in settings) == limit
            )


@pytest.mark.parametrize("statement", UNDONE)
def test_what_was_undone_is_found_and_hardening_mends_it(undone, statement):
    names = {
        "app": undone.roles.application,
        "owner": undone.roles.owner,
        "sealer": undone.roles.sealer,
        "database": undone.database,
        "superuser": SUPERUSER,
        "migrator": undone.migrator,
    }
    with undone.connect(SUPERUSER) as server:
        before = shortfalls(server)
        server.execute("SET event_triggers = off")
        server.execute(statement.format(**names))
        said = [each.says for each in shortfalls(server)]

        left = harden(server, roles=undone.roles, migrator=undone.migrator, passwords={})

        assert (before, left.is_done, shortfalls(server)) == ([], True, [])
        assert roles_of(read_catalog(server)) == undone.roles
    expected = UNDONE[statement].format(**names)
    assert [line for line in said if line.startswith(expected)], said


def test_an_owner_that_is_no_superuser_hardens_all_but_the_schema(transactional_db):
    with some_roles() as own, a_login("CREATEROLE") as login:
        source = connections["default"].settings_dict["NAME"]
        with copied(source) as database:
            give_everything(database, login)
            with using(database, login):
                said = run_harden(prefix(own))
                assert "Without a superuser nothing could be done" in said
                assert run_harden("--check") == "The database is hardened.\n"
                assert run_harden(prefix(own), "--dry-run") == ""
            with connect(own.application, database) as session:
                assert shortfalls(session) == []


@pytest.mark.parametrize(
    ("login", "refusal"),
    [
        (SUPERUSER, "postgres is a superuser"),
        ("{app}", "runs the product"),
    ],
)
def test_the_migrations_take_a_login_of_their_own(undone, login, refusal):
    name = login.format(app=undone.roles.application)
    with using(undone.database, name), pytest.raises(CommandError, match=refusal):
        run_harden(prefix(undone.roles), AS_SUPERUSER)


def test_who_may_not_harden_is_told_so_and_nothing_is_changed(unhardened, roles):
    with a_login() as login, using(unhardened, login):
        with pytest.raises(CommandError, match="PostgreSQL refused, and nothing was changed"):
            run_harden(prefix(roles))
        with pytest.raises(CommandError, match="was never hardened"):
            run_harden("--check")


def test_without_tables_there_is_nothing_to_harden(roles, transactional_db):
    refused = pytest.raises(CommandError, match="migrate first")
    with copied("template1") as database, using(database), refused:
        run_harden(prefix(roles), AS_SUPERUSER)


@contextmanager
def a_login(*attributes: str) -> Iterator[str]:
    name = f"test_{uuid4().hex[:8]}"
    with connect(SUPERUSER) as server:
        server.execute(
            sql.SQL("CREATE ROLE {} LOGIN {}").format(
                sql.Identifier(name), sql.SQL(" ".join(attributes))
            )
        )
        try:
            yield name
        finally:
            server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def give_everything(database: str, login: str) -> None:
    """Let a login own a database and all that is in it."""
    with connect(SUPERUSER, database) as server:
        server.execute(f'ALTER DATABASE "{database}" OWNER TO {login}')
        owned = server.execute(
            """
            SELECT format('ALTER TABLE %s OWNER TO', oid::regclass) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
            UNION ALL
            SELECT format('ALTER FUNCTION %s OWNER TO', oid::regprocedure) FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace
            """
        )
        for (statement,) in owned.fetchall():
            server.execute(f"{statement} {login}")
