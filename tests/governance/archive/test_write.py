"""A month goes to the archive: sealed entries only, read back before it counts."""

from datetime import UTC, datetime, timedelta

import duckdb
import orjson
import pytest
from django.db import connection

from governance.ledger.archive_manifest import Manifest
from governance.ledger.partitions import TABLE, make_ahead, partitions
from governance.ledger.store import ledger_store
from governance.models import ArchivedPartition, LedgerEntry
from governance.services.archiving import ArchiveUnsound, NotArchivable
from governance.services.integrating import integrate
from governance.services.sealing import seal_once
from tests.governance.archive.conftest import (
    AUGUST,
    ENTRIES,
    LATER_ENTRIES,
    MAY,
    OF_JUNE,
    OF_MAY,
    PER_FILE,
    first_leaf,
    write,
)
from tests.governance.ledger.entered import enter
from tests.governance.ledger.sealing_world import store

pytestmark = pytest.mark.django_db


def manifest_of(row):
    return Manifest.parse(ledger_store(row.origin).read(row.place))


def test_a_month_is_written_with_its_manifest_and_an_entry_that_names_it(written):
    manifest = manifest_of(written)

    assert (written.name, written.entries, written.state) == (OF_MAY, ENTRIES, "written")
    assert (manifest.entries, manifest.begins_at) == (ENTRIES, datetime(2031, 5, 1, tzinfo=UTC))
    [log] = manifest.logs
    first, last = first_leaf(), first_leaf() + ENTRIES - 1
    assert [(file.first, file.last, file.leaves) for file in log.files] == [
        (first, PER_FILE - 1, PER_FILE - first),
        (PER_FILE, last, last - PER_FILE + 1),
    ]
    told = LedgerEntry.objects.get(event="governance.archivedpartition.written")
    body = orjson.loads(bytes(told.leaf))["body"]
    assert told.subject_id == written.pk
    assert body["manifest_sha256"] == written.manifest_sha256
    assert body["entries"] == ENTRIES


def test_the_files_hold_what_the_database_holds_for_whoever_reads_parquet(written, tmp_path):
    manifest = manifest_of(written)
    for path in store().paths(manifest.folder):
        if path.endswith(".parquet"):
            (tmp_path / path.rpartition("/")[2]).write_bytes(store().read(path))

    asked = (
        'SELECT leaf_index, leaf, leaf_hash, id, event, epoch_us("at") '
        "FROM read_parquet($files) ORDER BY leaf_index"
    )
    rows = duckdb.execute(asked, {"files": str(tmp_path / "*.parquet")}).fetchall()

    entries = {entry.pk: entry for entry in LedgerEntry.objects.filter(event="test.thing.seen")}
    assert [row[0] for row in rows] == list(range(first_leaf(), first_leaf() + ENTRIES))
    for _, leaf, leaf_hash, id_, event, at in rows:
        entry = entries[id_]
        assert (leaf, leaf_hash) == (bytes(entry.leaf), bytes(entry.leaf_hash))
        assert (event, at) == (entry.event, entry.at.timestamp() * 1_000_000)


def test_writing_again_keeps_the_first_writing_and_names_the_second(written):
    again = write(now=AUGUST + timedelta(days=1))

    assert again.pk == written.pk
    assert again.place != written.place
    assert store().read(written.place) is not None
    assert manifest_of(again).logs[0].files == manifest_of(written).logs[0].files


def test_a_month_that_is_not_over_is_not_written(months):
    with pytest.raises(NotArchivable, match="takes entries until 2031-06-01 00:00"):
        write(now=MAY)


def test_a_month_with_an_unsealed_entry_is_not_written(months):
    enter(MAY)

    with pytest.raises(NotArchivable, match="await their seal"):
        write()


def test_what_is_sealed_but_not_published_is_not_written(months):
    enter(MAY)
    integrate()

    with pytest.raises(NotArchivable, match="not under a published checkpoint"):
        write()
    seal_once(now=AUGUST)
    assert write().entries == ENTRIES + 1


def test_neither_an_empty_month_nor_an_unknown_one_is_written(months):
    make_ahead(AUGUST)

    with pytest.raises(NotArchivable, match="holds no entries"):
        write(f"{TABLE}_y2031m07")
    with pytest.raises(NotArchivable, match="no partition"):
        write(f"{TABLE}_default")
    assert not ArchivedPartition.objects.exists()


def test_an_entry_that_was_changed_is_found_when_the_archive_is_read_back(months):
    entry = LedgerEntry.objects.filter(event="test.thing.seen").order_by("id")[100]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        forged = bytes(entry.leaf).replace(b"usual", b"other")
        cursor.execute(f"UPDATE {TABLE} SET leaf = %s WHERE id = %s", [forged, entry.pk])
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")

    with pytest.raises(ArchiveUnsound, match=f"1 faults.* entry {entry.pk}: it is not the leaf"):
        write()
    assert not ArchivedPartition.objects.exists()
    assert [path for path in store().paths("archive") if path.endswith("manifest.json")] == []


def test_each_month_is_written_by_itself(written):
    june = write(OF_JUNE)

    assert june.entries == LATER_ENTRIES
    assert {part.name for part in partitions()} >= {OF_MAY, OF_JUNE}
