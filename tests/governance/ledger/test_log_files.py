"""The log's public addresses: what a stranger may fetch, keep and check."""

import base64
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.test import Client
from sigstore._internal.rekor.checkpoint import LogCheckpoint, SignedNote

from governance.ledger.checkpoint import open_checkpoint
from governance.ledger.leaf import leaf_hash
from governance.ledger.merkle import HASH_BYTES
from governance.ledger.signing import verifier_keys
from governance.ledger.tiles import decode_bundle, root_at
from governance.ledger.tree_rows import current_log
from governance.models import Actor, Checkpoint, LedgerEntry
from governance.services.integrating import integrate
from governance.services.sealing import seal_once
from governance.services.witnesses import distrust_witness
from tests.factories import NOON, make_person
from tests.governance.ledger.sealed import cosigned_by, new_witness
from tests.governance.ledger.sealing_world import enter_some, store

SETUP = Actor.system("setup")
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def published(db) -> Checkpoint:
    """A log of more than one full tile, sealed and published."""
    enter_some(300)
    return seal_once(now=NOON)


@pytest.fixture
def stranger() -> Client:
    return Client(raise_request_exception=False)


def signed_in(*roles) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_person(roles=roles))
    return client


def opened(note: bytes):
    log = current_log()
    return open_checkpoint(note, log.origin, verifier_keys(log))[0]


def path_of(tile, size):
    return tile.path(min(256, size // 256**tile.level - tile.index * 256))


def test_before_the_first_checkpoint_there_is_nothing(stranger, db):
    for path in ("checkpoint", "tile/0/000", "tile/0/000.p/1"):
        assert stranger.get(f"/ledger/{path}").status_code == 404
    assert stranger.get("/ledger/keys").status_code == 200


def test_a_stranger_fetches_the_newest_checkpoint_and_the_tiles_lead_to_its_root(
    published, stranger
):
    answer = stranger.get("/ledger/checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=1"
    state = opened(answer.content)
    assert (state.size, state.root) == (published.size, bytes(published.root))

    def served(tiles):
        widths = {
            tile: min(256, state.size // 256**tile.level - tile.index * 256) for tile in tiles
        }
        return {tile: stranger.get(f"/ledger/{tile.path(widths[tile])}").content for tile in tiles}

    assert root_at(state.size, served) == state.root


def test_tiles_are_kept_for_ever_and_told_apart_for_nobody(published, stranger):
    partial = f"/ledger/tile/0/001.p/{published.size - 256}"
    for path, length in (("/ledger/tile/0/000", 256), (partial, published.size - 256)):
        answer = signed_in("auditor").get(path, headers={"Accept-Language": "de"})
        assert len(answer.content) == length * HASH_BYTES
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Cache-Control"] == FOR_EVER
        assert answer.headers["ETag"] == f'"{sha256(answer.content).hexdigest()}"'
        assert "Vary" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        again = stranger.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["Cache-Control"] == FOR_EVER
        assert stranger.head(path).headers["Content-Length"] == str(length * HASH_BYTES)


def test_what_lies_beyond_the_published_size_is_not_there(published, stranger):
    enter_some(400)
    while integrate().leaves:
        pass
    assert current_log().size > 512 > published.size
    # As it is when the sealer dies before it has signed.
    store().write("tile/0/001", bytes(8192))
    for path in ("tile/0/001", "tile/1/000.p/2", f"tile/0/001.p/{published.size - 255}"):
        answer = stranger.get(f"/ledger/{path}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store"), path

    seal_once(now=NOON)
    assert stranger.get("/ledger/tile/0/001").status_code == 200


def test_entries_are_for_those_who_may_see_the_ledger(published, stranger):
    path = "/ledger/tile/entries/000"
    assert stranger.get(path).status_code == 403
    assert signed_in("reviewer").get(path).status_code == 403
    # Not even whether it is there.
    assert stranger.get("/ledger/tile/entries/999").status_code == 403

    answer = signed_in("auditor").get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    hashes = stranger.get("/ledger/tile/0/000").content
    leaves = decode_bundle(answer.content)
    assert b"".join(map(leaf_hash, leaves)) == hashes
    assert LedgerEntry.objects.filter(leaf__in=leaves).count() == 256


HOSTILE = [
    "",
    "0",
    "0/",
    "0/0",
    "0/000.p/0",
    "0/000.p/256",
    "0/000.p/00000000000000000001",
    "0/000.p/" + "9" * 400,
    "0/000.p/-1",
    "0/000.p/1/",
    "00/000",
    "64/000",
    "-1/000",
    "9" * 400 + "/000",
    "0/" + "x999/" * 6 + "999",
    "0/" + "x999/" * 400 + "999",
    "63/" + "x999/" * 6 + "999",
    "entries/" + "x999/" * 6 + "999",
    "0/x000/000",
    "0/%2e%2e/%2e%2e/secret_key",
    "0/../../../keys/secret_key",
    "0/000%2f..%2f..",
    "%2fetc%2fpasswd",
    "0/000%00",
    "0/000%0a",
    "0/000%0d%0aX-Injected: 1",
    "0/\u0660\u0660\u0660",
    "0/%ff%fe",
    "entries/%00",
    "archive/parquet",
    "0/000.draft",
]


def test_no_path_is_too_odd_for_an_answer(published):
    auditor = signed_in("auditor")
    for path in HOSTILE:
        answer = auditor.get(f"/ledger/tile/{path}")
        assert (answer.status_code, b"BEGIN" in answer.content) == (404, False), path


@pytest.mark.parametrize("path", ["", "nothing", "checkpoint/", "../ledger", "%00", "%0a"])
def test_other_addresses_below_it_are_not_there(stranger, db, path):
    assert stranger.get(f"/ledger/{path}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nobody_writes_to_them(db, stranger, method):
    for path in ("checkpoint", "keys", "tile/0/000"):
        assert getattr(stranger, method)(f"/ledger/{path}").status_code == 405


def test_a_store_that_does_not_answer_is_said_to_be_so(published, stranger):
    [tile] = Path(settings.COUNTERSIGN_PLACES.ledger).rglob("tile/0/000")
    tile.unlink()
    assert stranger.get("/ledger/tile/0/000").status_code == 404
    tile.mkdir()  # Reading a folder is an error of the system, as a lost disk is.
    answer = stranger.get("/ledger/tile/0/000")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_keys_are_listed_with_their_times(published, stranger):
    witness, _ = new_witness("witness.example")
    other, _ = new_witness("other.example")
    distrust_witness(witness=other, actor=SETUP, now=NOON)

    lines = stranger.get("/ledger/keys").text.splitlines()
    told = [line.split() for line in lines if not line.startswith("#")]
    noon = "2026-11-23T12:00:00.000000Z"
    [log_key] = verifier_keys(current_log())
    assert told == [
        ["log", str(log_key), noon, "-"],
        ["witness", witness.verifier, noon, "-"],
        ["witness", other.verifier, noon, noon],
    ]


def test_a_checkpoint_and_its_tiles_cost_a_few_short_queries(
    published, stranger, django_assert_num_queries
):
    cosigned_by(published, *new_witness("witness.example"))
    with django_assert_num_queries(2):
        stranger.get("/ledger/checkpoint")
    with django_assert_num_queries(1):
        stranger.get("/ledger/tile/0/000")


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_is_not_ours_reads_it_over_http(live_server):
    enter_some(3)
    row = seal_once(now=NOON)
    cosigned_by(row, *new_witness("witness.example"))

    connection = HTTPConnection(urlsplit(live_server.url).netloc)
    connection.request("GET", "/ledger/checkpoint")
    text = connection.getresponse().read().decode()
    connection.close()
    note, checkpoint = SignedNote.from_text(text), LogCheckpoint.from_text(text.split("\n\n")[0])
    assert (checkpoint.origin, checkpoint.log_size) == (current_log().origin, row.size)
    assert checkpoint.log_hash == bytes(row.root).hex()
    assert [signature.name for signature in note.signatures] == [row.log.origin, "witness.example"]
    [key] = verifier_keys(current_log())
    public = Ed25519PublicKey.from_public_bytes(key.public)
    public.verify(base64.b64decode(note.signatures[0].signature), note.note.encode())
