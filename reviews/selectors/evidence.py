"""The sealed part of a decision, opened for whoever holds its case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidTag

from governance.ledger.payloads import PayloadErased, read_payload
from reviews.models import Decision


class Seal(StrEnum):
    """What became of the seal: opened, its content lawfully erased, or tampered with."""

    OPENED = "opened"
    ERASED = "erased"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the caller sent, as JSON; empty unless `seal` is opened."""

    seal: Seal
    facts: Mapping[str, Any] = field(default_factory=dict)
    input: Mapping[str, Any] = field(default_factory=dict)
    explanation: Mapping[str, Any] = field(default_factory=dict)
    alternatives: tuple[Mapping[str, Any], ...] = ()
    sources: tuple[Any, ...] = ()


def open_evidence(decision: Decision) -> Evidence:
    """Open the payload of a decision. Only for the person who holds its case."""
    try:
        content: dict[str, Any] = read_payload(decision.payload_id)
    except PayloadErased:
        return Evidence(Seal.ERASED)
    except InvalidTag:
        return Evidence(Seal.BROKEN)
    return Evidence(
        seal=Seal.OPENED,
        facts=content["facts"],
        input=content["input"],
        explanation=content["explanation"],
        alternatives=tuple(content["alternatives"]),
        sources=tuple(content["sources"]),
    )
