"""The evidence itself: a document as JSON whose bytes depend on the document alone.

Its format is published in `report.schema.json`. Keys are sorted, Decimals are strings (a reader's
binary floats must not change them), instants are RFC 3339 in UTC, blocks carry their `type`.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from governance.reports.blocks import Figure, Finding, KeyValues, Paragraph, Table
from governance.reports.chart_blocks import BarChart, Flow, Histogram, LineChart
from governance.reports.document import FORMAT, Document

SCHEMA_PATH: Final = Path(__file__).parent / "report.schema.json"

TYPES: Final[dict[type, str]] = {
    Paragraph: "paragraph",
    KeyValues: "key_values",
    Figure: "figure",
    Table: "table",
    BarChart: "bar_chart",
    LineChart: "line_chart",
    Histogram: "histogram",
    Flow: "flow",
    Finding: "finding",
}


def render_json(document: Document) -> bytes:
    """UTF-8 JSON, the same bytes for the same document in each run and on each machine."""
    tree = {"format": FORMAT, "subtitle": document.subtitle, **_members(document)}
    text = json.dumps(tree, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False)
    return text.encode() + b"\n"


def _members(value: object) -> dict[str, object]:
    """A dataclass as a mapping of plain values, with its `type` if it is a block."""
    assert is_dataclass(value)
    members = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    block = TYPES.get(type(value))
    return {"type": block, **members} if block else members


def _plain(value: object) -> object:
    """A value in JSON's own types. Raises TypeError for what a document does not hold."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return _members(value)
    raise TypeError(f"{type(value).__name__} has no place in a report")
