"""The tree by recursion, as RFC 9162 section 2.1 defines it; nothing of the project is used."""

from bisect import bisect_left
from hashlib import sha256


def split(count):
    """The largest power of two below `count`, found by doubling."""
    left = 1
    while left * 2 < count:
        left *= 2
    return left


class NaiveTree:
    """MTH, PATH and PROOF over a list of leaf hashes; roots that were computed are kept."""

    def __init__(self, leaves):
        self.leaves = leaves
        self._roots = {}

    def root(self, size):
        return self.mth(0, size)

    def mth(self, start, end):
        """2.1.1: MTH(D[start:end])."""
        if start == end:
            return sha256(b"").digest()
        if end - start == 1:
            return self.leaf(start)
        if (start, end) not in self._roots:
            self._roots[start, end] = self._node(start, end)
        return self._roots[start, end]

    def leaf(self, index):
        return self.leaves[index]

    def _node(self, start, end):
        middle = start + split(end - start)
        pair = b"\x01" + self.mth(start, middle) + self.mth(middle, end)
        return sha256(pair).digest()

    def path(self, index, size):
        """2.1.3.1: PATH(index, D_size)."""
        return self._path(index, 0, size)

    def _path(self, index, start, end):
        if end - start == 1:
            return []
        middle = start + split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self.mth(middle, end)]
        return [*self._path(index, middle, end), self.mth(start, middle)]

    def proof(self, old, new):
        """2.1.4.1: PROOF(old, D_new); from nothing there is nothing to prove."""
        return self._subproof(old, 0, new, True) if old else []

    def _subproof(self, old, start, end, complete):
        if old == end:
            return [] if complete else [self.mth(start, end)]
        middle = start + split(end - start)
        if old <= middle:
            return [*self._subproof(old, start, middle, complete), self.mth(middle, end)]
        return [*self._subproof(old, middle, end, False), self.mth(start, middle)]

    def nodes_for(self, indexes, size):
        """Each node with none of the leaves under it and one under its parent: the definition."""
        height = 0
        while 1 << height < size:
            height += 1
        return list(self._nodes_for(set(indexes), size, height, 0)) if size else []

    def _nodes_for(self, chosen, size, level, index):
        start, end = index << level, min((index + 1) << level, size)
        if start >= end:
            return
        if not any(start <= one < end for one in chosen):
            yield level, index, self.mth(start, end)
        elif level:
            yield from self._nodes_for(chosen, size, level - 1, 2 * index)
            yield from self._nodes_for(chosen, size, level - 1, 2 * index + 1)

    def tile(self, level, index, size):
        """C2SP tlog-tiles: MTH(D[(n * 256 + i) * 256^l : (n * 256 + i + 1) * 256^l]), i to 255."""
        span = 256**level
        places = range(index * 256, min((index + 1) * 256, size // span))
        return b"".join(self.mth(place * span, (place + 1) * span) for place in places)


class VastTree(NaiveTree):
    """A tree of any size, in which all leaves are equal but for some special ones."""

    ORDINARY = sha256(b"\x00ordinary").digest()

    def __init__(self, special):
        super().__init__([])
        self._special = sorted(special)
        self._ordinaries = {0: sha256(b"").digest()}

    def leaf(self, index):
        at = bisect_left(self._special, index)
        if self._special[at : at + 1] == [index]:
            return sha256(b"\x00special %d" % index).digest()
        return self.ORDINARY

    def mth(self, start, end):
        if bisect_left(self._special, start) == bisect_left(self._special, end):
            return self._ordinary(end - start)
        return super().mth(start, end)

    def _ordinary(self, count):
        """Where all leaves are equal, only their number counts; else this would never end."""
        if count == 1:
            return self.ORDINARY
        if count not in self._ordinaries:
            left = split(count)
            pair = b"\x01" + self._ordinary(left) + self._ordinary(count - left)
            self._ordinaries[count] = sha256(pair).digest()
        return self._ordinaries[count]
