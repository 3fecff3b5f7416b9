"""Taking an archived month out of the database, and bringing it back.

Both change the schema, so they take the rights of the tables' owner. Each is one transaction: the
table goes or comes together with the entry that says so.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.db import OperationalError, connection, transaction
from psycopg import errors, sql

from governance.errors import DomainError
from governance.ids import first_id
from governance.ledger import record
from governance.ledger.archive_check import Progress, check_archive
from governance.ledger.archive_manifest import ArchivedFile, Manifest, folder_of
from governance.ledger.archived_file import as_file
from governance.ledger.parquet import write_csv
from governance.ledger.partition_rows import (
    copy_in,
    count_entries,
    count_in_the_tree,
    owner_of_entries,
    stored_columns,
)
from governance.ledger.partitions import DEFAULT, TABLE
from governance.ledger.store import LedgerStore, ledger_store
from governance.ledger.tiles import WIDTH
from governance.models import Actor, ArchivedPartition, Checkpoint, Log
from governance.services.archiving import ArchiveUnsound, keys_of_all_logs, partition_body

DETACHED = "governance.archivedpartition.detached"
RESTORED = "governance.archivedpartition.restored"

_IN_BOTH = (ArchivedPartition.State.WRITTEN, ArchivedPartition.State.RESTORED)


class NotMovable(DomainError):
    """A partition cannot be taken out or brought back; the sentence says why."""

    code = "partition_not_movable"
    title = "The partition stays where it is"


def detach_partition(
    *, name: str, actor: Actor, now: datetime, progress: Progress | None = None, jobs: int = 1
) -> ArchivedPartition:
    """Drop a partition that is in the archive, once the archive was read from end to end.

    Its leaves' places and the tree stay, and so do the objects' heads: all further entries, proofs
    and verifications go on. The entries themselves are then in the archive only.

    Raises NotMovable for a partition that was not written, that got entries since, whose newest
    entries are still published together with later ones, or without the owner's rights, and when
    the tables are too busy; ArchiveUnsound; StoreUnreachable.
    """
    row = _row(name)
    if row.state not in _IN_BOTH:
        raise NotMovable(f"{name} is in the archive only already")
    _require_owner()
    manifest = _checked_manifest(row, progress, jobs)
    _refuse_open_bundles(manifest)
    with _changing_tables():
        row = _locked(row, _IN_BOTH)
        part, table = sql.Identifier(name), sql.Identifier(TABLE)
        # Whoever would add an entry to this month waits from here on; nobody else does.
        _run(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(part))
        if count_entries(name) != row.entries:
            raise NotMovable(f"{name} got entries after it was written; write it again")
        _run(sql.SQL("ALTER TABLE {} DETACH PARTITION {}").format(table, part))
        _run(sql.SQL("DROP TABLE {}").format(part))
        _move(row, ArchivedPartition.State.DETACHED, DETACHED, actor, now)
    return row


def restore_partition(
    *, name: str, actor: Actor, now: datetime, progress: Progress | None = None, jobs: int = 1
) -> ArchivedPartition:
    """Bring a detached partition back from the archive, guarded as it was.

    The table is made beside the others, filled, compared entry by entry with the tree in this
    database, and only then attached: nothing is entered or queued a second time.

    Raises NotMovable for a partition that is not detached, for entries of its month that came in
    meanwhile, without the owner's rights, and when the tables are too busy; ArchiveUnsound;
    StoreUnreachable.
    """
    row = _row(name)
    if row.state != ArchivedPartition.State.DETACHED:
        raise NotMovable(f"{name} is in the database")
    owner = _require_owner()
    manifest = _checked_manifest(row, progress, jobs)
    with _changing_tables():
        row = _locked(row, (ArchivedPartition.State.DETACHED,))
        _refuse_strays(row)
        _make_beside(name, owner)
        for path, file in _files(manifest):
            _load(name, ledger_store(row.origin), path, file)
        if not row.entries == count_entries(name) == count_in_the_tree(name):
            raise ArchiveUnsound(f"The archive of {name} is not what our tree holds")
        _attach(row)
        _move(row, ArchivedPartition.State.RESTORED, RESTORED, actor, now)
    return row


def _row(name: str) -> ArchivedPartition:
    row = ArchivedPartition.objects.filter(name=name).first()
    if row is None:
        raise NotMovable(f"{name} was not written to the archive")
    return row


def _locked(row: ArchivedPartition, states: tuple[str, ...]) -> ArchivedPartition:
    """The row as it is now, ours until the commit."""
    rows = ArchivedPartition.objects.select_for_update(no_key=True)
    now = rows.filter(pk=row.pk, manifest_sha256=row.manifest_sha256, state__in=states).first()
    if now is None:
        raise NotMovable(f"{row.name} was written, taken out or brought back meanwhile")
    return now


def _require_owner() -> str:
    owner, is_ours = owner_of_entries()
    if not is_ours:
        raise NotMovable(
            f"This takes the rights of {owner}, who owns the tables: run it with the DATABASE_URL "
            "of the migrations"
        )
    return owner


def _checked_manifest(row: ArchivedPartition, progress: Progress | None, jobs: int) -> Manifest:
    found = check_archive(
        row.place,
        home=row.origin,
        keys=keys_of_all_logs(),
        manifest_sha256=row.manifest_sha256,
        jobs=jobs,
        progress=progress,
    )
    if not found.is_sound:
        raise ArchiveUnsound.of(found)
    return Manifest.parse(_content(ledger_store(row.origin), row.place, row.manifest_sha256))


def _content(store: LedgerStore, path: str, digest: str) -> bytes:
    content = store.read(path)
    if content is None or sha256(content).hexdigest() != digest:
        raise ArchiveUnsound(f"{path} is not what it was a moment ago")
    return content


def _refuse_open_bundles(manifest: Manifest) -> None:
    """A bundle that is not full is published again with the entries to come, so it must be here."""
    for archived in manifest.logs:
        log = Log.objects.get(origin=archived.origin)
        newest = Checkpoint.objects.filter(log=log).order_by("-size").first()
        published = newest.size // WIDTH * WIDTH if newest else 0
        is_open = not Log.objects.filter(predecessor=log).exists()
        if is_open and archived.files[-1].last >= published:
            raise NotMovable(
                f"The newest entries of {manifest.partition} share a bundle of {WIDTH} with those "
                "to come; try again when there are more"
            )


def _refuse_strays(row: ArchivedPartition) -> None:
    bounds = [first_id(row.begins_at), first_id(row.ends_at)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {DEFAULT} WHERE id >= %s AND id < %s", bounds)
        [(strays,)] = cursor.fetchall()
    if strays:
        raise NotMovable(
            f"{strays} entries of that month came in after {row.name} was taken out; they lie in "
            f"{DEFAULT}, so it cannot be brought back"
        )


@contextmanager
def _changing_tables() -> Iterator[None]:
    """A transaction that may read for long, but lets nobody wait behind it for more than 5 s."""
    try:
        with transaction.atomic():
            _run(sql.SQL("SET LOCAL statement_timeout = 0"))
            _run(sql.SQL("SET LOCAL lock_timeout = '5s'"))
            yield
    except OperationalError as fault:
        if isinstance(fault.__cause__, errors.LockNotAvailable | errors.DeadlockDetected):
            raise NotMovable("The tables are in use; nothing was changed, try again") from fault
        raise


def _make_beside(name: str, owner: str) -> None:
    part = sql.Identifier(name)
    table = sql.Identifier(TABLE)
    _run(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(part, table))
    _run(sql.SQL("ALTER TABLE {} OWNER TO {}").format(part, sql.Identifier(owner)))


def _files(manifest: Manifest) -> Iterator[tuple[str, ArchivedFile]]:
    for number, log in enumerate(manifest.logs):
        for file in log.files:
            yield f"{folder_of(manifest.folder, number)}/{file.name}", file


def _load(part: str, store: LedgerStore, path: str, file: ArchivedFile) -> None:
    with (
        as_file(_content(store, path, file.sha256)) as parquet,
        tempfile.NamedTemporaryFile(prefix="countersign-", suffix=".csv") as text,
    ):
        write_csv(parquet, Path(text.name), stored_columns())
        copy_in(part, stored_columns(), Path(text.name))


def _attach(row: ArchivedPartition) -> None:
    _run(
        sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
            sql.Identifier(TABLE),
            sql.Identifier(row.name),
            sql.Literal(str(first_id(row.begins_at))),
            sql.Literal(str(first_id(row.ends_at))),
        )
    )
    _run(sql.SQL("SELECT countersign_guard_partition({}::regclass)").format(sql.Literal(row.name)))
    _run(sql.SQL("ANALYZE {}").format(sql.Identifier(row.name)))


def _move(row: ArchivedPartition, state: str, event: str, actor: Actor, now: datetime) -> None:
    row.state, row.changed_at = state, now
    body = partition_body(row)
    record.keep(row, event, actor=actor, at=now, body=body, fields=["state", "changed_at"])


def _run(statement: sql.Composed | sql.SQL) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
