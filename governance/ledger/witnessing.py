"""A witness: a second party that vouches for a log as long as the log tells one history.

It remembers the last checkpoint that it cosigned, in a file, and cosigns another one only after it
saw that this one begins with all leaves of that. What it says is that of C2SP tlog-cosignature.
Pure: no Django and no database, so that it runs where nobody of the log's has a hand in it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.durable_file import write_file
from governance.ledger.bounded_http import Answer, NoAnswer, ask
from governance.ledger.checkpoint import Checkpoint, open_checkpoint
from governance.ledger.cosignature import cosign
from governance.ledger.merkle import HASH_BYTES
from governance.ledger.note import NoteRejected, SignedNote, VerifierKey
from governance.ledger.tiles import WIDTH, TileId, root_at
from governance.ledger.trusted_tiles import TileWrong, TrustedTiles

MAX_CHECKPOINT_BYTES = 64_000
MAX_ANSWER_BYTES = 4_000
_TAKEN = (200, 201)


class CannotCheck(Exception):
    """The log could not be checked now, so that nothing is said about it; later it may be."""


class HistoryBroken(Exception):
    """The log signed a history that does not continue the one that was cosigned.

    Nothing was signed. The two notes, each signed by the log, are the evidence.
    """


class MemoryInUse(Exception):
    """Another witness works with the same memory: the two could vouch for two histories."""


class Memory:
    """The file with the last checkpoint that this witness cosigned: the note, with its own line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def refused(self) -> Path:
        """Where the checkpoint is kept that broke the history."""
        return self._path.with_name(f"{self._path.name}.refused")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other witness away from the file. Raises MemoryInUse and OSError."""
        with self._path.with_name(f"{self._path.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                raise MemoryInUse(f"{self._path} is in use by another witness") from fault
            yield

    def read(self) -> Checkpoint | None:
        """What was cosigned last; None before the first time.

        Raises CannotCheck when the file is damaged: to begin anew takes a person's word.
        """
        try:
            return Checkpoint.parse(SignedNote.parse(self._path.read_bytes()).text)
        except FileNotFoundError:
            return None
        except NoteRejected as fault:
            raise CannotCheck(f"{self._path} holds no checkpoint: {fault}") from fault

    def write(self, note: bytes) -> None:
        """Afterwards it is durable. Raises OSError; then the old one is still there."""
        write_file(self._path, [note], mode=0o600)

    def keep_refused(self, note: bytes) -> None:
        write_file(self.refused, [note], mode=0o600)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint and the note that says so: its text with this witness's line alone.

    `before`: what was cosigned last, None where this is the beginning.
    """

    checkpoint: Checkpoint
    before: Checkpoint | None
    note: bytes


@dataclass(frozen=True, slots=True)
class Witness:
    """Who vouches, and for which log. `url`: where the log's `checkpoint` and `tile/...` are.

    `log_keys`: all of one name, the log's origin.
    """

    url: str
    log_keys: Sequence[VerifierKey]
    name: str
    private_key: Ed25519PrivateKey
    memory: Memory

    def cosign_newest(self, at: int) -> Cosigned:
        """Cosign the newest checkpoint, if the log continues what was cosigned last.

        `at`: POSIX seconds. Afterwards the memory holds it, also after a power cut. Raises
        HistoryBroken and CannotCheck; then nothing is signed and the memory is as it was.
        """
        before = self.memory.read()
        note, checkpoint = self._newest()
        if before is not None:
            try:
                self._check_continues(before, checkpoint)
            except HistoryBroken:
                self.memory.keep_refused(note)
                raise
        signed = SignedNote.parse(note)
        line = cosign(signed.text, self.name, self.private_key, at)
        self.memory.write(SignedNote(signed.text, (*signed.signatures, line)).encode())
        return Cosigned(checkpoint, before, SignedNote(signed.text, (line,)).encode())

    def hand_in(self, cosigned: Cosigned) -> None:
        """Give the cosignature to the log. Raises CannotCheck when it is not taken."""
        answer = _ask_log(self.url, "cosignatures", MAX_ANSWER_BYTES, cosigned.note)
        if answer.status not in _TAKEN:
            said = answer.body.decode("utf-8", "replace").strip()
            raise CannotCheck(f"The log did not take the cosignature: {answer.status} {said:.300}")

    def _newest(self) -> tuple[bytes, Checkpoint]:
        answer = _ask_log(self.url, "checkpoint", MAX_CHECKPOINT_BYTES)
        if answer.status != 200:
            raise CannotCheck(f"The log shows no checkpoint: {answer.status}")
        try:
            checkpoint, _ = open_checkpoint(answer.body, self.log_keys[0].name, self.log_keys)
        except NoteRejected as fault:
            raise CannotCheck(f"The log's checkpoint is not to be trusted: {fault}") from fault
        return answer.body, checkpoint

    def _check_continues(self, before: Checkpoint, checkpoint: Checkpoint) -> None:
        if checkpoint.origin != before.origin:
            raise CannotCheck(f"The memory is about {before.origin}, not {checkpoint.origin}")
        if checkpoint.size < before.size:
            raise HistoryBroken(
                f"The log has shrunk: {before.size} entries were cosigned, and it shows "
                f"{checkpoint.size}"
            )
        if checkpoint.size == before.size:
            root = checkpoint.root
        else:
            root = self._root_within(checkpoint, before.size)
        if root != before.root:
            raise HistoryBroken(
                f"The log has forked: the checkpoint at {checkpoint.size} does not continue the "
                f"one at {before.size} that was cosigned"
            )

    def _root_within(self, checkpoint: Checkpoint, size: int) -> bytes:
        """The root of the first `size` leaves of the tree that the checkpoint is about."""
        served = _ServedTiles(self.url, checkpoint.size)
        try:
            tiles = TrustedTiles(checkpoint.size, checkpoint.root, served)
            return root_at(size, lambda wanted: {tile: tiles.hashes(tile) for tile in wanted})
        except TileWrong as fault:
            raise CannotCheck(f"The tiles are not those of the checkpoint: {fault}") from fault


def _ask_log(url: str, path: str, most_bytes: int, body: bytes | None = None) -> Answer:
    try:
        return ask(f"{url.rstrip('/')}/{path}", most_bytes=most_bytes, body=body)
    except NoAnswer as fault:
        raise CannotCheck(str(fault)) from fault


class _ServedTiles:
    """Reads tiles of a tree of `size` leaves over HTTP; those that are not served it leaves out."""

    def __init__(self, url: str, size: int) -> None:
        self._url, self._size = url, size

    def __call__(self, tiles: Collection[TileId]) -> Mapping[TileId, bytes]:
        read = {tile: self._read(tile) for tile in tiles}
        return {tile: content for tile, content in read.items() if content is not None}

    def _read(self, tile: TileId) -> bytes | None:
        width = min(WIDTH, self._size // WIDTH**tile.level - tile.index * WIDTH)
        # A log may drop a partial tile as soon as it is full.
        for served in dict.fromkeys((width, WIDTH)):
            answer = _ask_log(self._url, tile.path(served), WIDTH * HASH_BYTES)
            if answer.status == 200:
                return answer.body
        return None
