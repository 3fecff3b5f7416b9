"""What a quorum asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_STAGES = 5
MAX_PANEL = 9


class QuorumInvalid(ValueError):
    """A rule that could never be met, or could be met by two choices at once."""


@dataclass(frozen=True, slots=True)
class Stage:
    """`required` of at most `panel` distinct people must make the same choice.

    `roles`: slugs of which each voter holds one; empty: whoever is entitled. `veto`: one ballot
    against what was put forward ends the vote.

    Raises QuorumInvalid unless `required` is more than half of `panel`: two choices could else
    both be met.
    """

    name: str
    required: int
    panel: int
    roles: tuple[str, ...] = ()
    veto: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.required <= self.panel <= MAX_PANEL:
            raise QuorumInvalid(
                f"{self.name!r} asks for {self.required} of {self.panel} people; "
                f"it must be 1 to {MAX_PANEL}, and no more than there are"
            )
        if 2 * self.required <= self.panel:
            raise QuorumInvalid(
                f"{self.name!r} asks for {self.required} of {self.panel} people, "
                "which is not more than half of them"
            )

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "required": self.required,
            "panel": self.panel,
            "roles": list(self.roles),
            "veto": self.veto,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Stage:
        """The stage that `to_json` made `data` of. Raises KeyError, QuorumInvalid for others."""
        return cls(
            data["name"], data["required"], data["panel"], tuple(data["roles"]), data["veto"]
        )


@dataclass(frozen=True, slots=True)
class QuorumRule:
    """Stages in order; a person counts once over all of them. `preset`: its name, if it has one:
    a built-in one, or one that a policy defines. `people`: how many distinct ones it takes at
    least; reckoned once, for each evaluation asks.

    Raises QuorumInvalid without a stage or with more than MAX_STAGES.
    """

    stages: tuple[Stage, ...]
    preset: str = ""
    people: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.stages) <= MAX_STAGES:
            raise QuorumInvalid(f"A quorum has 1 to {MAX_STAGES} stages, not {len(self.stages)}")
        object.__setattr__(self, "people", sum(stage.required for stage in self.stages))

    @property
    def strictness(self) -> tuple[int, ...]:
        """Greater is stricter: more people; then more stages, more of them with a veto, more of
        them bound to roles, and smaller panels to find the people among."""
        return (
            self.people,
            len(self.stages),
            sum(stage.veto for stage in self.stages),
            sum(bool(stage.roles) for stage in self.stages),
            -sum(stage.panel for stage in self.stages),
        )

    def to_json(self) -> dict[str, Any]:
        return {"preset": self.preset, "stages": [stage.to_json() for stage in self.stages]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> QuorumRule:
        """The rule that `to_json` made `data` of. Raises KeyError, QuorumInvalid for others."""
        return cls(tuple(Stage.from_json(stage) for stage in data["stages"]), data["preset"])


def strictest(asked: Iterable[QuorumRule]) -> QuorumRule:
    """The strictest of the quorums asked for; of equally strict ones the first. Raises ValueError
    for none."""
    return max(asked, key=lambda rule: rule.strictness)
