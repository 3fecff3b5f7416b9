"""The ledger's store: the same in a folder and in a bucket; a file is whole or not there."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from django.core.files.storage.handler import StorageHandler
from moto import mock_aws

from config.settings.services import storage_settings
from governance import durable_file
from governance.ledger.published import published_entries, published_tiles
from governance.ledger.store import LedgerStore, StoreUnreachable
from governance.ledger.tiles import TileId, encode_bundle

ORIGIN = "oversight.example/log"


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "ledger")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        where = {"LocationConstraint": "eu-central-1"}
        boto3.client("s3").create_bucket(Bucket="oversight", CreateBucketConfiguration=where)
        yield "s3://oversight/ledger"


@pytest.fixture(params=["place", "bucket"])
def store(request: pytest.FixtureRequest) -> LedgerStore:
    return store_at(request.getfixturevalue(request.param))


def store_at(place: str, origin: str = ORIGIN) -> LedgerStore:
    stores = storage_settings(ledger=place, files=place, s3_endpoint=None, static_files="")
    return LedgerStore(StorageHandler(stores)["ledger"], origin)


def test_what_is_not_there_is_none(store: LedgerStore) -> None:
    assert store.read("checkpoint") is None
    assert list(store.paths()) == []


def test_the_last_content_written_is_read(store: LedgerStore) -> None:
    store.write("checkpoint", b"first")
    store.write("checkpoint", b"second, longer")

    assert store.read("checkpoint") == b"second, longer"
    assert list(store.paths()) == ["checkpoint"]


def test_the_files_of_a_folder_are_listed_and_deleted(store: LedgerStore) -> None:
    written = ["checkpoint", "tile/0/000", "tile/0/x001/234", "tile/0/x001/235.p/7"]
    for path in written:
        store.write(path, path.encode())

    assert sorted(store.paths()) == written
    assert sorted(store.paths("tile/0/x001")) == written[2:]
    store.delete("tile/0/x001/235.p/7")
    store.delete("tile/0/x001/235.p/7")
    assert list(store.paths("tile/0/x001/235.p")) == []


def test_no_log_lies_inside_another(place: str) -> None:
    store_at(place, "oversight.example").write("log/checkpoint", b"of the first")

    assert store_at(place, "oversight.example/log").read("checkpoint") is None


def test_a_bucket_that_refuses_is_unreachable(bucket: str) -> None:
    store = store_at("s3://another/ledger")

    with pytest.raises(StoreUnreachable, match="checkpoint"):
        store.write("checkpoint", b"note")
    with pytest.raises(StoreUnreachable, match="the store"):
        list(store.paths())


class FullDisk:
    """The operating system, with one of its calls failing at the N-th time."""

    def __init__(self, call: str, at: int) -> None:
        self.calls = 0
        self._call = call
        self._at = at

    def __getattr__(self, name: str) -> object:
        real = getattr(os, name)
        if name != self._call:
            return real

        def failing(*arguments: object, **options: object) -> object:
            self.calls += 1
            if self.calls == self._at:
                raise OSError(errno.EIO, "Input/output error")
            return real(*arguments, **options)

        return failing


@pytest.mark.parametrize(
    ("call", "at", "left"),
    [
        ("open", 1, b"old"),
        ("write", 1, b"old"),
        ("fsync", 1, b"old"),
        ("replace", 1, b"old"),
        ("open", 2, b"new"),
        ("fsync", 2, b"new"),
    ],
)
def test_a_failing_disk_leaves_the_old_content_or_the_new(
    place: str, monkeypatch: pytest.MonkeyPatch, call: str, at: int, left: bytes
) -> None:
    store = store_at(place)
    store.write("checkpoint", b"old")
    disk = FullDisk(call, at)

    with monkeypatch.context() as patch:
        patch.setattr(durable_file, "os", disk)
        with pytest.raises(StoreUnreachable, match="Input/output error"):
            store.write("checkpoint", b"new")

    assert disk.calls == at
    assert store.read("checkpoint") == left
    assert [path.name for path in Path(place).rglob("*") if path.is_file()] == ["checkpoint"]


def test_a_draft_of_a_killed_writer_is_no_file(place: str) -> None:
    store = store_at(place)
    store.write("tile/0/000", b"full")
    folder = next(Path(place).rglob("000")).parent
    (folder / f".001.abc{durable_file.DRAFT_SUFFIX}").write_bytes(b"ha")

    assert list(store.paths()) == ["tile/0/000"]


def test_where_a_partial_tile_has_gone_the_full_one_is_read(store: LedgerStore) -> None:
    leaves = [b"%d" % number for number in range(256)]
    store.write("tile/0/000", b"".join(leaf.rjust(32) for leaf in leaves))
    store.write("tile/entries/000", encode_bundle(leaves))

    [(tile, hashes)] = published_tiles(store, 3)([TileId(0, 0), TileId(0, 1)]).items()

    assert (tile, hashes) == (TileId(0, 0), b"".join(leaf.rjust(32) for leaf in leaves[:3]))
    assert published_entries(store, 0, 3) == leaves[:3]
    assert published_entries(store, 1, 3) == []
