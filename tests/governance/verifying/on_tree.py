"""Attacks on the tree, the log and its checkpoints, as the database keeps them."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.ledger.checkpoint import Checkpoint as Tree
from governance.ledger.checkpoint import sign_checkpoint
from governance.models import Checkpoint, Log
from tests.governance.ledger.tampering import execute, guards_off
from tests.governance.verifying.on_entries import CHECKPOINTS, LOGS, TILES, flipped


def flip_a_tile(_: object) -> str:
    with guards_off(TILES):
        execute(f"UPDATE {TILES} SET hashes = {flipped('hashes', 32 * 11 + 5)}")
    return "tile 0/0: its hash 11"


def delete_a_tile(_: object) -> str:
    with guards_off(TILES):
        execute(f"DELETE FROM {TILES}")
    return "tile 0/0: its hash 0"


def flip_the_root(_: object) -> str:
    with guards_off(LOGS):
        execute(f"UPDATE {LOGS} SET root = {flipped('root')}")
    return "its root is not that of its"


def enlarge_the_log(_: object) -> str:
    with guards_off(LOGS):
        execute(f"UPDATE {LOGS} SET size = size + (1::bigint << 40)")
    return "its rows speak of"


def shrink_the_log(_: object) -> str:
    size = Log.objects.get().size
    with guards_off(LOGS):
        execute(f"UPDATE {LOGS} SET size = size - 4")
    return f"leaves and has {size - 4}"


def flip_a_root(_: object) -> str:
    row = _middle()
    with guards_off(CHECKPOINTS):
        execute(f"UPDATE {CHECKPOINTS} SET root = {flipped('root')} WHERE id = %s", row.pk)
    return f"checkpoint at {row.size}: its row is not what its note says"


def flip_a_note(_: object) -> str:
    row = _middle()
    with guards_off(CHECKPOINTS):
        note = bytes(row.note).replace(b"\n\n", b"\n\n\n")
        execute(f"UPDATE {CHECKPOINTS} SET note = %s WHERE id = %s", note, row.pk)
    return f"checkpoint at {row.size}: its note is rejected"


def sign_with_another(_: object) -> str:
    row = _middle()
    tree = Tree(row.log.origin, row.size, bytes(row.root))
    note = sign_checkpoint(tree, [Ed25519PrivateKey.generate()])
    with guards_off(CHECKPOINTS):
        execute(f"UPDATE {CHECKPOINTS} SET note = %s WHERE id = %s", note, row.pk)
    return f"checkpoint at {row.size}: its note is rejected"


def switch_a_guard_off(_: object) -> str:
    execute("ALTER TABLE reviews_verdict DISABLE TRIGGER append_only_rows")
    return "reviews_verdict: its trigger append_only_rows fires never"


def _middle() -> Checkpoint:
    return Checkpoint.objects.order_by("size")[1]
