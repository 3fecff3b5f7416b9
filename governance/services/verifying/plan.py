"""What a verification consists of: shares of a few seconds each, in any order, by any process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from governance.ledger.verify import Fault, Wrong
from governance.ledger.verify_tree import SUBTREE
from governance.models import Log
from governance.services.verifying.reading import FIRST_ID, LAST_ID, one, one_moment, rows

# How many leaves the rows speak of, whatever the log says: a size that was written over must not
# keep a verification busy for years.
_LEAVES_SEEN = """
    SELECT greatest(
        (SELECT coalesce(max(index) + 1, 0) FROM governance_leaf WHERE log_id = %(log)s),
        (SELECT index * 256 + octet_length(hashes) / 32 FROM governance_tile
         WHERE log_id = %(log)s AND level = 0 ORDER BY index DESC LIMIT 1),
        (SELECT coalesce(max(size), 0) FROM governance_checkpoint WHERE log_id = %(log)s))
"""
_BOUNDARIES = """
    SELECT leaf.entry_id FROM generate_series(%s::bigint, %s::bigint, %s::bigint) AS boundary
    JOIN governance_leaf AS leaf ON leaf.log_id = %s AND leaf.index = boundary
"""


class Kind(StrEnum):
    """What a share is about."""

    GUARDS = "guards"
    QUEUE = "queue"
    LEAVES = "leaves"
    PUBLISHED = "published"
    OBJECTS = "objects"


@dataclass(frozen=True, slots=True)
class TreeState:
    """A log as it is verified: so many leaves, which are to have that root (hexadecimal).

    `since`: the leaf, first of its part of the tree, from which on everything is looked at.
    `stated_size`: what the log itself says.
    """

    log_id: int
    origin: str
    size: int
    root: str
    since: int
    stated_size: int

    def faults(self) -> Iterator[Fault]:
        if self.stated_size != self.size:
            detail = f"it says {self.stated_size} leaves, and its rows speak of {self.size}"
            yield Fault(Wrong.LOG_CHANGED, f"log {self.origin}", detail)


@dataclass(frozen=True, slots=True)
class Share:
    """One share. `low` to before `high`: leaves of the log `log_id`, whose tree has `root` where
    they are its last. `first` to `last`: ids of objects, both included."""

    kind: Kind
    log_id: int = 0
    low: int = 0
    high: int = 0
    root: str = ""
    first: UUID = FIRST_ID
    last: UUID = LAST_ID

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"first": str(self.first), "last": str(self.last)}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Share:
        ids = {name: UUID(said[name]) for name in ("first", "last")}
        return cls(**said | ids | {"kind": Kind(said["kind"])})


@dataclass(frozen=True, slots=True)
class Plan:
    """The trees as they stood, in the order of the logs, and every share of looking at them."""

    trees: tuple[TreeState, ...]
    shares: tuple[Share, ...]


def make_plan(*, since: int | None = None) -> Plan:
    """Say what there is to do. `since` None: everything; else what was sealed from that leaf of the
    newest log on, and the objects that came to be since then."""
    with one_moment():
        logs = list(Log.objects.order_by("id"))
        starts = [log.size if since is not None else 0 for log in logs[:-1]]
        trees = [_tree(log, start) for log, start in zip(logs, [*starts, since or 0], strict=False)]
        boundaries = sorted({key for tree in trees for key in _boundaries(tree)})
    shares = [Share(Kind.GUARDS), Share(Kind.QUEUE)]
    for tree in trees:
        shares += [*_ranges(Kind.LEAVES, tree), *_ranges(Kind.PUBLISHED, tree)]
    return Plan(tuple(trees), (*shares, *_objects(boundaries, is_whole=since is None)))


def _tree(log: Log, since: int) -> TreeState:
    seen = int(one(_LEAVES_SEEN, {"log": log.pk}))
    size = min(log.size, seen)
    first = min(since, size) // SUBTREE * SUBTREE
    return TreeState(log.pk, log.origin, size, bytes(log.root).hex(), first, log.size)


def _ranges(kind: Kind, tree: TreeState) -> Iterator[Share]:
    for low in range(tree.since, tree.size, SUBTREE):
        high = min(low + SUBTREE, tree.size)
        yield Share(kind, log_id=tree.log_id, low=low, high=high, root=tree.root)


def _boundaries(tree: TreeState) -> list[UUID]:
    """Ids from the whole of the time in which the log grew: ids are in the order of time, and so
    are, nearly, the leaves."""
    found = rows(_BOUNDARIES, [tree.since, tree.size - 1, SUBTREE, tree.log_id])
    return [entry_id for (entry_id,) in found]


def _objects(boundaries: list[UUID], *, is_whole: bool) -> Iterator[Share]:
    starts = [FIRST_ID, *boundaries] if is_whole else boundaries
    ends = [UUID(int=start.int - 1) for start in starts[1:]]
    for first, last in zip(starts, [*ends, LAST_ID], strict=False):
        yield Share(Kind.OBJECTS, first=first, last=last)
