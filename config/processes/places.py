"""Where the embedded services keep what: one data directory, one folder for each."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

# The kernel's limit for a socket's path is 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432.lock"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one data directory. Only paths: nothing is looked at and nothing is made."""

    data_dir: Path

    @property
    def keys(self) -> Path:
        """Secrets made here, mode 0700."""
        return self.data_dir / "keys"

    @property
    def checkpoint_keys(self) -> Path:
        """The keys that sign the ledger's checkpoints, mode 0700."""
        return self.keys / "checkpoint"

    @property
    def ledger(self) -> Path:
        """The ledger outside the database: checkpoints, tiles, bundles of entries, archive."""
        return self.data_dir / "ledger"

    @property
    def files(self) -> Path:
        """Files that were made to be handed out, and may be deleted."""
        return self.data_dir / "files"

    @property
    def postgres(self) -> Path:
        """The cluster of the embedded PostgreSQL."""
        return self.data_dir / "postgres"

    @property
    def redis(self) -> Path:
        """The append-only file of the embedded Redis."""
        return self.data_dir / "redis"

    @property
    def sockets(self) -> Path:
        """The Unix sockets; under /tmp where the data directory's own path is too long for one."""
        inside = self.data_dir / "run"
        if len(f"{inside}{LONGEST_SOCKET_NAME}".encode()) <= LONGEST_SOCKET_PATH:
            return inside
        digest = hashlib.sha256(str(self.data_dir).encode()).hexdigest()[:16]
        return Path("/tmp") / f"countersign-{digest}"

    @property
    def redis_socket(self) -> Path:
        """Where the embedded Redis listens."""
        return self.sockets / "redis.sock"
