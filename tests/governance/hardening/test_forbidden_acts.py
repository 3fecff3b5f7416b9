"""What the database refuses to each role, whatever the product's code were made to ask."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import GeneratedAlways, InsufficientPrivilege, IntegrityConstraintViolation

from tests.governance.hardening.conftest import Hardened

pytestmark = pytest.mark.django_db

HEAD = "INSERT INTO governance_ledgerhead (subject_id, subject_type, object_seq, leaf_hash) "
MONTH = "governance_ledgerentry_default"

TO_BOTH = {
    "change an entry": "UPDATE governance_ledgerentry SET event = 'other'",
    "change one column of an entry": "UPDATE governance_ledgerentry SET id = gen_random_uuid()",
    "delete an entry": "DELETE FROM governance_ledgerentry",
    "empty the entries": "TRUNCATE governance_ledgerentry",
    "empty a month of entries": f"TRUNCATE {MONTH}",
    "delete from a month of entries": f"DELETE FROM {MONTH}",
    "enter into a month's own table": f"INSERT INTO {MONTH} SELECT FROM governance_ledgerentry",
    "drop a month of entries": f"DROP TABLE {MONTH}",
    "take a month of entries out": f"ALTER TABLE governance_ledgerentry DETACH PARTITION {MONTH}",
    "keep others from entering": "LOCK TABLE governance_ledgerentry IN EXCLUSIVE MODE",
    "choose a place in the queue": "INSERT INTO governance_ledgerpending (seq, entry_id, leaf_hash)"
    " OVERRIDING SYSTEM VALUE VALUES (0, gen_random_uuid(), '')",
    "queue an entry": "INSERT INTO governance_ledgerpending (entry_id, leaf_hash)"
    " VALUES (gen_random_uuid(), '')",
    "set back the queue's count": "SELECT setval('governance_ledgerpending_seq_seq', 1)",
    "make a head": f"{HEAD} VALUES (gen_random_uuid(), 'a.b', 1, '')",
    "set a head's hash": "UPDATE governance_ledgerhead SET leaf_hash = ''",
    "set a head's number": "UPDATE governance_ledgerhead SET object_seq = 1",
    "delete a head": "DELETE FROM governance_ledgerhead",
    "change a history row": "UPDATE governance_historicaluser SET username = 'other'",
    "delete a history row": "DELETE FROM governance_historicaluser",
    "change a verdict": "UPDATE reviews_verdict SET outcome = 'grant'",
    "change a payload": "UPDATE governance_payload SET sealed = ''",
    "delete a leaf": "DELETE FROM governance_leaf",
    "move a leaf": "UPDATE governance_leaf SET index = index + 1",
    "delete a tile": "DELETE FROM governance_tile",
    "delete a checkpoint": "DELETE FROM governance_checkpoint",
    "change a checkpoint": "UPDATE governance_checkpoint SET note = ''",
    "delete the log": "DELETE FROM governance_log",
    "rename the log": "UPDATE governance_log SET origin = 'other'",
    "drop a trigger": "DROP TRIGGER append_only_rows ON governance_ledgerentry",
    "switch a trigger off": f"ALTER TABLE {MONTH} DISABLE TRIGGER append_only_rows",
    "switch all triggers off": "SET session_replication_role = replica",
    "put a trigger before ours": "CREATE TRIGGER a BEFORE INSERT ON governance_ledgerentry"
    " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "put a rule before a table": "CREATE RULE r AS ON DELETE TO governance_leaf DO INSTEAD NOTHING",
    "replace a trigger's function": "CREATE OR REPLACE FUNCTION countersign_refuse_change()"
    " RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "refer to the entries": "CREATE TABLE t (id uuid REFERENCES governance_policyversion)",
    "make a table": "CREATE TABLE t (id integer)",
    "make a table of a name of ours": "CREATE TEMPORARY TABLE governance_ledgerhead (id integer)",
    "make a schema": "CREATE SCHEMA s",
    "make a function": "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "act as the owner": "SET ROLE {owner}",
    "act as the migrations' login": "SET SESSION AUTHORIZATION {migrator}",
    "join the owner": "GRANT {owner} TO {self}",
    "become a superuser": "ALTER ROLE {self} SUPERUSER",
    "make a login": "CREATE ROLE another LOGIN",
    "write to the server's disk": "COPY governance_user TO '/tmp/users'",
    "run a program on the server": "COPY governance_user FROM PROGRAM 'true'",
}

TO_APPLICATION = {
    "take an entry from the queue": "DELETE FROM governance_ledgerpending",
    "give an entry a place": "INSERT INTO governance_leaf (log_id, index, entry_id)"
    " SELECT id, 0, gen_random_uuid() FROM governance_log",
    "write a tile": "INSERT INTO governance_tile (log_id, level, index, hashes)"
    " SELECT id, 0, 9, sha256('') FROM governance_log",
    "change a tile": "UPDATE governance_tile SET hashes = hashes",
    "grow the log": "UPDATE governance_log SET size = size + 1",
    "open a log": "INSERT INTO governance_log (origin, size, root, opened_at, trouble)"
    " VALUES ('other', 0, '', now(), '')",
    "hide what troubles the sealer": "UPDATE governance_log SET trouble = ''",
    "publish a checkpoint": "INSERT INTO governance_checkpoint (id, log_id, size, root, note,"
    " signed_at) SELECT gen_random_uuid(), id, 0, '', '', now() FROM governance_log",
    "bring in a key": "UPDATE governance_checkpointkey SET verifier = 'other'",
}

TO_SEALER = {
    "read what is sealed of people": "SELECT sealed FROM governance_payload",
    "read who a person is": "SELECT sealed_reference FROM governance_subjectidentity",
    "read a password": "SELECT password FROM governance_user",
    "take in a decision": "INSERT INTO reviews_decision (id) VALUES (gen_random_uuid())",
    "rule": "INSERT INTO reviews_verdict (id) VALUES (gen_random_uuid())",
    "change an account": "UPDATE governance_user SET is_active = true",
    "erase": "DELETE FROM governance_payload",
    "take back a key": "DELETE FROM governance_checkpointkey",
}

COMPUTED = {
    "choose an entry's hash": "INSERT INTO governance_ledgerentry (leaf_hash) VALUES ('')",
}

# Locking a row takes a right to update a column of it, and a trigger refuses to use that right.
REFUSED_BY_TRIGGER = {
    "application": {
        "give a head to another object": "UPDATE governance_ledgerhead"
        " SET subject_id = gen_random_uuid()",
        "give a decision another id": "UPDATE reviews_decision SET id = gen_random_uuid()",
        "give a permit another id": "UPDATE reviews_permit SET id = gen_random_uuid()",
        "change an account and tell nobody": "UPDATE governance_user SET is_active = false",
    },
    "sealer": {
        "give a head to another object": "UPDATE governance_ledgerhead"
        " SET subject_id = gen_random_uuid()",
        "shrink the log": "UPDATE governance_log SET size = size - 1",
        "give the log another root": "UPDATE governance_log SET root = sha256('')",
        "change a full tile": "UPDATE governance_tile SET hashes = sha256('')",
        "shorten a tile": "UPDATE governance_tile SET hashes = substring(hashes FOR 32)",
    },
}


CASES = [
    pytest.param(role, statement, error, id=f"{role}: {act}")
    for role, acts in {"application": TO_APPLICATION, "sealer": TO_SEALER}.items()
    for error, refused in {
        InsufficientPrivilege: TO_BOTH | acts,
        GeneratedAlways: COMPUTED,
        IntegrityConstraintViolation: REFUSED_BY_TRIGGER[role],
    }.items()
    for act, statement in refused.items()
]


def as_markdown() -> str:
    """The table of the documentation."""
    why = {InsufficientPrivilege: "no right", GeneratedAlways: "computed"}
    refused: dict[str, dict[str, str]] = {}
    for case in CASES:
        role, act = case.id.split(": ", 1)
        refused.setdefault(act, {})[role] = why.get(case.values[2], "trigger")
    lines = ["| act | `countersign_app` | `countersign_sealer` |", "| --- | --- | --- |"]
    for act, by in refused.items():
        lines.append(f"| {act} | {by.get('application', '')} | {by.get('sealer', '')} |")
    return "\n".join(lines).replace("|  |", "| |")


@pytest.fixture(scope="module")
def sessions(sealed: Hardened) -> Iterator[dict[str, psycopg.Connection]]:
    """Signed in as each role, in a database with entries that are sealed and some that wait."""
    application = sealed.connect(sealed.roles.application)
    sealer = sealed.connect(sealed.roles.sealer)
    with application, sealer:
        yield {"application": application, "sealer": sealer}


@pytest.mark.parametrize(("role", "statement", "error"), CASES)
def test_the_database_refuses(sealed, sessions, role, statement, error):
    name = getattr(sealed.roles, role)
    asked = statement.format(owner=sealed.roles.owner, migrator=sealed.migrator, self=name)
    with pytest.raises(error), sessions[role].transaction():
        sessions[role].execute(asked)
