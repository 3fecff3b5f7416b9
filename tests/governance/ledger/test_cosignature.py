"""Cosignatures: those of running witnesses are verified, ours alike, and requests for them."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from governance.ledger.cosignature import (
    AddCheckpoint,
    RequestMalformed,
    cosign,
    encode_add_checkpoint,
    parse_add_checkpoint,
    verify_cosignature,
)
from governance.ledger.note import (
    Algorithm,
    BadSignature,
    KeyMalformed,
    NoteMalformed,
    SignatureLine,
    SignedNote,
    VerifierKey,
    sign_note,
)
from tests.governance.ledger.note_vectors import (
    COSIGNED_AT,
    LOG,
    LOG_CHECKPOINT,
    LOG_KEY,
    WITNESS_KEYS,
)

ORIGIN, WITNESS = "log.example/countersign", "witness.example/w1"
LOG_PRIVATE, PRIVATE = (Ed25519PrivateKey.from_private_bytes(bytes([one] * 32)) for one in (1, 7))
KEY = VerifierKey.of(WITNESS, PRIVATE, Algorithm.COSIGNATURE_V1)
NOTE = sign_checkpoint(Checkpoint(ORIGIN, 20_852_163, bytes(32)), [LOG_PRIVATE])
TEXT = SignedNote.parse(NOTE).text
AT = 1_679_315_147
PROOF = tuple(sha256(b"%d" % number).digest() for number in range(4))
# The example of the specification C2SP tlog-witness.
EXAMPLE = (
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zh"
    "cyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
).encode()


@pytest.mark.parametrize("witness", WITNESS_KEYS)
def test_the_cosignatures_of_running_witnesses_are_verified(witness):
    key = VerifierKey.parse(witness)
    _, note = open_checkpoint(LOG_CHECKPOINT, LOG, [VerifierKey.parse(LOG_KEY)])

    [line] = [line for line in note.signatures if line.is_of(key)]
    assert verify_cosignature(note.text, line, key) == COSIGNED_AT
    with pytest.raises(BadSignature):
        verify_cosignature(note.text.replace("1432088532", "1432088533"), line, key)


def test_a_cosignature_is_over_its_time_and_the_whole_text():
    line = cosign(TEXT, WITNESS, PRIVATE, AT)

    assert verify_cosignature(TEXT, line, KEY) == AT
    assert line.signature[:8] == AT.to_bytes(8, "big")
    message = f"cosignature/v1\ntime 1679315147\n{TEXT}".encode()
    PRIVATE.public_key().verify(line.signature[8:], message)


def test_a_cosigned_checkpoint_is_still_the_logs_and_holds_the_witness_line():
    note = SignedNote.parse(NOTE + str(cosign(TEXT, WITNESS, PRIVATE, AT)).encode())
    log_key = VerifierKey.of(ORIGIN, LOG_PRIVATE)

    checkpoint, opened = open_checkpoint(note.encode(), ORIGIN, [log_key])
    assert (checkpoint.size, opened) == (20_852_163, note)
    assert verify_cosignature(opened.text, opened.signatures[1], KEY) == AT


def test_every_changed_bit_of_a_cosignature_is_bad():
    line = cosign(TEXT, WITNESS, PRIVATE, AT)
    for bit in range(len(line.signature) * 8):
        signature = bytearray(line.signature)
        signature[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadSignature):
            verify_cosignature(TEXT, SignatureLine(WITNESS, KEY.key_id, bytes(signature)), KEY)


@pytest.mark.parametrize("length", [0, 7, 8, 64, 71, 73, 2428])
def test_a_cosignature_of_another_length_is_bad(length):
    signature = (cosign(TEXT, WITNESS, PRIVATE, AT).signature * 40)[:length]
    with pytest.raises(BadSignature, match=f"has {length} bytes"):
        verify_cosignature(TEXT, SignatureLine(WITNESS, KEY.key_id, signature), KEY)


def test_a_plain_signature_of_the_same_key_is_no_cosignature_and_the_reverse():
    plain = sign_note(TEXT, WITNESS, PRIVATE)
    with pytest.raises(BadSignature):
        verify_cosignature(TEXT, plain, KEY)
    timed = SignatureLine(WITNESS, KEY.key_id, AT.to_bytes(8, "big") + plain.signature)
    with pytest.raises(BadSignature):
        verify_cosignature(TEXT, timed, KEY)
    with pytest.raises(ValueError, match="makes no cosignatures"):
        verify_cosignature(TEXT, plain, VerifierKey.of(WITNESS, PRIVATE))


def test_the_line_of_another_witness_is_bad():
    for line in (
        cosign(TEXT, "witness.example/w2", PRIVATE, AT),
        cosign(TEXT, WITNESS, LOG_PRIVATE, AT),
    ):
        with pytest.raises(BadSignature, match="is not by the key"):
            verify_cosignature(TEXT, line, KEY)


@pytest.mark.parametrize("at", [0, 2**63 - 1])
def test_these_are_times(at):
    assert verify_cosignature(TEXT, cosign(TEXT, WITNESS, PRIVATE, at), KEY) == at


@pytest.mark.parametrize("at", [-1, 2**63, 2**64])
def test_these_are_no_times(at):
    with pytest.raises(ValueError, match="no time"):
        cosign(TEXT, WITNESS, PRIVATE, at)


def test_a_time_beyond_63_bits_is_bad_even_if_it_is_signed():
    at = 2**63
    message = f"cosignature/v1\ntime {at}\n{TEXT}".encode()
    line = SignatureLine(WITNESS, KEY.key_id, at.to_bytes(8, "big") + PRIVATE.sign(message))
    with pytest.raises(BadSignature, match="no possible time"):
        verify_cosignature(TEXT, line, KEY)


def test_what_no_note_holds_is_not_cosigned():
    with pytest.raises(NoteMalformed):
        cosign(TEXT.rstrip(), WITNESS, PRIVATE, AT)
    with pytest.raises(KeyMalformed):
        cosign(TEXT, "a witness", PRIVATE, AT)


def test_the_specifications_request_is_read_and_written_alike():
    request = parse_add_checkpoint(EXAMPLE)

    assert (request.old_size, len(request.proof)) == (20_852_014, 4)
    assert Checkpoint.parse(SignedNote.parse(request.note).text).size == 20_852_163
    assert encode_add_checkpoint(*request) == EXAMPLE


def test_a_first_request_has_no_proof():
    body = encode_add_checkpoint(0, [], NOTE)

    assert body == b"old 0\n\n" + NOTE
    assert parse_add_checkpoint(body) == AddCheckpoint(0, (), NOTE)


@settings(deadline=None)
@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
)
def test_a_request_is_read_as_it_was_written(old_size, proof):
    body = encode_add_checkpoint(old_size, proof, NOTE)

    assert parse_add_checkpoint(body) == AddCheckpoint(old_size, proof, NOTE)


GOOD = encode_add_checkpoint(5, PROOF, NOTE)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"old 5\n\n",
        b"old 5\n" + NOTE.replace(b"\n\n", b"\n"),
        NOTE,
        b"\n" + GOOD,
        GOOD.replace(b"old 5", b"old  5"),
        GOOD.replace(b"old 5", b"old 05"),
        GOOD.replace(b"old 5", b"old -5"),
        GOOD.replace(b"old 5", b"old +5"),
        GOOD.replace(b"old 5", b"old 5 "),
        GOOD.replace(b"old 5", b"old"),
        GOOD.replace(b"old 5", b"old "),
        GOOD.replace(b"old 5", b"new 5"),
        GOOD.replace(b"old 5", b"5"),
        GOOD.replace(b"old 5", b"old 9223372036854775808"),
        GOOD.replace(b"old 5", "old \u0665".encode()),
        GOOD.replace(b"old 5\n", b"old 5\r\n"),
        GOOD.replace(b"old 5\n", b"old 5\nAAAA\n"),
        GOOD.replace(b"old 5\n", b"old 5\nnot base64\n"),
        GOOD.replace(b"old 5\n", b"old 5\n\xff\n"),
        GOOD.replace(b"old 5\n", b"old 5\n" + bytes(43) + b"=\n"),
        encode_add_checkpoint(5, PROOF * 16, NOTE),
        encode_add_checkpoint(5, PROOF, b"x" * 1_000_001),
    ],
)
def test_what_is_no_request_is_refused(body):
    with pytest.raises(RequestMalformed):
        parse_add_checkpoint(body)


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_what_is_read_as_a_request_encodes_to_the_same_bytes(noise):
    try:
        request = parse_add_checkpoint(b"old " + noise)
    except RequestMalformed:
        return
    assert encode_add_checkpoint(*request) == b"old " + noise
