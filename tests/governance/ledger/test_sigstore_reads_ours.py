"""Our checkpoints and inclusion proofs before a reader that is not ours: the package sigstore.

It takes no notice of the size in a checkpoint and knows no consistency proofs; what it does check,
it and we must judge alike.
"""

import base64
from dataclasses import dataclass, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import SignedCheckpoint, verify_checkpoint
from sigstore._internal.trust import Keyring
from sigstore.errors import VerificationError
from sigstore.models import TransparencyLogEntry
from sigstore_models.common.v1 import LogId, PublicKey, PublicKeyDetails
from sigstore_models.rekor.v1 import Checkpoint as Envelope
from sigstore_models.rekor.v1 import InclusionProof, KindVersion
from sigstore_models.rekor.v1 import TransparencyLogEntry as Entry

from governance.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from governance.ledger.merkle import ProofRejected, leaf_hash, verify_inclusion
from governance.ledger.note import NoteRejected, VerifierKey
from governance.ledger.tiles import TreeBuilder, inclusion_proof, root_at
from tests.governance.ledger.stored_tiles import StoredTiles

ORIGIN = "log.example/countersign"
PRIVATE, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([one] * 32)) for one in (1, 2))
PUBLIC = VerifierKey.of(ORIGIN, PRIVATE)
ENTRIES = [b'{"v":1,"n":%d}' % number for number in range(700)]


def stored():
    store = StoredTiles()
    builder = TreeBuilder(0, store)
    builder.extend([leaf_hash(entry) for entry in ENTRIES])
    store.tiles |= builder.changed()
    return store


STORE = stored()


@dataclass(frozen=True)
class Shown:
    """What we show of one entry."""

    entry: bytes
    index: int
    size: int
    proof: tuple[bytes, ...]
    root: bytes
    note: bytes


def shown(index, size, key=PRIVATE):
    root = root_at(size, STORE)
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root), [key])
    proof = tuple(inclusion_proof(index, size, STORE))
    return Shown(ENTRIES[index], index, size, proof, root, note)


def text(content):
    return base64.b64encode(content).decode()


def keyring():
    der = PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Keyring([PublicKey(raw_bytes=text(der), key_details=PublicKeyDetails.PKIX_ED25519)])


def sigstore_accepts(what):
    proof = InclusionProof(
        log_index=str(what.index),
        tree_size=str(what.size),
        root_hash=text(what.root),
        hashes=[text(one) for one in what.proof],
        checkpoint=Envelope(envelope=what.note.decode()),
    )
    entry = TransparencyLogEntry(
        Entry(
            log_index=str(what.index),
            log_id=LogId(key_id=text(PUBLIC.key_id)),
            kind_version=KindVersion(kind="entry", version="1"),
            inclusion_proof=proof,
            canonicalized_body=text(what.entry),
        )
    )
    try:
        verify_merkle_inclusion(entry)
        verify_checkpoint(keyring(), entry)
    except VerificationError:
        return False
    return True


def we_accept(what):
    try:
        checkpoint, _ = open_checkpoint(what.note, ORIGIN, [PUBLIC])
        verify_inclusion(
            leaf=leaf_hash(what.entry),
            index=what.index,
            size=what.size,
            proof=what.proof,
            root=what.root,
        )
    except (NoteRejected, ProofRejected):
        return False
    return checkpoint.root == what.root


PLACES = [(0, 1), (0, 2), (1, 2), (4, 5), (255, 256), (256, 257), (17, 513), (699, 700)]


@pytest.mark.parametrize(("index", "size"), PLACES)
def test_it_accepts_our_checkpoint_and_proof(index, size):
    assert sigstore_accepts(shown(index, size))
    assert we_accept(shown(index, size))


def test_it_reads_the_same_from_a_checkpoint():
    for keys in ([PRIVATE], [PRIVATE, OTHER]):
        root = root_at(700, STORE)
        note = sign_checkpoint(Checkpoint(ORIGIN, 700, root), keys)
        read = SignedCheckpoint.from_text(note.decode()).checkpoint
        assert (read.origin, read.log_size, read.log_hash) == (ORIGIN, 700, root.hex())


WRONG = {
    "another root": replace(shown(17, 513), root=bytes(32)),
    "the root of another size": replace(shown(17, 513), root=root_at(514, STORE)),
    "another entry": replace(shown(17, 513), entry=b"another"),
    "the next entry": replace(shown(17, 513), entry=ENTRIES[18]),
    "another index": replace(shown(17, 513), index=18),
    "a shorter proof": replace(shown(17, 513), proof=shown(17, 513).proof[:-1]),
    "a longer proof": replace(shown(17, 513), proof=(*shown(17, 513).proof, bytes(32))),
    "a proof in reverse": replace(shown(17, 513), proof=shown(17, 513).proof[::-1]),
    "another checkpoint": replace(shown(17, 513), note=shown(17, 512).note),
    "another key": shown(17, 513, OTHER),
    "a changed size": replace(
        shown(17, 513), note=shown(17, 513).note.replace(b"\n513\n", b"\n514\n")
    ),
}


@pytest.mark.parametrize("what", WRONG.values(), ids=WRONG)
def test_it_and_we_reject_what_is_wrong(what):
    assert not sigstore_accepts(what)
    assert not we_accept(what)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_it_and_we_judge_every_changed_proof_alike(data):
    size = data.draw(st.integers(1, 700))
    what = shown(data.draw(st.integers(0, size - 1)), size)
    proof = list(what.proof)
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(proof)))
        hashes = st.sampled_from([bytes(32), what.root, leaf_hash(what.entry), *what.proof])
        proof[at : at + data.draw(st.integers(0, 2))] = data.draw(st.lists(hashes, max_size=2))
    index = data.draw(st.sampled_from([what.index, data.draw(st.integers(0, size - 1))]))
    changed = replace(what, proof=tuple(proof), index=index)

    assert sigstore_accepts(changed) == we_accept(changed)
    assert we_accept(changed) == (changed == what)
