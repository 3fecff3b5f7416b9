"""One proof for many leaves at once: the fewest nodes of the tree that lead to its root.

Node n of level l covers the leaves from n * 2^l to before (n + 1) * 2^l, or to the tree's end. It
is needed if none of the leaves is under it, but one is under its parent. So each set of leaves has
one proof only, and of neighbouring leaves most nodes need not be told. Pure: no Django.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from governance.ledger.merkle import EMPTY_ROOT, HASH_BYTES, ProofRejected, fold, node_hash


def uncovered_nodes(indexes: Iterable[int], size: int) -> Iterator[tuple[int, int]]:
    """The (level, index) of each node that a proof of these leaves needs, from left to right.

    Raises ValueError unless the leaves' indexes ascend and are in the tree.
    """
    start = 0
    for index in indexes:
        if not start <= index < size:
            raise ValueError(f"Leaf {index} is out of order, or out of {size} leaves")
        yield from _cover(start, index, size)
        start = index + 1
    yield from _cover(start, size, size)


def _cover(start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    """The largest nodes of a tree of `size` leaves that cover exactly `start` to before `end`.

    At the tree's end a node is complete with the leaves there are.
    """
    while start < end:
        level = _trailing_zeros(start) if start else (size - 1).bit_length()
        if end < size:
            level = min(level, (end - start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def root_from_nodes(
    leaves: Iterable[tuple[int, bytes]], size: int, nodes: Mapping[tuple[int, int], bytes]
) -> bytes:
    """The root of `size` leaves from some (index, leaf hash), ascending, and their `proof_nodes`.

    Raises ProofRejected for leaves out of order or out of the tree, and when a node is missing, or
    is there without being needed: each set of leaves has one proof only.
    """
    border = _Border(nodes)
    start = 0
    for index, leaf in leaves:
        if not start <= index < size:
            raise ProofRejected(f"Leaf {index} is out of order, or out of {size} leaves")
        for place in _cover(start, index, size):
            border.add_proven(*place)
        border.add(0, index, leaf)
        start = index + 1
    for place in _cover(start, size, size):
        border.add_proven(*place)
    if border.proven != len(nodes):
        raise ProofRejected(f"Of {len(nodes)} nodes the leaves need {border.proven} only")
    return fold([node for _, _, node in border.nodes]) if border.nodes else EMPTY_ROOT


class _Border:
    """Subtrees side by side from the left, two that are siblings becoming their parent."""

    def __init__(self, given: Mapping[tuple[int, int], bytes]) -> None:
        self.nodes: list[tuple[int, int, bytes]] = []
        self.proven = 0
        self._given = given

    def add_proven(self, level: int, index: int) -> None:
        node = self._given.get((level, index))
        if node is None:
            raise ProofRejected(f"Node {index} of level {level} is missing")
        self.proven += 1
        self.add(level, index, node)

    def add(self, level: int, index: int, node: bytes) -> None:
        if len(node) != HASH_BYTES:
            raise ProofRejected(f"Node {index} of level {level} has {len(node)} bytes")
        while index & 1 and self.nodes[-1][0] == level:
            node = node_hash(self.nodes.pop()[2], node)
            level, index = level + 1, index >> 1
        self.nodes.append((level, index, node))


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1
