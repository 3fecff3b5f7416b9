"""A witness cosigns what continues, and refuses what does not, with a file as its memory."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.ledger.checkpoint import Checkpoint
from governance.ledger.cosignature import verify_cosignature
from governance.ledger.note import Algorithm, SignedNote, VerifierKey
from governance.ledger.witnessing import (
    MAX_CHECKPOINT_BYTES,
    CannotCheck,
    HistoryBroken,
    Memory,
    MemoryInUse,
    Witness,
)
from tests.governance.ledger.served_log import LOG_KEY, LOG_VKEY, ServedLog, leaves, serving

KEY = Ed25519PrivateKey.from_private_bytes(b"W" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"O" * 32)
NAME = "auditor.example"
VKEY = VerifierKey.of(NAME, KEY, Algorithm.COSIGNATURE_V1)
AT = 1_800_000_000


@pytest.fixture
def log():
    with serving(ServedLog()) as log:
        yield log


@pytest.fixture
def witness(log, tmp_path):
    return Witness(log.url, [LOG_VKEY], NAME, KEY, Memory(tmp_path / "memory"))


def remembered(witness):
    return witness.memory.read()


def test_the_first_time_it_begins_with_what_it_finds(log, witness):
    log.show(leaves(5))

    cosigned = witness.cosign_newest(AT)
    assert (cosigned.before, cosigned.checkpoint.size) == (None, 5)
    assert remembered(witness) == cosigned.checkpoint
    note = SignedNote.parse(cosigned.note)
    [line] = note.signatures
    assert verify_cosignature(note.text, line, VKEY) == AT


@pytest.mark.parametrize(
    ("old", "new"), [(0, 1), (1, 2), (5, 255), (255, 256), (256, 257), (300, 70_000), (512, 65_792)]
)
def test_it_cosigns_what_continues(log, witness, old, new):
    log.show(leaves(old))
    witness.cosign_newest(AT)
    log.show(leaves(new))

    cosigned = witness.cosign_newest(AT + 1)
    assert (cosigned.before.size, cosigned.checkpoint.size) == (old, new)
    assert remembered(witness) == cosigned.checkpoint
    assert len(log.asked) <= 12


def test_it_cosigns_the_same_again_and_later(log, witness):
    log.show(leaves(5))
    first, again = witness.cosign_newest(AT), witness.cosign_newest(AT + 60)

    assert again.checkpoint == again.before == first.checkpoint
    assert again.note != first.note


def test_a_full_tile_does_where_the_partial_one_is_gone(log, witness):
    log.show(leaves(100))
    witness.cosign_newest(AT)
    log.show(leaves(200))
    partial = log.files.pop("tile/0/000.p/200")
    log.files["tile/0/000"] = partial + leaves(256)[-1] * 56

    assert witness.cosign_newest(AT).checkpoint.size == 200


@pytest.mark.parametrize("size", [9, 10, 11, 300, 700])
def test_a_forked_log_is_refused_and_the_evidence_kept(log, witness, size):
    log.show(leaves(10))
    before = witness.cosign_newest(AT).checkpoint
    forked = [*leaves(4), *leaves(size, "forged")[4:]]
    log.show(forked)

    with pytest.raises(HistoryBroken):
        witness.cosign_newest(AT)
    assert remembered(witness) == before
    assert witness.memory.refused.read_bytes() == log.files["checkpoint"]
    # It stays so, however much the log grows.
    log.show([*forked, *leaves(1000)])
    with pytest.raises(HistoryBroken, match="forked"):
        witness.cosign_newest(AT)


def test_a_shrunken_log_is_refused(log, witness):
    log.show(leaves(10))
    before = witness.cosign_newest(AT).checkpoint
    log.show(leaves(9))

    with pytest.raises(HistoryBroken, match="10 entries were cosigned, and it shows 9"):
        witness.cosign_newest(AT)
    assert remembered(witness) == before


def unsigned(log):
    log.files["checkpoint"] = log.files["checkpoint"].split(b"\n\n")[0]


def signed_by_another(log):
    log.show(leaves(300), OTHER_KEY)


def of_another_log(log):
    log.show(leaves(300), origin="other.example")


def without_a_checkpoint(log):
    del log.files["checkpoint"]


def with_an_endless_checkpoint(log):
    log.files["checkpoint"] = b"x" * (MAX_CHECKPOINT_BYTES + 1)


def without_tiles(log):
    log.files = {"checkpoint": log.files["checkpoint"]}


def with_tiles_of_another_tree(log):
    log.files["tile/0/001.p/44"] = b"".join(leaves(44, "forged"))


def with_a_changed_full_tile(log):
    log.files["tile/0/000"] = b"".join(leaves(256, "forged"))


def with_too_wide_a_tile(log):
    log.files["tile/0/001.p/44"] = bytes(9000)


@pytest.mark.parametrize(
    "faulty",
    [
        unsigned,
        signed_by_another,
        of_another_log,
        without_a_checkpoint,
        with_an_endless_checkpoint,
        without_tiles,
        with_tiles_of_another_tree,
        with_a_changed_full_tile,
        with_too_wide_a_tile,
    ],
)
def test_what_cannot_be_checked_is_not_cosigned(log, witness, faulty):
    log.show(leaves(10))
    before = witness.cosign_newest(AT).checkpoint
    log.show(leaves(300))
    faulty(log)

    with pytest.raises(CannotCheck):
        witness.cosign_newest(AT)
    assert remembered(witness) == before
    assert not witness.memory.refused.exists()


def test_it_is_not_led_elsewhere(log, witness):
    with serving(ServedLog()) as elsewhere:
        elsewhere.show(leaves(10))
        log.redirects_to = elsewhere.url
        with pytest.raises(CannotCheck, match="302"):
            witness.cosign_newest(AT)
        assert elsewhere.asked == []


def test_a_log_that_is_not_there_cannot_be_checked(tmp_path):
    witness = Witness("http://127.0.0.1:9", [LOG_VKEY], NAME, KEY, Memory(tmp_path / "memory"))

    with pytest.raises(CannotCheck, match=r"127\.0\.0\.1:9"):
        witness.cosign_newest(AT)


def test_it_follows_the_logs_keys(log, witness, tmp_path):
    log.show(leaves(10))
    witness.cosign_newest(AT)
    new = VerifierKey.of(LOG_VKEY.name, OTHER_KEY)
    both = Witness(log.url, [LOG_VKEY, new], NAME, KEY, witness.memory)

    log.show(leaves(20), LOG_KEY, OTHER_KEY)
    both.cosign_newest(AT)
    log.show(leaves(30), OTHER_KEY)
    assert both.cosign_newest(AT).checkpoint.size == 30


def test_the_memory_has_it_before_the_log_gets_it(log, witness):
    remembers = []
    log.answers["cosignatures"] = lambda body: (
        remembers.append((remembered(witness).size, body)) or (201, "text/plain", b"")
    )
    log.show(leaves(10))

    cosigned = witness.cosign_newest(AT)
    witness.hand_in(cosigned)
    assert remembers == [(10, cosigned.note)]


def test_a_log_that_does_not_take_the_cosignature_says_why(log, witness):
    log.answers["cosignatures"] = lambda _: (403, "text/plain", b"Nobody knows you\n")
    log.show(leaves(10))

    with pytest.raises(CannotCheck, match="403 Nobody knows you"):
        witness.hand_in(witness.cosign_newest(AT))


def test_a_damaged_memory_is_no_beginning(log, witness, tmp_path):
    log.show(leaves(10))
    (tmp_path / "memory").write_bytes(b"")

    with pytest.raises(CannotCheck, match="holds no checkpoint"):
        witness.cosign_newest(AT)


def test_a_memory_about_another_log_is_not_used(log, witness):
    log.show(leaves(10), origin="other.example")
    other = Witness(log.url, [VerifierKey.of("other.example", LOG_KEY)], NAME, KEY, witness.memory)
    other.cosign_newest(AT)
    log.show(leaves(10))

    with pytest.raises(CannotCheck, match=r"about other\.example"):
        witness.cosign_newest(AT)


def test_two_witnesses_do_not_share_a_memory(witness, tmp_path):
    with (
        witness.memory.held(),
        pytest.raises(MemoryInUse),
        Memory(tmp_path / "memory").held(),
    ):
        pass
    with Memory(tmp_path / "memory").held():
        assert Memory(tmp_path / "memory").read() is None


def test_what_it_remembers_is_a_note_that_the_log_and_it_signed(log, witness, tmp_path):
    log.show(leaves(10))
    cosigned = witness.cosign_newest(AT)

    note = SignedNote.parse((tmp_path / "memory").read_bytes())
    assert Checkpoint.parse(note.text) == cosigned.checkpoint
    assert [line.name for line in note.signatures] == [LOG_VKEY.name, NAME]
