"""What the shipped fonts can show, and how the rest is spelt out instead of being lost.

A PDF/A file must not hold a character without a glyph, and a report must not be prevented by
the name somebody typed. So whatever no shipped font shows is written as its code point, e.g.
U+1F600. Invisible characters that turn the reading order round are spelt out as well: they
could make a page say something else than the record. The JSON beside holds the exact text.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).parent / "fonts"

# Format characters (Cf) that scripts need and that are harmless: joiners of Arabic and Indic.
_JOINERS: Final = frozenset("\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")
_LAYOUT: Final = frozenset("\n\t")
_LONGEST_WORD: Final = 24
_CODE: Final = re.compile("[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ZERO_WIDTH_SPACE: Final = "\N{ZERO WIDTH SPACE}"


def visible(text: str) -> str:
    """`text` with controls and direction overrides spelt out; for pages, whose fonts vary."""
    return "".join(_code_point(char) if _is_hidden(char) else char for char in text)


def printable(text: str) -> str:
    """`text` as the shipped fonts can set it."""
    clusters = _clusters(unicodedata.normalize("NFC", text))
    return "".join(_set_or_spelt(cluster) for cluster in clusters)


def breakable(text: str) -> str:
    """`text` with zero-width spaces in words so long that they would run out of their cell.

    Hashes and ids stay whole, so that they can be copied and compared.
    """
    if _CODE.fullmatch(text):
        return text
    parts: list[str] = []
    run = 0
    for char in text:
        run = 0 if char.isspace() else run + 1
        parts.append(char)
        if run == _LONGEST_WORD:
            parts.append(ZERO_WIDTH_SPACE)
            run = 0
    return "".join(parts)


def _set_or_spelt(cluster: str) -> str:
    """The cluster, if one font holds all of it (glyphs of two fonts do not combine)."""
    if cluster in _LAYOUT:
        return cluster
    hidden = any(_is_hidden(char) for char in cluster)
    needed = {ord(char) for char in cluster if char not in _JOINERS}
    if not hidden and any(needed <= font for font in _coverage()):
        return cluster
    return "".join(_code_point(char) for char in cluster)


def _is_hidden(char: str) -> bool:
    if char in _LAYOUT or char in _JOINERS:
        return False
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _code_point(char: str) -> str:
    return f"[U+{ord(char):04X}]"


def _clusters(text: str) -> Iterator[str]:
    """A character with the marks that combine with it, roughly UAX #29."""
    cluster = ""
    for char in text:
        if cluster and unicodedata.category(char).startswith("M"):
            cluster += char
            continue
        if cluster:
            yield cluster
        cluster = char
    if cluster:
        yield cluster


@cache
def _coverage() -> tuple[frozenset[int], ...]:
    """The code points of each shipped sans font; the monospaced one has these to fall back on."""
    regular = sorted(FONTS.glob("IBMPlexSans*-Regular.ttf"))
    return tuple(_code_points(path.read_bytes()) for path in regular)


def _code_points(font: bytes) -> frozenset[int]:
    """Code points that a font's `cmap` maps to a glyph. Source: OpenType 1.9.1, cmap, 4 and 12."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * i) for i in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    found: set[int] = set()
    for index in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        start = cmap + struct.unpack_from(">HHL", font, cmap + 4 + 8 * index)[2]
        layout = struct.unpack_from(">H", font, start)[0]
        if layout == 4:
            found.update(_segments(font, start))
        elif layout == 12:
            groups = struct.unpack_from(">L", font, start + 12)[0]
            for group in range(groups):
                first, last, _ = struct.unpack_from(">LLL", font, start + 16 + 12 * group)
                found.update(range(first, last + 1))
    return frozenset(found)


def _segments(font: bytes, start: int) -> Iterator[int]:
    """Code points of a format 4 subtable that lead to another glyph than 0 (missing)."""
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    columns = start + 14, start + 16 + 2 * count, start + 16 + 4 * count, start + 16 + 6 * count
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{count}H", font, column) for column in columns
    )
    for i in range(count):
        for code in range(starts[i], ends[i] + 1):
            if offsets[i] == 0:
                glyph = (code + deltas[i]) % 0x10000
            else:
                at = columns[3] + 2 * i + offsets[i] + 2 * (code - starts[i])
                glyph = struct.unpack_from(">H", font, at)[0]
            if glyph:
                yield code
