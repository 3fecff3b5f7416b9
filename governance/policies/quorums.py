"""The quorums that a policy may name: those of its own text, and the built-in ones for cases."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from governance.quorum import PRESETS, QuorumRule, Stage, plain

FOR_MOTIONS = "four_eyes"
"""Asks for a second person beside whoever moved an act; nobody moves a case."""

FOR_CASES: Mapping[str, QuorumRule] = MappingProxyType(
    {name: rule for name, rule in PRESETS.items() if name != FOR_MOTIONS}
)


def named_quorums(data: Mapping[str, Any]) -> dict[str, QuorumRule]:
    """Every quorum by the name that rules, defaults and triggers use.

    `data`: the policy's `quorums`, in the published shape. Raises QuorumInvalid for a stage that
    could never be met.
    """
    return {**FOR_CASES, **{name: quorum_from(name, quorum) for name, quorum in data.items()}}


def quorum_from(name: str, data: Mapping[str, Any]) -> QuorumRule:
    """One quorum of a policy's text. Raises QuorumInvalid."""
    return QuorumRule(tuple(stage_from(stage) for stage in data["stages"]), name)


def stage_from(data: Mapping[str, Any]) -> Stage:
    """A stage; without a panel everybody asked must agree. Raises QuorumInvalid."""
    required = int(data["required"])
    return Stage(
        name=data["name"],
        required=required,
        panel=int(data.get("panel", required)),
        roles=tuple(data.get("roles", ())),
        veto=bool(data.get("veto", False)),
    )


def quorum_of(holder: Mapping[str, Any], quorums: Mapping[str, QuorumRule]) -> QuorumRule | None:
    """What a rule or the defaults ask for: a named quorum, or `verdicts: n` for n people in any
    order; None where they say nothing."""
    if "quorum" in holder:
        return quorums[holder["quorum"]]
    return plain(int(holder["verdicts"])) if "verdicts" in holder else None
