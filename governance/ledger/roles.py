"""The three roles of a hardened database, and the rights of each, derived from the models.

Owner: no login; owns what the migrations make. Application: web, worker and beat. Sealer: writes
the tree and nothing else. No right that is not listed here is left to the last two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from governance.ledger.catalog import PUBLIC, SCHEMA, Relation, Right
from governance.models import (
    AppendOnly,
    Checkpoint,
    CheckpointKey,
    Heartbeat,
    HistoryRow,
    Leaf,
    LedgerEntry,
    LedgerHead,
    LedgerPending,
    Log,
    Tile,
)

# By privilege: the columns it is limited to. No column: the whole table.
Rights = dict[str, frozenset[str]]

WHOLE = frozenset({""})
READ: Rights = {"SELECT": WHOLE}
DELETE: Rights = {"DELETE": WHOLE}
WRITE: Rights = {"INSERT": WHOLE, "UPDATE": WHOLE}
# Django's cache, which is a table where no Redis serves; no model tells of it.
CACHE = "cache"
# Called by name, so that nobody needs a right to make tables.
CALLABLE = frozenset({"countersign_make_partition"})
IDLE_LIMIT = "idle_in_transaction_session_timeout=60s"
# A task may take ten minutes (config.celery), a seal is a matter of seconds.
APPLICATION_LIMIT = "transaction_timeout=11min"
SEALER_LIMIT = "transaction_timeout=2min"
TRANSACTION_TIMEOUT_SINCE = 170_000


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of the three roles in one database cluster."""

    owner: str
    application: str
    sealer: str

    @classmethod
    def of(cls, prefix: str) -> Roles:
        """The roles of an installation: countersign_owner, countersign_app, countersign_sealer."""
        return cls(*(f"{prefix}_{end}" for end in ("owner", "app", "sealer")))

    def attributes(self) -> dict[str, frozenset[str]]:
        """Which attributes each role has; all others are off."""
        login = frozenset({"LOGIN"})
        return {self.owner: frozenset(), self.application: login, self.sealer: login}

    def limits(self, version: int) -> frozenset[tuple[str, str]]:
        """Role and setting: how long its transactions may wait and last. `version`: as of the
        server, 170004 for 17.4."""
        found = {(self.application, IDLE_LIMIT), (self.sealer, IDLE_LIMIT)}
        if version >= TRANSACTION_TIMEOUT_SINCE:
            found |= {(self.application, APPLICATION_LIMIT), (self.sealer, SEALER_LIMIT)}
        return frozenset(found)


def expected_rights(
    roles: Roles, database: str, relations: Iterable[Relation], definers: Mapping[str, str]
) -> frozenset[Right]:
    """Every right in our schema that is not its owner's.

    `relations`: those that are there. `definers`: name by signature of the functions that run
    with their owner's rights.
    """
    found = {
        Right(roles.owner, "DATABASE", database, "CREATE"),
        Right(roles.owner, "DATABASE", database, "TEMPORARY"),
        Right(roles.owner, "SCHEMA", SCHEMA, "CREATE"),
        Right(PUBLIC, "SCHEMA", SCHEMA, "USAGE"),
    }
    for grantee in roles.attributes():
        found.add(Right(grantee, "DATABASE", database, "CONNECT"))
        found.add(Right(grantee, "SCHEMA", SCHEMA, "USAGE"))
    for signature, name in definers.items():
        if name in CALLABLE:
            found.add(Right(roles.application, "FUNCTION", signature, "EXECUTE"))
    by_table = _application_rights(), _sealer_rights()
    for relation in relations:
        if relation.schema == SCHEMA and not relation.is_sequence:
            found.update(_on_table(roles.application, relation.name, by_table[0], READ))
            found.update(_on_table(roles.sealer, relation.name, by_table[1], {}))
    return frozenset(found)


def _on_table(
    grantee: str, table: str, by_table: Mapping[str, Rights], otherwise: Rights
) -> Iterator[Right]:
    """Rights on a table; `otherwise` if no model is behind it (a partition, the migrations)."""
    for privilege, columns in by_table.get(table, otherwise).items():
        for column in columns:
            yield Right(grantee, "TABLE", table, privilege, column)


def _application_rights() -> dict[str, Rights]:
    models_of_all = apps.get_models(include_auto_created=True)
    found = {model._meta.db_table: _application_right(model) for model in models_of_all}
    return found | {CACHE: READ | WRITE | DELETE}


def _application_right(model: type[models.Model]) -> Rights:
    """Writing once where the past is kept, reading where only the sealer or a trigger writes."""
    if model in (LedgerPending, Log, Leaf, Tile, Checkpoint, CheckpointKey):
        return READ
    if model is CheckpointKey.history.model:
        return READ
    if model is LedgerHead:
        return READ | _lock(model)
    if issubclass(model, AppendOnly):
        more = (DELETE if model.is_erasable else {}) | (_lock(model) if model.is_locked else {})
        return READ | _insert(model) | more
    if issubclass(model, HistoryRow):
        return READ | _insert(model)
    return READ | WRITE | DELETE


def _sealer_rights() -> dict[str, Rights]:
    """The tree, the queue before it, and what tells of itself: its keys and its sign of life."""
    rights: dict[type[models.Model], Rights] = {
        LedgerPending: READ | DELETE,
        Log: READ | _insert(Log) | _update("size", "root", "trouble", "trouble_since"),
        Leaf: READ | _insert(Leaf),
        Tile: READ | _insert(Tile) | _update("hashes"),
        Checkpoint: READ | _insert(Checkpoint),
        CheckpointKey: READ | WRITE,
        CheckpointKey.history.model: READ | _insert(CheckpointKey.history.model),
        LedgerEntry: READ | _insert(LedgerEntry),
        LedgerHead: READ | _lock(LedgerHead),
        Heartbeat: READ | WRITE,
    }
    return {model._meta.db_table: right for model, right in rights.items()}


def _insert(model: type[models.Model]) -> Rights:
    """By column: what the database counts or computes itself is not for the writer to choose."""
    counted = (models.AutoField, models.SmallAutoField, models.BigAutoField)
    return {
        "INSERT": frozenset(
            field.column
            for field in model._meta.concrete_fields
            if field.column and not field.generated and not isinstance(field, counted)
        )
    }


def _update(*columns: str) -> Rights:
    return {"UPDATE": frozenset(columns)}


def _lock(model: type[models.Model]) -> Rights:
    """PostgreSQL locks a row for those who may update a column; a trigger refuses to do it."""
    key = model._meta.pk
    assert key is not None
    return _update(str(key.column))
