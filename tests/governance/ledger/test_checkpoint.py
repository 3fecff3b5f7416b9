"""Checkpoints: a running log's is read, ours are signed by each key, the rest is refused."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ledger.checkpoint import (
    Checkpoint,
    CheckpointMalformed,
    ForeignCheckpoint,
    open_checkpoint,
    sign_checkpoint,
)
from governance.ledger.note import (
    Algorithm,
    BadSignature,
    KeyMalformed,
    NoteMalformed,
    NoteRejected,
    NotSigned,
    SignedNote,
    VerifierKey,
    sign_note,
)
from tests.governance.ledger.note_vectors import LOG, LOG_CHECKPOINT, LOG_KEY

ORIGIN = "log.example/countersign"
OLD, NEW = (Ed25519PrivateKey.from_private_bytes(bytes([one] * 32)) for one in (1, 2))
OLD_PUBLIC, NEW_PUBLIC = (VerifierKey.of(ORIGIN, key) for key in (OLD, NEW))
ROOT_TEXT = "SBNJTRN+FjG7owHVrKtuxBH07PHtO4yqtG8ER5fZ53s="
ROOT = base64.b64decode(ROOT_TEXT)
CHECKPOINT = Checkpoint(ORIGIN, 20_852_163, ROOT)
TEXT = CHECKPOINT.text()


def signed_text(text):
    return SignedNote(text, (sign_note(text, ORIGIN, OLD),)).encode()


def test_the_checkpoint_of_a_running_log_is_opened():
    checkpoint, note = open_checkpoint(LOG_CHECKPOINT, LOG, [VerifierKey.parse(LOG_KEY)])

    assert (checkpoint.origin, checkpoint.size) == (LOG, 1_432_088_532)
    assert checkpoint.root.hex().startswith("53b58cefd8ebcf28")
    assert note.text == checkpoint.text()
    assert len(note.signatures) == 6


def test_a_checkpoint_has_three_lines_and_a_signature():
    note = sign_checkpoint(CHECKPOINT, [OLD]).decode()

    origin, size, root, blank, signature, end = note.split("\n")
    assert (origin, size, blank, end) == (ORIGIN, "20852163", "", "")
    assert root == TEXT.split("\n")[2]
    assert signature.startswith(f"\u2014 {ORIGIN} ")
    assert open_checkpoint(note.encode(), ORIGIN, [OLD_PUBLIC])[0] == CHECKPOINT


def test_while_keys_rotate_either_key_opens_what_both_signed():
    note = sign_checkpoint(CHECKPOINT, [OLD, NEW])

    lines = SignedNote.parse(note).signatures
    assert [line.name for line in lines] == [ORIGIN, ORIGIN]
    assert [line.key_id for line in lines] == [OLD_PUBLIC.key_id, NEW_PUBLIC.key_id]
    for keys in ([OLD_PUBLIC], [NEW_PUBLIC], [OLD_PUBLIC, NEW_PUBLIC]):
        assert open_checkpoint(note, ORIGIN, keys)[0] == CHECKPOINT


def test_a_key_that_did_not_sign_does_not_open():
    with pytest.raises(NotSigned):
        open_checkpoint(sign_checkpoint(CHECKPOINT, [NEW]), ORIGIN, [OLD_PUBLIC])
    with pytest.raises(NotSigned):
        open_checkpoint(sign_checkpoint(CHECKPOINT, [NEW]), ORIGIN, [])


def test_the_key_of_a_witness_cannot_stand_in_for_the_logs():
    witness = VerifierKey.of(ORIGIN, OLD, Algorithm.COSIGNATURE_V1)
    with pytest.raises(ValueError, match="cosignatures"):
        open_checkpoint(sign_checkpoint(CHECKPOINT, [OLD]), ORIGIN, [witness])


def test_the_checkpoint_of_another_log_is_foreign_even_under_a_known_key():
    with pytest.raises(ForeignCheckpoint):
        open_checkpoint(signed_text(f"other.example/log\n5\n{ROOT_TEXT}\n"), ORIGIN, [OLD_PUBLIC])


def test_a_checkpoint_without_a_key_is_not_signed():
    with pytest.raises(ValueError, match="at least one key"):
        sign_checkpoint(CHECKPOINT, [])


def test_every_changed_byte_of_a_checkpoint_is_refused():
    note = sign_checkpoint(CHECKPOINT, [OLD])
    for at in range(len(note)):
        for change in (1, 2, 32, 128):
            changed = bytearray(note)
            changed[at] ^= change
            with pytest.raises(NoteRejected):
                open_checkpoint(bytes(changed), ORIGIN, [OLD_PUBLIC])


def test_a_signature_over_another_size_or_root_is_bad():
    note = SignedNote.parse(sign_checkpoint(CHECKPOINT, [OLD]))
    for other in (Checkpoint(ORIGIN, 20_852_164, ROOT), Checkpoint(ORIGIN, 20_852_163, bytes(32))):
        forged = SignedNote(other.text(), note.signatures).encode()
        with pytest.raises(BadSignature):
            open_checkpoint(forged, ORIGIN, [OLD_PUBLIC])


def test_further_lines_are_passed_over_but_signed():
    note = signed_text(f"{TEXT}more from others\nand more\n")

    assert open_checkpoint(note, ORIGIN, [OLD_PUBLIC])[0] == CHECKPOINT
    with pytest.raises(BadSignature):
        open_checkpoint(note.replace(b"and more", b"and less"), ORIGIN, [OLD_PUBLIC])


@pytest.mark.parametrize("size", ["0", "1", "9", "10", "20852163", "9223372036854775807"])
def test_these_are_sizes(size):
    assert Checkpoint.parse(f"{ORIGIN}\n{size}\n{ROOT_TEXT}\n").size == int(size)


SIZES = ["", "00", "01", "-1", "+1", "1 ", " 1", "1_0", "0x1", "1.0", "1e3", "1\u0661", "\u00b2"]
BIG = ["9223372036854775808", "10000000000000000000", "1" * 5000]
ROOTS = [
    ROOT_TEXT[:-1],
    ROOT_TEXT[:-4],
    ROOT_TEXT + "=",
    ROOT_TEXT + " ",
    ROOT_TEXT[:-2] + "t=",  # the same bytes with stray bits at the end
    ROOT_TEXT.replace("+", "-"),
    "AAAA" + ROOT_TEXT,
    ROOT.hex(),
    "====",
]


@pytest.mark.parametrize(
    "text",
    [
        *[f"{ORIGIN}\n{size}\n{ROOT_TEXT}\n" for size in [*SIZES, *BIG]],
        *[f"{ORIGIN}\n5\n{root}\n" for root in ROOTS],
        "",
        "\n",
        f"{ORIGIN}\n5\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT}",
        f"\n5\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n\n5\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT}\n\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT}\n\nmore\n",
        f"{ORIGIN}\r\n5\r\n{ROOT_TEXT}\r\n",
        f"{ORIGIN}\t\n5\n{ROOT_TEXT}\n",
        f"{ORIGIN}\u20285\u2028{ROOT_TEXT}\u2028",
    ],
)
def test_no_checkpoint_has_such_a_text(text):
    with pytest.raises(CheckpointMalformed):
        Checkpoint.parse(text)


def test_a_signed_note_that_is_no_checkpoint_is_malformed():
    with pytest.raises(CheckpointMalformed):
        open_checkpoint(signed_text("This is an example message.\n"), ORIGIN, [OLD_PUBLIC])


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("", 5, ROOT),
        ("two\nlines", 5, ROOT),
        (ORIGIN, -1, ROOT),
        (ORIGIN, 2**63, ROOT),
        (ORIGIN, 5, ROOT[:-1]),
        (ORIGIN, 5, ROOT + b"\0"),
        (ORIGIN, 5, b""),
    ],
)
def test_no_checkpoint_is_made_of_such_parts(origin, size, root):
    with pytest.raises(CheckpointMalformed):
        Checkpoint(origin, size, root)


@pytest.mark.parametrize("origin", ["log example", "log+example"])
def test_an_origin_that_is_no_keys_name_is_read_but_not_signed(origin):
    checkpoint = Checkpoint.parse(f"{origin}\n5\n{ROOT_TEXT}\n")
    with pytest.raises(KeyMalformed):
        sign_checkpoint(checkpoint, [OLD])


def test_an_origin_with_a_control_character_is_not_signed():
    with pytest.raises(NoteMalformed):
        sign_checkpoint(Checkpoint("log\x1bexample", 5, ROOT), [OLD])


@settings(deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1),
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_a_checkpoint_is_read_as_it_was_written(origin, size, root):
    checkpoint = Checkpoint(origin, size, root)

    assert Checkpoint.parse(checkpoint.text()) == checkpoint
