"""Putting the shares together: the upper tree, the log's own root, and what is held outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from governance.ledger.merkle import HASH_BYTES
from governance.ledger.tiles import WIDTH, TileId
from governance.ledger.tree_rows import tile_reader
from governance.ledger.verify import Fault, Wrong
from governance.ledger.verify_tree import SUBTREE, check_upper_tiles, tree_root
from governance.models import ArchivedPartition, Log
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.outside import Held, VerifiedTree, outside_faults
from governance.services.verifying.plan import Kind, Plan, Share, TreeState


def sum_up(
    plan: Plan, outcomes: Sequence[tuple[Share, Outcome]], held: Iterable[Held] = ()
) -> Outcome:
    """What a verification came to, once all its shares are done.

    The roots of the parts of each tree lead to its upper tiles and to its root; each tree is
    compared with the checkpoint in its own store, and with those `held` by others.
    """
    whole = Outcome()
    for _, outcome in outcomes:
        whole.take(outcome)
    trees: list[VerifiedTree] = []
    for state in plan.trees:
        roots = {
            share.low: bytes.fromhex(outcome.root)
            for share, outcome in outcomes
            if share.kind is Kind.LEAVES and share.log_id == state.log_id
        }
        trees.append(_check_tree(state, roots, whole))
    whole.add(outside_faults(trees, list(held)))
    whole.add(_archive_faults(whole))
    return whole


def _check_tree(state: TreeState, found: dict[int, bytes], whole: Outcome) -> VerifiedTree:
    log = Log.objects.get(pk=state.log_id)
    whole.add(state.faults())
    parts = [*_known_roots(log, state.since), *(root for _, root in sorted(found.items()))]
    root = tree_root(state.size, parts)
    whole.add(check_upper_tiles(state.size, parts, tile_reader(log)))
    if root.hex() != state.root:
        detail = f"its root is not that of its {state.size} leaves"
        whole.add([Fault(Wrong.LOG_CHANGED, f"log {log.origin}", detail)])
    return VerifiedTree(log, state.size, root)


def _known_roots(log: Log, since: int) -> Iterator[bytes]:
    """The roots of the parts that were not looked at, as the tiles have them."""
    count = since // SUBTREE
    places = [TileId(2, index) for index in range(-(-count // WIDTH))]
    tiles = tile_reader(log)(places)
    for at in range(count):
        start = at % WIDTH * HASH_BYTES
        root = tiles.get(TileId(2, at // WIDTH), b"")[start : start + HASH_BYTES]
        yield root if len(root) == HASH_BYTES else bytes(HASH_BYTES)


def _archive_faults(whole: Outcome) -> Iterator[Fault]:
    """More entries gone than the archive took are not in the archive."""
    for row in ArchivedPartition.objects.filter(name__in=list(whole.archived)):
        gone = whole.archived[row.name]
        if gone > row.entries:
            detail = f"{gone} entries of its time are gone, and the archive holds {row.entries}"
            yield Fault(Wrong.MISSING, f"partition {row.name}", detail)
