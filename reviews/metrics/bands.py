"""The bands of confidence that figures are drawn for; the words are those of the pages."""

from typing import Final

# Label, from (included), to (not included).
BANDS: Final[tuple[tuple[str, float, float], ...]] = (
    ("below 0.50", 0.0, 0.5),
    ("0.50 to 0.70", 0.5, 0.7),
    ("0.70 to 0.85", 0.7, 0.85),
    ("0.85 to 0.95", 0.85, 0.95),
    ("0.95 and above", 0.95, 2.0),
)
NOT_STATED: Final = "not stated"
