"""A log of its own and bundles from it, made of the pure modules alone: no database.

log = made_log(entries=500)
path = make_bundle(log, tmp_path)     # about the log's first decision
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.evidence import verify_bundle
from governance.evidence.writing import (
    About,
    BundleFolder,
    Content,
    Document,
    Given,
    Growth,
    LogEnds,
    Stamp,
)
from governance.ledger import leaf, tiles
from governance.ledger.checkpoint import Checkpoint, sign_checkpoint
from governance.ledger.cosignature import cosign
from governance.ledger.note import Algorithm, VerifierKey

ORIGIN = "countersign.test/log"
DECISION = UUID(int=1)
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_VERIFIER = Path(verify_bundle.__file__)


@dataclass(frozen=True)
class Entry:
    """A leaf, and what the bundle says of the row and the payload that it commits to."""

    content: leaf.LeafContent
    leaf: bytes
    row: Content | None = None
    payload: Content | None = None


@dataclass
class Writer:
    """Writes leaves, chaining each object's, as the product does."""

    origin: str = ORIGIN
    random: Random = field(default_factory=lambda: Random(7))
    heads: dict[tuple[str, UUID], tuple[int, bytes]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def write(
        self,
        event: str,
        subject: tuple[str, UUID],
        body: Mapping[str, object] | None = None,
        row: bytes | None = None,
        payload: bytes | None = None,
        **said: Content,
    ) -> int:
        """One entry. `row`, `payload`: the bytes it commits to. Gives its index in the log."""
        seq, previous = self.heads.get(subject, (0, None))
        nonce, key = self.random.randbytes(16), self.random.randbytes(32)
        history = (
            None if row is None else leaf.HistoryCommitment(UUID(int=9), leaf.commit(nonce, row))
        )
        index = len(self.entries)
        content = leaf.LeafContent(
            id=UUID(int=self.random.getrandbits(128)),
            log=self.origin,
            event=event,
            at=START + timedelta(seconds=index),
            actor="system:tests",
            subject_type=subject[0],
            subject_id=subject[1],
            body=body or {},
            commitment=None if payload is None else leaf.commit(key, payload),
            object_seq=seq + 1,
            object_prev=previous,
            history=history,
            nonce=nonce,
        )
        encoded = leaf.encode(content)
        self.heads[subject] = (seq + 1, leaf.leaf_hash(encoded))
        self.entries.append(
            Entry(
                content,
                encoded,
                None if row is None else said.get("row_said", Given(row)),
                None if payload is None else said.get("payload_said", Given(payload, key)),
            )
        )
        return index


@dataclass
class MadeLog:
    """Entries in a tree, and those who sign for it."""

    entries: Sequence[Entry]
    origin: str = ORIGIN
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    witness: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def __post_init__(self) -> None:
        builder = tiles.TreeBuilder(0, lambda _: {})
        builder.extend([leaf.leaf_hash(entry.leaf) for entry in self.entries])
        self.tiles = builder.changed()

    def reader(self, wanted: Collection[tiles.TileId]) -> Mapping[tiles.TileId, bytes]:
        return {tile: self.tiles[tile] for tile in wanted if tile in self.tiles}

    @property
    def verifier(self) -> str:
        return str(VerifierKey.of(self.origin, self.key))

    @property
    def witness_verifier(self) -> str:
        return str(VerifierKey.of("witness.test", self.witness, Algorithm.COSIGNATURE_V1))

    def checkpoint(self, size: int | None = None, *, cosigned: bool = False) -> bytes:
        size = len(self.entries) if size is None else size
        checkpoint = Checkpoint(self.origin, size, tiles.root_at(size, self.reader))
        note = sign_checkpoint(checkpoint, [self.key])
        if cosigned:
            line = cosign(checkpoint.text(), "witness.test", self.witness, 1_795_000_000)
            note += str(line).encode()
        return note


def a_decision(writer: Writer, decision: UUID, case: UUID) -> None:
    """What is entered about one decision: six entries about three objects."""
    about, of_case = ("reviews.decision", decision), ("reviews.case", case)
    row = b'{"id":"%s","outcome":"refuse"}' % str(decision).encode()
    writer.write(
        "reviews.decision.received", about, {"outcome": "refuse"}, row, b'{"letter":"Dear bank"}'
    )
    for event in ("opened", "claimed", "released", "decided"):
        writer.write(f"reviews.case.{event}", of_case, {"n": 2}, b'{"state":"%s"}' % event.encode())
    verdict = ("reviews.verdict", UUID(int=case.int + 1))
    writer.write("reviews.verdict.given", verdict, {"case": str(case)}, b"{}", b'{"reason":"no"}')


def made_log(others: int = 20, **more: Any) -> MadeLog:
    """A log about one decision, DECISION, between those about others."""
    writer = Writer()
    for number in range(others):
        a_decision(writer, UUID(int=1000 + number), UUID(int=5000 + 2 * number))
    a_decision(writer, DECISION, UUID(int=100))
    for number in range(others):
        a_decision(writer, UUID(int=2000 + number), UUID(int=7000 + 2 * number))
    return MadeLog(writer.entries, **more)


def of_decision(log: MadeLog) -> list[int]:
    """The indexes of the entries about DECISION and what came of it."""
    ids = {DECISION, UUID(int=100), UUID(int=101)}
    return [n for n, entry in enumerate(log.entries) if entry.content.subject_id in ids]


def make_bundle(
    log: MadeLog,
    folder: Path,
    indexes: Sequence[int] | None = None,
    *,
    size: int | None = None,
    held: bytes | None = None,
    held_size: int | None = None,
    cosigned: bool = False,
    stamp: Stamp | None = None,
    documents: Sequence[Document] = (),
    about: About | None = None,
    change: Callable[[int, Entry], Entry] = lambda _, entry: entry,
) -> Path:
    """A bundle in `folder`. `change`: what to make of an entry before it is written."""
    size = len(log.entries) if size is None else size
    indexes = of_decision(log) if indexes is None else indexes
    bundle = BundleFolder(folder / f"bundle-{secrets.token_hex(4)}")
    counted: dict[tuple[str, str], int] = {}
    with bundle.new_log() as part:
        for index in indexes:
            entry = change(index, log.entries[index])
            part.add(index, entry.leaf, entry.row, entry.payload)
            place = (entry.content.subject_type, str(entry.content.subject_id))
            counted[place] = counted.get(place, 0) + 1
        proof = (node for _, _, node in tiles.proof_nodes(part.indexes(), size, log.reader))
        growth = None
        if held is not None:
            old = held_size or 0
            growth = Growth(held, tiles.consistency_proof(old, size, log.reader))
        keys = [{"verifier": log.verifier, "introduced_at": "2026", "retired_at": None}]
        checkpoint = log.checkpoint(size, cosigned=cosigned)
        part.finish(LogEnds(log.origin, checkpoint, keys, growth, stamp), proof)
    for (kind, key), count in counted.items():
        bundle.add_object(kind, key, count)
    for document in documents:
        bundle.add_document(document)
    bundle.add("README.txt", b"How to check this.\n")
    bundle.add("verify.py", _VERIFIER.read_bytes())
    witnesses = [{"verifier": log.witness_verifier, "trusted_at": "2026", "distrusted_at": None}]
    path = folder / f"{bundle.path.name}.zip"
    bundle.pack(about or about_decision(), witnesses, path)
    return path


def about_decision(**changes: Any) -> About:
    about = About(
        id=str(UUID(int=77)),
        kind="decision",
        about_id=str(DECISION),
        made_at=leaf.instant(START),
        made_for="person:00000000-0000-0000-0000-000000000001",
    )
    return replace(about, **changes)
