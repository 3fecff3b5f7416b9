"""Examples of checkpoints and proofs for the API's documentation. They hold; a test checks them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_LOG = "oversight.example/log"
_LEAVES = (
    "773885a613489e24ce2cf76199d6a423f042e4bbf12d7eecee912ef276c65701",
    "2dfb36c6f66cac361429cf46df868ab8242d3a6441f1099c8fb3f98ec5d108a4",
    "57c79f4f31ae029c5d4bd30b073c27c94df93438b2b4697e1e1eef5bc0394a41",
)
_TREE_OF_TWO: dict[str, Any] = {
    "size": 2,
    "root_hash": "5a47662fd8a317d96049a3f9f47c55dc67ca66051baa3683dbb19b2fe09a07b0",
    "checkpoint": (
        "oversight.example/log\n2\nWkdmL9ijF9lgSaP59HxV3GfKZgUbqjaD27GbL+CaB7A=\n\n"
        "\u2014 oversight.example/log oip3uO7sON7e+ZmhFAWAZXFzPbwe3zBkjUixmPmcrVaHwX7z8qP0cAecXxYd"
        "M/Hc481HJfv4e3RyceO+VBukgk1nwwI=\n"
        "\u2014 auditor.example gR/jHwAAAABpJIEAtmBn+O8rGwZYy0c0jacZm39ypqsBKANOt0onb01M83nt6/MIHK"
        "+4K64FKs6Q+FuL4TqQMSougQmVBuMB1hgBCg==\n"
    ),
}
_TREE_OF_THREE: dict[str, Any] = {
    "size": 3,
    "root_hash": "94fbd0dd836f50301692e6d0eade728ee19ec52bfff1606ed807c8575d5aaa19",
    "checkpoint": (
        "oversight.example/log\n3\nlPvQ3YNvUDAWkubQ6t5yjuGexSv/8WBu2AfIV11aqhk=\n\n"
        "\u2014 oversight.example/log oip3uFq5qc0dvuAiQABEnMhy5qpKTH9LrTf5Hmj5CBUchBkiL1q29S+5i6yt"
        "x4v5L9QD0X+0rCY68gCIwRl13InebQs=\n"
        "\u2014 auditor.example gR/jHwAAAABpJIEAXCGxzim9YhwsB8Lp2xBBfxbireB9nQ7nzFa6oK3PK4fy0otsJJ"
        "a20YWyegSn/6wCeeOsViwGou7dAz+JnfdjCA==\n"
    ),
}
CHECKPOINT = OpenApiExample(
    "A checkpoint with a cosignature",
    value={
        "id": "019ab6a8-9c00-7a10-8000-5a0b1c2d3e4f",
        "log": _LOG,
        "size": _TREE_OF_THREE["size"],
        "root_hash": _TREE_OF_THREE["root_hash"],
        "signed_at": "2025-11-24T15:59:58Z",
        "note": _TREE_OF_THREE["checkpoint"],
        "cosignatures": [{"witness": "auditor.example", "cosigned_at": "2025-11-24T16:00:00Z"}],
        "timestamp": None,
    },
    response_only=True,
)
INCLUSION = OpenApiExample(
    "The second of three leaves",
    value={
        "log": _LOG,
        "entry": "019ab6a8-8c60-7a10-8000-0a1b2c3d4e5f",
        "index": 1,
        "leaf_hash": _LEAVES[1],
        "tree": _TREE_OF_THREE,
        "hashes": [_LEAVES[0], _LEAVES[2]],
    },
    response_only=True,
)
CONSISTENCY = OpenApiExample(
    "From two leaves to three",
    value={"log": _LOG, "old": _TREE_OF_TWO, "new": _TREE_OF_THREE, "hashes": [_LEAVES[2]]},
    response_only=True,
)
