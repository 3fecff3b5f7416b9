"""Why a case is paused, and what was said when it was."""

from __future__ import annotations

from dataclasses import dataclass

from governance.ledger.payloads import PayloadErased, read_payload
from reviews.models import Case, Pause


@dataclass(frozen=True, slots=True)
class PauseTold:
    """`note`: what was said beside the reason, opened; empty for none, and once it was erased."""

    pause: Pause
    note: str


def pause_in_force(case: Case) -> Pause | None:
    """What stops the case's clock now, with the person who paused it."""
    if case.paused_until is None:
        return None
    return Pause.objects.in_force().select_related("paused_by").get(case=case)


def pauses_told(case: Case) -> list[PauseTold]:
    """Every pause of a case with its note, oldest first. For whoever holds the case, and has
    nothing left to judge without what others say."""
    return [PauseTold(pause, _note(pause)) for pause in case.pauses.order_by("id")]


def _note(pause: Pause) -> str:
    if pause.note_id is None:
        return ""
    try:
        return str(read_payload(pause.note_id)["note"])
    except PayloadErased:
        return ""
