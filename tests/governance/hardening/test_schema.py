"""Who changes the schema of a hardened database, and whose what comes new to it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from psycopg.errors import InsufficientPrivilege, IntegrityConstraintViolation

from config.processes.postgres import SUPERUSER
from governance.ledger.hardened import shortfalls
from governance.ledger.partitions import make_ahead
from governance.services.hardening import harden
from tests.governance.ledger.entered import enter

pytestmark = pytest.mark.django_db(transaction=True)

ENTRIES = "governance_ledgerentry"
CHANGES = {
    "switch a trigger off": f"ALTER TABLE {ENTRIES} DISABLE TRIGGER append_only_rows",
    "switch a month's triggers off": f"ALTER TABLE {ENTRIES}_default DISABLE TRIGGER USER",
    "drop a trigger": "DROP TRIGGER append_only_table ON governance_leaf",
    "rename a trigger": "ALTER TRIGGER append_only_table ON governance_leaf RENAME TO other",
    "add a trigger": "CREATE TRIGGER a BEFORE INSERT ON governance_leaf FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "put a rule before a table": "CREATE RULE r AS ON INSERT TO governance_leaf DO INSTEAD NOTHING",
    "empty a trigger's function": "CREATE OR REPLACE FUNCTION countersign_refuse_change()"
    " RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "take a month out": f"ALTER TABLE {ENTRIES} DETACH PARTITION {ENTRIES}_default",
    "drop a month": f"DROP TABLE {ENTRIES}_default",
    "give a table away": "ALTER TABLE governance_leaf OWNER TO {app}",
    "change a column": "ALTER TABLE governance_checkpoint ALTER COLUMN note DROP NOT NULL",
    "drop it all": "DROP SCHEMA public CASCADE",
    "drop what is the owner's": "DROP OWNED BY {owner}",
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_superuser_is_refused_changes_of_the_schema(sealed, change):
    statement = CHANGES[change].format(app=sealed.roles.application, owner=sealed.roles.owner)
    refusal = pytest.raises(InsufficientPrivilege, match=f"only {sealed.migrator} changes")
    with sealed.connect(SUPERUSER) as session, refusal, session.transaction():
        session.execute("SET LOCAL session_replication_role = replica")
        session.execute(statement)


def test_what_is_none_of_our_schema_is_left_to_everybody(sealed):
    with sealed.connect(SUPERUSER) as session:
        session.execute("CREATE TEMPORARY TABLE mine (id integer)")
        session.execute("CREATE SCHEMA theirs CREATE TABLE counted (id integer)")
        session.execute("DROP SCHEMA theirs CASCADE")


def test_what_the_migrations_make_is_the_owners_and_waits_for_another_hardening(hardened):
    roles = hardened.roles
    with hardened.connect(hardened.migrator) as session:
        session.execute("CREATE TABLE governance_newtable (id integer)")
    with hardened.connect(roles.application) as session:
        assert session.execute("SELECT count(*) FROM governance_newtable").fetchone() == (0,)
        with pytest.raises(InsufficientPrivilege):
            session.execute("INSERT INTO governance_newtable VALUES (1)")
        assert shortfalls(session) == []  # No model is behind it: reading it is all there is.


def test_a_table_that_came_with_a_model_is_missed_until_the_next_hardening(hardened):
    roles = hardened.roles
    with hardened.connect(hardened.migrator) as session:
        session.execute("DROP TABLE governance_heartbeat")
        session.execute("CREATE TABLE governance_heartbeat (process text, at timestamptz)")
        assert [each.says for each in shortfalls(session)] == [
            f"{roles.application} may not DELETE, INSERT, UPDATE on governance_heartbeat",
            f"{roles.sealer} may not INSERT, SELECT, UPDATE on governance_heartbeat",
        ]
        harden(session, roles=roles, migrator=hardened.migrator, passwords={})
        assert shortfalls(session) == []


def test_the_product_makes_its_months_and_they_are_guarded_and_the_owners(application):
    month = datetime(2031, 5, 1, tzinfo=UTC)
    make_ahead(month)

    enter(month)
    part = f"{ENTRIES}_y2031m05"
    with application.connect(SUPERUSER) as session:
        owner = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = %s"
        assert session.execute(owner, [part]).fetchone() == (application.roles.owner,)
        assert session.execute(f"SELECT count(*) FROM {part}").fetchone() == (1,)
        with pytest.raises(IntegrityConstraintViolation):
            session.execute(f"DELETE FROM {part}")
    with application.connect(application.roles.application) as session:
        assert shortfalls(session) == []
        with pytest.raises(InsufficientPrivilege):
            session.execute(f"DELETE FROM {part}")
