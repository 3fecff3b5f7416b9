"""The triggers that guard the record, compared with those that belong there.

`guards.json` pins what the migrations make: which trigger each table has, that it fires always, and
what the functions behind them do. Whoever owns the tables can take a guard away, or empty its
function and leave it standing; this finds both, an added rule, and a table put in another's place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from django.db import connection

from governance.ledger.partitions import TABLE as ENTRIES
from governance.ledger.verify import Fault, Wrong

PINNED = Path(__file__).with_name("guards.json")

_TRIGGERS = """
    SELECT relation.relname, guard.tgname, guard.tgenabled::text, pg_get_triggerdef(guard.oid)
    FROM pg_trigger AS guard JOIN pg_class AS relation ON relation.oid = guard.tgrelid
    WHERE NOT guard.tgisinternal AND relation.relnamespace = 'public'::regnamespace
"""
_FUNCTIONS = """
    SELECT routine.oid::regprocedure::text, routine.prosecdef, routine.proconfig, routine.prosrc
    FROM pg_proc AS routine
    WHERE routine.pronamespace = 'public'::regnamespace AND routine.proname LIKE 'countersign\\_%'
"""
_RULES = """
    SELECT relation.relname, rule.rulename
    FROM pg_rewrite AS rule JOIN pg_class AS relation ON relation.oid = rule.ev_class
    WHERE relation.relnamespace = 'public'::regnamespace AND relation.relkind IN ('r', 'p')
"""
_TABLES = """
    SELECT relation.relname, relation.relkind::text, relation.relrowsecurity,
        parent.relname, heir.inhdetachpending
    FROM pg_class AS relation
    LEFT JOIN pg_inherits AS heir ON heir.inhrelid = relation.oid
    LEFT JOIN pg_class AS parent ON parent.oid = heir.inhparent
    WHERE relation.relnamespace = 'public'::regnamespace
        AND relation.relkind NOT IN ('i', 'I', 'S', 't')
"""
_OF_TABLE = re.compile(r"^CREATE (?:CONSTRAINT )?TRIGGER \S+ (.*) ON \S+ (.*)$", re.DOTALL)
_MODES = {"A": "always", "O": "usually", "R": "on replicas only", "D": "never"}

Triggers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Guards:
    """What guards the tables: triggers by table, those of each partition of the entries, and the
    digest of each function."""

    tables: Mapping[str, Triggers]
    partition: Triggers
    functions: Mapping[str, str]

    def as_json(self) -> bytes:
        """As it is pinned; `read_pinned` reads it again."""
        said = {
            "functions": dict(self.functions),
            "partition": self.partition,
            "tables": dict(self.tables),
        }
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"


@cache
def pinned_guards() -> Guards:
    """What the migrations make."""
    return Guards(**orjson.loads(PINNED.read_bytes()))


def stored_guards() -> tuple[Guards, dict[str, Triggers]]:
    """What the database has, and the triggers of each partition of the entries.

    The triggers of the default partition stand for what any partition has.
    """
    tables: dict[str, Triggers] = {}
    for table, name, mode, definition in _rows(_TRIGGERS):
        tables.setdefault(table, {})[name] = f"{_MODES[mode]} {_without_names(definition)}"
    parts = {
        table: tables.pop(table, {})
        for table, _, _, parent, _ in _rows(_TABLES)
        if parent == ENTRIES
    }
    functions = {
        signature: _digest(is_definer, settings, source)
        for signature, is_definer, settings, source in _rows(_FUNCTIONS)
    }
    return Guards(tables, parts.get(f"{ENTRIES}_default", {}), functions), parts


def guard_faults() -> Iterator[Fault]:
    """Every difference between the database and what is pinned; there are none in a sound one."""
    expected = pinned_guards()
    found, partitions = stored_guards()
    for table in sorted(expected.tables.keys() | found.tables.keys()):
        known = expected.tables.get(table, {})
        yield from _trigger_faults(table, known, found.tables.get(table, {}))
    for part, triggers in sorted(partitions.items()):
        yield from _trigger_faults(part, expected.partition, triggers)
    yield from _function_faults(expected.functions, found.functions)
    yield from _table_faults(expected)


def _trigger_faults(table: str, expected: Triggers, found: Triggers) -> Iterator[Fault]:
    for name, definition in sorted(expected.items()):
        stored = found.get(name)
        if stored is None:
            yield _fault(table, f"its trigger {name} is gone")
        elif stored != definition:
            yield _fault(table, f"its trigger {name} fires {stored}, and should {definition}")
    for name in sorted(found.keys() - expected.keys()):
        yield _fault(table, f"it has a trigger {name} that does not belong there")


def _function_faults(expected: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Fault]:
    for signature, digest in sorted(expected.items()):
        if signature not in found:
            yield _fault(f"function {signature}", "it is gone")
        elif found[signature] != digest:
            yield _fault(f"function {signature}", "it is another one than the migrations make")


def _table_faults(expected: Guards) -> Iterator[Fault]:
    for table, rule in _rows(_RULES):
        yield _fault(table, f"a rule {rule} stands before it")
    for table, kind, has_row_security, parent, is_leaving in _rows(_TABLES):
        if table in expected.tables and kind != ("p" if table == ENTRIES else "r"):
            yield _fault(table, "something else than the table stands under its name")
        if has_row_security:
            yield _fault(table, "row security hides rows of it")
        if parent in expected.tables and parent != ENTRIES:
            yield _fault(parent, f"the table {table} inherits from it")
        if parent == ENTRIES and is_leaving:
            yield _fault(table, "it is half detached")


def _without_names(definition: str) -> str:
    parts = _OF_TABLE.fullmatch(definition)
    return definition if parts is None else f"{parts[1]} {parts[2]}"


def _digest(is_definer: bool, settings: list[str] | None, source: str) -> str:
    return sha256(repr((is_definer, settings, source)).encode()).hexdigest()


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _fault(place: str, detail: str) -> Fault:
    return Fault(Wrong.GUARD_MISSING, place, detail)
