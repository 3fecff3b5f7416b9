"""A log on a small server of its own, which may say whatever a test wants it to say."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.ledger.checkpoint import Checkpoint, sign_checkpoint
from governance.ledger.merkle import HASH_BYTES
from governance.ledger.note import VerifierKey
from governance.ledger.tiles import TreeBuilder

ORIGIN = "log.example"
LOG_KEY = Ed25519PrivateKey.from_private_bytes(b"S" * 32)
LOG_VKEY = VerifierKey.of(ORIGIN, LOG_KEY)


def leaves(count: int, kind: str = "leaf") -> list[bytes]:
    """Hashes of so many leaves; of another kind, other ones."""
    return [sha256(f"{kind} {number}".encode()).digest() for number in range(count)]


@dataclass
class ServedLog:
    """Files by path, and answers to what is posted. `asked`: every path, in order."""

    files: dict[str, bytes] = field(default_factory=dict)
    answers: dict[str, Callable[[bytes], tuple[int, str, bytes]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    redirects_to: str = ""
    url: str = ""

    def show(self, hashes: list[bytes], *keys: Ed25519PrivateKey, origin: str = ORIGIN) -> None:
        """Serve the tree of these leaves, its checkpoint signed by `keys` or by the log's own."""
        tree = TreeBuilder(0, lambda _: {})
        tree.extend(hashes)
        self.files |= {
            tile.path(len(content) // HASH_BYTES): content
            for tile, content in tree.changed().items()
        }
        state = Checkpoint(origin, tree.size, tree.root())
        self.files["checkpoint"] = sign_checkpoint(state, keys or [LOG_KEY])


@contextmanager
def serving(log: ServedLog) -> Iterator[ServedLog]:
    """Serve a log over HTTP on this host."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.removeprefix("/")
            log.asked.append(path)
            if log.redirects_to:
                self.send_response(302)
                self.send_header("Location", f"{log.redirects_to}/{path}")
                self.end_headers()
            elif path in log.files:
                self._answer(200, "text/plain", log.files[path])
            else:
                self._answer(404, "text/plain", b"not there\n")

        def do_POST(self) -> None:
            path = self.path.removeprefix("/")
            log.asked.append(path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(*log.answers[path](body))

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """A test's output is its own."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        log.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield log
        finally:
            server.shutdown()
            thread.join()
