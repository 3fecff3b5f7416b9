"""The decision rights in force at an instant as a table for others' programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from governance.ledger.leaf import instant as written
from governance.models import DecisionRight, Motion
from governance.policies import VerdictWord
from models_registry.selectors.rights_matrix import Origin, Wording, origins_of, wording

COLUMNS = (
    "role", "system", "decision_type", "max_impact", "unit", "verdicts", "outcomes", "valid_from",
    "valid_until", "id", "granted_by_motion", "moved_by", "approved_by", "ended_by_motion",
    "end_moved_by", "end_approved_by",
)  # fmt: skip
# A spreadsheet takes a cell that begins like this for a formula and carries it out.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines_of(rights: Sequence[DecisionRight]) -> list[dict[str, Any]]:
    """One object per right, in the given order, with the members of COLUMNS. Five queries."""
    words, origins = wording(), origins_of(rights)
    return [_line(right, words, origins[right.pk]) for right in rights]


def _line(right: DecisionRight, words: Wording, origin: Origin) -> dict[str, Any]:
    return {
        "role": right.role.slug,
        "system": right.system,
        "decision_type": right.decision_type,
        "max_impact": None if right.max_impact is None else f"{right.max_impact.normalize():f}",
        "unit": "" if right.max_impact is None else words.unit(right),
        "verdicts": [word.value for word in VerdictWord if word.value in right.verdicts],
        "outcomes": sorted(right.outcomes),
        "valid_from": written(right.valid_from),
        "valid_until": None if right.valid_until is None else written(right.valid_until),
        "id": str(right.pk),
        "granted_by_motion": _key(origin.granted),
        "moved_by": _mover(origin.granted),
        "approved_by": list(origin.granted_by),
        "ended_by_motion": _key(origin.ended),
        "end_moved_by": _mover(origin.ended),
        "end_approved_by": list(origin.ended_by),
    }


def as_csv(lines: Iterable[dict[str, Any]]) -> str:
    """RFC 4180. Lists are joined by a semicolon and a space, nothing is an empty cell; a cell that
    a spreadsheet would carry out begins with an apostrophe."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows([_cell(line[name]) for name in COLUMNS] for line in lines)
    return text.getvalue()


def as_json(lines: Sequence[dict[str, Any]], at: datetime) -> dict[str, Any]:
    return {"as_of": written(at), "rights": list(lines)}


def _cell(value: Any) -> str:
    text = "; ".join(value) if isinstance(value, list) else str("" if value is None else value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _key(motion: Motion | None) -> str | None:
    return None if motion is None else str(motion.pk)


def _mover(motion: Motion | None) -> str | None:
    return None if motion is None else str(motion.moved_by.pseudonym)
