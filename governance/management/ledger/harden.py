"""`manage.py ledger harden`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection as default_connection
from psycopg.conninfo import conninfo_to_dict

from governance.ledger.catalog import read_catalog
from governance.ledger.hardened import roles_of, shortfalls
from governance.ledger.roles import Roles
from governance.ledger.shortfalls import Shortfall
from governance.services import hardening
from governance.services.hardening import HardeningRefused

HELP = "give the database's logins the rights that they need, and no others"
PREFIX = "countersign"
SHOWN = 20


def add_arguments(parser: ArgumentParser) -> None:
    """`harden [--prefix NAME] [--as CONNINFO] [--dry-run | --check]`."""
    parser.add_argument(
        "--prefix",
        default=PREFIX,
        metavar="NAME",
        help="the roles are NAME_owner, NAME_app and NAME_sealer; default: %(default)s",
    )
    parser.add_argument(
        "--as",
        dest="as_whom",
        metavar="CONNINFO",
        help="do it as another login, such as 'user=postgres'; the password belongs in a pgpass "
        "file. What it leaves out is as in DATABASE_URL, whose login is that of the migrations",
    )
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--dry-run", action="store_true", help="print the SQL and change nothing")
    way.add_argument(
        "--check",
        action="store_true",
        help="change nothing; exit code 1 and a list when the database falls short",
    )


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Harden, show how, or look whether it is hardened."""
    roles = Roles.of(options["prefix"])
    try:
        with _connect(options["as_whom"]) as connection:
            if options["check"]:
                _check(command, connection)
            elif options["dry_run"]:
                planned = hardening.plan(connection, roles=roles, migrator=_migrator())
                for statement in planned.statements():
                    command.stdout.write(f"{statement.as_string()};")
            else:
                _harden(command, connection, roles)
    except HardeningRefused as refusal:
        raise CommandError(str(refusal)) from refusal
    except psycopg.Error as error:
        raise CommandError(f"PostgreSQL refused, and nothing was changed: {error}") from error


def _connect(as_whom: str | None) -> psycopg.Connection[Any]:
    parameters = default_connection.get_connection_params()
    if as_whom is not None:
        kept = ("host", "port", "dbname")
        given: dict[str, Any] = {key: parameters[key] for key in kept if key in parameters}
        parameters = given | conninfo_to_dict(as_whom)
    return psycopg.connect(**parameters, autocommit=True)


def _migrator() -> str:
    with default_connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        [login] = cursor.fetchone()
    return str(login)


def _harden(command: BaseCommand, connection: psycopg.Connection[Any], roles: Roles) -> None:
    migrator = _migrator()
    left = hardening.harden(
        connection, roles=roles, migrator=migrator, passwords=_passwords(connection, roles)
    )
    if left.shortfalls:
        raise CommandError(_listed("It still falls short:", left.shortfalls))
    command.stdout.write(
        f"Hardened: {roles.owner} owns the tables, {migrator} migrates, web, worker and beat sign "
        f"in as {roles.application}, the sealer as {roles.sealer}."
    )
    command.stdout.write(
        "Without a superuser nothing could be done against changes of the schema by other "
        "superusers; --as names one."
        if left.lacks_guard
        else f"Changes of the schema are refused to all but {migrator}."
    )


def _check(command: BaseCommand, connection: psycopg.Connection[Any]) -> None:
    if roles_of(read_catalog(connection)) is None:
        raise CommandError("The database was never hardened.")
    found = shortfalls(connection)
    if found:
        raise CommandError(_listed("The database falls short of a hardened one:", found))
    command.stdout.write("The database is hardened.")


def _listed(title: str, found: list[Shortfall]) -> str:
    more = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return "\n  ".join([title, *(each.says for each in found[:SHOWN]), *more])


def _passwords(connection: psycopg.Connection[Any], roles: Roles) -> dict[str, str]:
    """From the environment, or asked for when the role is new; none: it signs in without one."""
    given = settings.COUNTERSIGN_ROLE_PASSWORDS
    found = {}
    for role, variable in ((roles.application, "app"), (roles.sealer, "sealer")):
        password = given[variable]
        if password is None and sys.stdin.isatty() and not _is_there(connection, role):
            password = getpass(f"Password of {role} (empty: it signs in without one): ")
        if password:
            found[role] = password
    return found


def _is_there(connection: psycopg.Connection[Any], role: str) -> bool:
    found = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
    return found.fetchone() is not None
