"""Signed notes: others' are read and verified, ours are the same bytes, the rest is refused."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ledger.note import (
    Algorithm,
    BadSignature,
    KeyMalformed,
    NoteMalformed,
    NotSigned,
    SignatureLine,
    SignedNote,
    VerifierKey,
    from_base64,
    key_id,
    sign_note,
    verify_note,
)
from tests.governance.ledger.note_vectors import (
    ENOCH,
    ENOCH_KEY,
    ENOCH_LINE,
    EXAMPLE_KEY,
    EXAMPLE_NOTE,
    GO_TEXT,
    LOG_CHECKPOINT,
    PETER,
    PETER_KEY,
    PETER_LINE,
    WITNESS_KEYS,
)

PETER_PUBLIC, ENOCH_PUBLIC = VerifierKey.parse(PETER_KEY), VerifierKey.parse(ENOCH_KEY)
GO_NOTE = f"{GO_TEXT}\n{PETER_LINE}{ENOCH_LINE}".encode()


def test_the_specifications_example_is_read_and_verified():
    key, note = VerifierKey.parse(EXAMPLE_KEY), SignedNote.parse(EXAMPLE_NOTE)

    assert note.text == "This is an example message.\n"
    assert verify_note(note, [key]) == [key]
    assert note.encode() == EXAMPLE_NOTE


def test_our_signatures_are_those_of_gos_reference_to_the_byte():
    lines = (sign_note(GO_TEXT, "PeterNeumann", PETER), sign_note(GO_TEXT, "EnochRoot", ENOCH))

    assert SignedNote(GO_TEXT, lines).encode() == GO_NOTE
    assert str(VerifierKey.of("PeterNeumann", PETER)) == PETER_KEY
    assert str(VerifierKey.of("EnochRoot", ENOCH)) == ENOCH_KEY


def test_gos_note_is_verified_by_either_key_and_by_both():
    note = SignedNote.parse(GO_NOTE)

    assert verify_note(note, [PETER_PUBLIC]) == [PETER_PUBLIC]
    assert verify_note(note, [ENOCH_PUBLIC, PETER_PUBLIC]) == [ENOCH_PUBLIC, PETER_PUBLIC]


@pytest.mark.parametrize("text", [EXAMPLE_KEY, PETER_KEY, ENOCH_KEY, *WITNESS_KEYS])
def test_a_key_is_written_as_it_was_read(text):
    key = VerifierKey.parse(text)

    assert str(key) == text
    assert key.key_id == key_id(key.name, bytes([key.algorithm]) + key.public)
    assert key.key_id.hex() == text.split("+")[1]


def test_the_same_key_has_another_id_under_another_name_or_for_other_signatures():
    keys = [
        VerifierKey.of(name, ENOCH, algorithm) for name in ("one", "two") for algorithm in Algorithm
    ]
    assert len({key.key_id for key in keys}) == 4


def test_of_a_key_no_part_and_no_change_is_a_key():
    for start in range(len(PETER_KEY)):
        for end in range(start + 1, len(PETER_KEY) + 1):
            if (start, end) != (0, len(PETER_KEY)):
                with pytest.raises(KeyMalformed):
                    VerifierKey.parse(PETER_KEY[start:end])
    for at, character in enumerate(PETER_KEY):
        with pytest.raises(KeyMalformed):
            VerifierKey.parse(PETER_KEY[:at] + chr(ord(character) + 1) + PETER_KEY[at + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER_KEY.replace("c74f20a3", "C74F20A3"),
        PETER_KEY + "\n",
        "++",
        "name+00000000+",
    ],
)
def test_keys_of_another_length_or_kind_are_refused(text):
    with pytest.raises(KeyMalformed):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a+b", "a\nb", "a\tb", "a\x00b", "a\xa0b", "a\u2003b", "a\x1cb"]
)
def test_no_key_has_such_a_name(name):
    with pytest.raises(KeyMalformed):
        VerifierKey.of(name, ENOCH)
    with pytest.raises(KeyMalformed):
        sign_note(GO_TEXT, name, ENOCH)
    line = f"\u2014 {name} rwz+eA==\n"
    with pytest.raises(NoteMalformed):
        SignedNote.parse(f"{GO_TEXT}\n{PETER_LINE}{line}".encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no newline",
        "a tab\t\n",
        "a return\r\n",
        "a nought\x00\n",
        "an escape\x1b[31m\n",
        "a tab\t\nin one of two lines\n",
    ],
)
def test_no_note_has_such_a_text(text):
    with pytest.raises(NoteMalformed):
        sign_note(text, "name", ENOCH)
    with pytest.raises(NoteMalformed):
        SignedNote(text, (SignatureLine("name", b"1234", b"5"),)).encode()
    with pytest.raises(NoteMalformed):
        SignedNote.parse(f"{text}\n{PETER_LINE}".encode())


def test_a_note_without_signatures_is_none():
    with pytest.raises(NoteMalformed):
        SignedNote(GO_TEXT, ()).encode()


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n\n",
        GO_TEXT.encode(),
        f"{GO_TEXT}\n".encode(),
        f"{GO_TEXT}{PETER_LINE}".encode(),
        GO_NOTE[:-1],
        GO_NOTE + b"\n",
        GO_NOTE + b"more\n",
        GO_NOTE + b"\n\n",
        GO_NOTE.replace("\u2014".encode(), b"-"),
        GO_NOTE.replace("\u2014".encode(), "\u2013".encode()),
        GO_NOTE.replace("\u2014 P".encode(), "\u2014  P".encode()),
        GO_NOTE.replace(b"PeterNeumann ", b"PeterNeumann  "),
        GO_NOTE.replace(b"PeterNeumann ", b"PeterNeumann\xc2\xa0"),
        GO_NOTE.replace(b"PeterNeumann ", b""),
        GO_NOTE.replace(b"PeterNeumann x", b"Peter+Neumann x"),
        GO_NOTE.replace(b"AM=\n", b"AM\n"),
        GO_NOTE.replace(b"AM=\n", b"AM= \n"),
        GO_NOTE.replace(b"AM=\n", b"AM==\n"),
        GO_NOTE.replace(b"AM=\n", b"AN=\n"),  # the same bytes with stray bits at the end
        GO_NOTE.replace(b"ZJku", b"ZJ_u"),
        GO_NOTE.replace(b"ZJku", b"ZJ\xc3\xa4"),
        GO_NOTE.replace(b"\n", b"\r\n"),
        GO_NOTE.replace(b"problem", b"\xff"),
        GO_NOTE.replace(b"problem", b"\xed\xa0\x80"),
        f"{GO_TEXT}\n\u2014 PeterNeumann x08goA==\n".encode(),
        f"{GO_TEXT}\n\u2014 PeterNeumann \n".encode(),
        f"{GO_TEXT}\n{PETER_LINE[:-1]}\u2028{ENOCH_LINE}".encode(),
    ],
)
def test_what_is_no_note_is_refused(note):
    with pytest.raises(NoteMalformed):
        SignedNote.parse(note)


def test_a_text_may_hold_empty_lines_and_lines_that_look_like_signatures():
    text = f"one\n\n{PETER_LINE}\n\nlast\u2028line\x85\n\n"
    note = SignedNote(text, (sign_note(text, "EnochRoot", ENOCH),)).encode()

    parsed = SignedNote.parse(note)
    assert parsed.text == text
    assert verify_note(parsed, [ENOCH_PUBLIC]) == [ENOCH_PUBLIC]
    with pytest.raises(NotSigned):
        verify_note(parsed, [PETER_PUBLIC])


def test_sixteen_signatures_are_accepted_and_a_hundred_are_the_most():
    for count in (16, 100):
        assert (
            len(SignedNote.parse(f"{GO_TEXT}\n{PETER_LINE * count}".encode()).signatures) == count
        )
    with pytest.raises(NoteMalformed):
        SignedNote.parse(f"{GO_TEXT}\n{PETER_LINE * 101}".encode())


def test_a_note_of_a_megabyte_is_the_longest():
    room = 1_000_000 - len(f"\n\n{PETER_LINE}".encode())
    assert SignedNote.parse(f"{'x' * room}\n\n{PETER_LINE}".encode())
    with pytest.raises(NoteMalformed):
        SignedNote.parse(f"{'x' * (room + 1)}\n\n{PETER_LINE}".encode())


def line_of(line, **changed):
    parsed = SignatureLine.parse(line.removesuffix("\n"))
    return SignatureLine(
        changed.get("name", parsed.name),
        changed.get("key_id", parsed.key_id),
        changed.get("signature", parsed.signature),
    )


PETERS, ENOCHS = line_of(PETER_LINE), line_of(ENOCH_LINE)


@pytest.mark.parametrize(
    "unknown",
    [
        line_of(PETER_LINE, name="PeterNeuman"),
        line_of(PETER_LINE, key_id=b"\0\0\0\0"),
        line_of(PETER_LINE, name="EnochRoot"),
        line_of(PETER_LINE, key_id=ENOCHS.key_id),
        SignatureLine("other", b"1234", bytes(2420)),
    ],
)
def test_a_line_of_an_unknown_key_is_passed_over(unknown):
    keys = [PETER_PUBLIC, ENOCH_PUBLIC]
    note = SignedNote(GO_TEXT, (unknown, ENOCHS))

    assert verify_note(note, keys) == [ENOCH_PUBLIC]
    with pytest.raises(NotSigned):
        verify_note(SignedNote(GO_TEXT, (unknown,)), keys)


def test_any_bad_line_of_a_known_key_spoils_the_note():
    bad = line_of(PETER_LINE, signature=ENOCHS.signature)
    for lines in ((bad, ENOCHS), (ENOCHS, bad), (PETERS, bad), (bad, PETERS)):
        with pytest.raises(BadSignature):
            verify_note(SignedNote(GO_TEXT, lines), [PETER_PUBLIC, ENOCH_PUBLIC])
    assert verify_note(SignedNote(GO_TEXT, (bad, ENOCHS)), [ENOCH_PUBLIC]) == [ENOCH_PUBLIC]


def test_every_changed_bit_of_a_signature_or_a_text_is_a_bad_signature():
    for bit in range(512):
        signature = bytearray(PETERS.signature)
        signature[bit // 8] ^= 1 << bit % 8
        note = SignedNote(GO_TEXT, (line_of(PETER_LINE, signature=bytes(signature)),))
        with pytest.raises(BadSignature):
            verify_note(note, [PETER_PUBLIC])
    for signature in (b"", PETERS.signature[:-1], PETERS.signature + b"\0"):
        note = SignedNote(GO_TEXT, (line_of(PETER_LINE, signature=signature),))
        with pytest.raises(BadSignature):
            verify_note(note, [PETER_PUBLIC])
    for at in range(len(GO_TEXT) - 1):
        text = GO_TEXT[:at] + chr(ord(GO_TEXT[at]) ^ 1) + GO_TEXT[at + 1 :]
        with pytest.raises(BadSignature):
            verify_note(SignedNote(text, (PETERS,)), [PETER_PUBLIC])


def test_without_keys_no_note_is_signed():
    with pytest.raises(NotSigned):
        verify_note(SignedNote.parse(GO_NOTE), [])


def test_a_key_for_cosignatures_does_not_verify_notes():
    key = VerifierKey.of("EnochRoot", ENOCH, Algorithm.COSIGNATURE_V1)
    with pytest.raises(ValueError, match="cosignatures"):
        verify_note(SignedNote.parse(GO_NOTE), [PETER_PUBLIC, key])


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Z", "C"], exclude_characters="+"), min_size=1
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.just("\n")).map(
    lambda text: text + "\n"
)


@settings(deadline=None)
@given(
    TEXTS, st.lists(st.tuples(NAMES, st.binary(min_size=32, max_size=32)), min_size=1, max_size=5)
)
def test_what_is_signed_is_read_and_verified_by_each_signer(text, signers):
    pairs = [(name, Ed25519PrivateKey.from_private_bytes(seed)) for name, seed in signers]
    note = SignedNote(text, tuple(sign_note(text, name, private) for name, private in pairs))
    keys = [VerifierKey.of(name, private) for name, private in pairs]

    parsed = SignedNote.parse(note.encode())
    assert parsed == note
    assert verify_note(parsed, keys) == keys
    assert [VerifierKey.parse(str(key)) for key in keys] == keys


@settings(deadline=None)
@given(st.data())
def test_what_is_read_as_a_note_encodes_to_the_same_bytes(data):
    """Real notes with a few bytes replaced, inserted or cut out: refused, or kept as they are."""
    note = bytearray(data.draw(st.sampled_from([GO_NOTE, EXAMPLE_NOTE, LOG_CHECKPOINT])))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(note)))
        note[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    try:
        parsed = SignedNote.parse(bytes(note))
    except NoteMalformed:
        return
    assert parsed.encode() == bytes(note)


@settings(deadline=None)
@given(st.text(st.sampled_from("AZaz09+/=-_ \n\u00e4"), max_size=12))
def test_base64_is_read_in_its_one_form_only(text):
    try:
        content = from_base64(text)
    except ValueError:
        return
    assert base64.b64encode(content).decode() == text
