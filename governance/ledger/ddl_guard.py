"""A trigger on the schema itself: only the login of the migrations may change it.

It stops a superuser's slip and whoever came by the owner's membership, not a superuser who means
it: nothing inside PostgreSQL does. TRUNCATE and rights are beyond event triggers.
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from governance.ledger.catalog import GUARD_SCHEMA, SCHEMA, EventTrigger

FUNCTION = "countersign_refuse_ddl"
# Name and event, at which each sees what has been done; its refusal undoes it.
TRIGGERS = {"countersign_ddl": "ddl_command_end", "countersign_drop": "sql_drop"}
ALWAYS = "A"

# Whoever cannot become the owner only comes here through a function of the owner's, such as the
# one that makes partitions.
BODY = """
DECLARE
    touched text;
BEGIN
    IF session_user = {migrator} OR NOT pg_has_role(session_user, {owner}, 'MEMBER') THEN
        RETURN;
    END IF;
    IF tg_event = 'sql_drop' THEN
        SELECT object_identity INTO touched FROM pg_event_trigger_dropped_objects()
        WHERE {schema} IN (schema_name, address_names[1]) AND NOT is_temporary LIMIT 1;
    ELSE
        SELECT object_identity INTO touched
        FROM pg_event_trigger_ddl_commands() AS command,
            pg_identify_object_as_address(command.classid, command.objid, command.objsubid) AS place
        WHERE place.object_names[1] = {schema} LIMIT 1;
    END IF;
    IF touched IS NOT NULL THEN
        RAISE EXCEPTION '% on % is refused: only % changes the schema',
            tg_tag, touched, {migrator} USING ERRCODE = 'insufficient_privilege';
    END IF;
END
"""


def body(*, migrator: str, owner: str) -> str:
    """The source of the function, with the names in it: a setting could be set by anybody."""
    return (
        sql.SQL(BODY)
        .format(
            migrator=sql.Literal(migrator),
            owner=sql.Literal(owner),
            schema=sql.Literal(SCHEMA),
        )
        .as_string()
    )


def is_whole(triggers: frozenset[EventTrigger], source: str) -> bool:
    """Whether both triggers are there, always on, and do what `source` says."""
    found = {(trigger.name, trigger.event, trigger.mode) for trigger in triggers}
    wanted = {(name, event, ALWAYS) for name, event in TRIGGERS.items()}
    ours = [trigger for trigger in triggers if trigger.name in TRIGGERS]
    return wanted <= found and all(
        (trigger.function, trigger.source) == (FUNCTION, source) for trigger in ours
    )


def statements_to_make(source: str) -> Iterator[sql.Composed]:
    """Make the guard, where it is not; it takes a superuser."""
    function = sql.Identifier(GUARD_SCHEMA, FUNCTION)
    # Apart from what it guards: with our schema, the guard would be dropped before it is asked.
    yield sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(GUARD_SCHEMA))
    yield sql.SQL(
        "CREATE OR REPLACE FUNCTION {}() RETURNS event_trigger LANGUAGE plpgsql "
        "SET search_path = pg_catalog, pg_temp AS {}"
    ).format(function, sql.Literal(source))
    for name, event in TRIGGERS.items():
        yield sql.SQL("CREATE EVENT TRIGGER {} ON {} EXECUTE FUNCTION {}()").format(
            sql.Identifier(name), sql.SQL(event), function
        )
        yield sql.SQL("ALTER EVENT TRIGGER {} ENABLE ALWAYS").format(sql.Identifier(name))


def statements_to_drop() -> Iterator[sql.Composed]:
    """Take the guard away, so that a superuser may harden anew, in the same transaction."""
    for name in TRIGGERS:
        yield sql.SQL("DROP EVENT TRIGGER IF EXISTS {}").format(sql.Identifier(name))
