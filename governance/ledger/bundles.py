"""Bundles: the entries under one tile of level 0, each after its length.

Source: C2SP tlog-tiles, "Log entries". Pure: no Django.
"""

from __future__ import annotations

from collections.abc import Sequence

from governance.ledger.leaf import MAX_LEAF_BYTES
from governance.ledger.tile_paths import WIDTH

_LENGTH_BYTES = 2


class BundleMalformed(ValueError):
    """Entries are no bundle, or bytes are none."""


def encode_bundle(leaves: Sequence[bytes]) -> bytes:
    """1 to 256 entries, each after its length in 2 bytes, big-endian. Raises BundleMalformed."""
    if not 1 <= len(leaves) <= WIDTH:
        raise BundleMalformed(f"A bundle has 1 to {WIDTH} entries, not {len(leaves)}")
    if max(map(len, leaves)) > MAX_LEAF_BYTES:
        raise BundleMalformed(f"An entry has at most {MAX_LEAF_BYTES} bytes")
    return b"".join([len(leaf).to_bytes(_LENGTH_BYTES, "big") + leaf for leaf in leaves])


def decode_bundle(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. Raises BundleMalformed unless it is one to its last byte."""
    leaves: list[bytes] = []
    at = 0
    while at < len(bundle):
        start = at + _LENGTH_BYTES
        end = start + int.from_bytes(bundle[at:start], "big")
        if end > len(bundle):
            raise BundleMalformed(f"Entry {len(leaves)} of the bundle is cut off")
        leaves.append(bundle[start:end])
        at = end
    if not 1 <= len(leaves) <= WIDTH:
        raise BundleMalformed(f"A bundle has 1 to {WIDTH} entries, not {len(leaves)}")
    return leaves
