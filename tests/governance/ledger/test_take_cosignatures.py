"""POST /ledger/cosignatures: taken from trusted witnesses on our own checkpoints, whole or not."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from governance.ledger import cosignature
from governance.ledger.checkpoint import Checkpoint as Tree
from governance.ledger.note import SignedNote
from governance.models import Actor, Cosignature, LedgerEntry
from governance.services.cosigning import MAX_BODY_BYTES
from governance.services.witnesses import distrust_witness
from tests.factories import NOON
from tests.governance.api.calling import at
from tests.governance.ledger.sealed import checkpoint_at, cosigned_note, new_witness, open_log

pytestmark = pytest.mark.django_db

SETUP = Actor.system("setup")


@pytest.fixture
def checkpoint():
    return checkpoint_at(open_log(), 7)


@pytest.fixture
def witness():
    return new_witness("witness.example")


def post(body, now=NOON, **headers):
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    with at(now):
        return client.post("/ledger/cosignatures", body, content_type="text/plain", **headers)


def text_of(checkpoint):
    return SignedNote.parse(bytes(checkpoint.note)).text


def line_by(checkpoint, name, key, when=NOON):
    return cosignature.cosign(text_of(checkpoint), name, key, int(when.timestamp()))


def test_a_cosignature_is_kept_and_shown_with_the_checkpoint(checkpoint, witness):
    entries = LedgerEntry.objects.count()
    note = cosigned_note(checkpoint, *witness, at=NOON - timedelta(minutes=1))

    answer = post(note)
    assert (answer.status_code, answer.text) == (201, "Cosignatures kept: 1.\n")
    kept = Cosignature.objects.get()
    assert (kept.checkpoint, kept.witness) == (checkpoint, witness[0])
    assert (kept.cosigned_at, kept.received_at) == (NOON - timedelta(minutes=1), NOON)
    assert LedgerEntry.objects.count() == entries
    shown = Client().get("/ledger/checkpoint").content
    assert shown == bytes(checkpoint.note) + f"{kept.line}\n".encode()
    assert SignedNote.parse(shown).text == text_of(checkpoint)


def test_the_second_time_nothing_is_new(checkpoint, witness):
    first = post(cosigned_note(checkpoint, *witness))
    again = post(cosigned_note(checkpoint, *witness, at=NOON + timedelta(minutes=1)))

    assert (first.status_code, again.status_code) == (201, 200)
    assert Cosignature.objects.get().cosigned_at == NOON


def test_lines_of_others_are_passed_over(checkpoint, witness):
    ours = SignedNote.parse(bytes(checkpoint.note)).signatures
    stranger = line_by(checkpoint, "stranger.example", Ed25519PrivateKey.generate())
    mine = line_by(checkpoint, str(witness[0]), witness[1])
    note = SignedNote(text_of(checkpoint), (*ours, stranger, mine, mine))

    assert post(note.encode()).status_code == 201
    assert Cosignature.objects.count() == 1


def test_several_witnesses_are_kept_together_or_none(checkpoint, witness):
    other, other_key = new_witness("other.example")
    good = line_by(checkpoint, str(witness[0]), witness[1])
    bad = line_by(checkpoint_at(checkpoint.log, 8), str(other), other_key)

    answer = post(SignedNote(text_of(checkpoint), (good, bad)).encode())
    assert (answer.status_code, Cosignature.objects.count()) == (422, 0)
    good_too = line_by(checkpoint, str(other), other_key)
    answer = post(SignedNote(text_of(checkpoint), (good, good_too)).encode())
    assert (answer.status_code, Cosignature.objects.count()) == (201, 2)


def stranger(checkpoint, witness):
    line = line_by(checkpoint, "stranger.example", Ed25519PrivateKey.generate())
    return SignedNote(text_of(checkpoint), (line,)).encode()


def same_name_other_key(checkpoint, witness):
    line = line_by(checkpoint, str(witness[0]), Ed25519PrivateKey.generate())
    return SignedNote(text_of(checkpoint), (line,)).encode()


def dismissed(checkpoint, witness):
    distrust_witness(witness=witness[0], actor=SETUP, now=NOON)
    return cosigned_note(checkpoint, *witness)


def the_logs_own(checkpoint, witness):
    return bytes(checkpoint.note)


def flipped(checkpoint, witness):
    line = line_by(checkpoint, str(witness[0]), witness[1])
    signature = bytearray(line.signature)
    signature[-1] ^= 1
    changed = type(line)(line.name, line.key_id, bytes(signature))
    return SignedNote(text_of(checkpoint), (changed,)).encode()


def short(checkpoint, witness):
    line = line_by(checkpoint, str(witness[0]), witness[1])
    changed = type(line)(line.name, line.key_id, line.signature[:-1])
    return SignedNote(text_of(checkpoint), (changed,)).encode()


def of_a_time_to_come(checkpoint, witness):
    return cosigned_note(checkpoint, *witness, at=NOON + timedelta(minutes=11))


def of_the_end_of_time(checkpoint, witness):
    line = cosignature.cosign(text_of(checkpoint), str(witness[0]), witness[1], 2**63 - 1)
    return SignedNote(text_of(checkpoint), (line,)).encode()


def resigned(checkpoint, witness, text):
    line = cosignature.cosign(text, str(witness[0]), witness[1], int(NOON.timestamp()))
    return SignedNote(text, (line,)).encode()


def never_published(checkpoint, witness):
    tree = Tree(checkpoint.log.origin, 8, bytes(checkpoint.root))
    return resigned(checkpoint, witness, tree.text())


def of_another_log(checkpoint, witness):
    return resigned(checkpoint, witness, Tree("other.example", 7, bytes(32)).text())


def with_another_root(checkpoint, witness):
    return resigned(checkpoint, witness, Tree(checkpoint.log.origin, 7, bytes(32)).text())


def with_one_more_line(checkpoint, witness):
    return resigned(checkpoint, witness, text_of(checkpoint) + "more\n")


FAULTY = {
    stranger: 403,
    same_name_other_key: 403,
    dismissed: 403,
    the_logs_own: 403,
    flipped: 422,
    short: 422,
    of_a_time_to_come: 422,
    of_the_end_of_time: 422,
    never_published: 404,
    of_another_log: 404,
    with_another_root: 409,
    with_one_more_line: 409,
    lambda *_: b"": 400,
    lambda *_: b"\x00\xff": 400,
    lambda *_: "\u2014".encode() * 100: 400,
    lambda checkpoint, _: bytes(checkpoint.note)[:-1]: 400,
    lambda *_: b"no\ncheckpoint\n\n\xe2\x80\x94 a AAAAAAAA\n": 400,
    lambda *_: b"x" * (MAX_BODY_BYTES + 1): 413,
    lambda *_: b"x" * 3_000_000: 413,
}


@pytest.mark.parametrize(
    ("faulty", "status"), FAULTY.items(), ids=[getattr(one, "__name__", "") for one in FAULTY]
)
def test_what_is_faulty_is_refused_and_leaves_nothing(checkpoint, witness, faulty, status):
    answer = post(faulty(checkpoint, witness))

    assert (answer.status_code, answer.headers["Content-Type"]) == (
        status,
        "text/plain; charset=utf-8",
    )
    assert not Cosignature.objects.exists()


def test_it_takes_a_post(checkpoint):
    assert Client().get("/ledger/cosignatures").status_code == 405


def test_taking_one_costs_a_few_queries(checkpoint, witness, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):  # two of them begin and end the transaction
        post(cosigned_note(checkpoint, *witness))
